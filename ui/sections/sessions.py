"""Sessions page: headline numbers, paginated table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import found_sessions_per_day, session_list
from charts.shared.labels import humanize
from charts.shared.model_names import model_label
from ui.components.card import Card, headline
from ui.components.caveats import COST_HELP, excluded
from ui.components.drilldown import link_to
from ui.components.format import exact, money, plural, seconds
from ui.components.labels import verbatim
from ui.components.table import table
from ui.components.time_zone import at
from ui.page import Page
from ui.query_params import accept_ids
from ui.sections.session_filters import SessionQuery, clear_filters

SESSION = "../pages/session.py"
PAGE_SIZE = 50

_MOST_AT_ONCE = 1_000

_PAGE = "page"
_LISTED = "listed-sessions"

SORTS = {
    "started_at": "Latest first",
    "+started_at": "Oldest first",
    "cost_usd": "Most expensive first",
    "total_tokens": "Most tokens first",
    "duration_seconds": "Longest first",
    "errors": "Most failures first",
}


@dataclass(frozen=True)
class SessionSums:
    """Headline numbers of all matching sessions, whatever page of the list they are on.

    Attributes
    ----------
    sessions, prompts, total_tokens, errors : int
        Counts.
    cost_usd : float
        Sum.
    avg_seconds : float, optional
        Mean duration; None without sessions.
    """

    sessions: int
    prompts: int
    total_tokens: int
    errors: int
    cost_usd: float
    avg_seconds: float | None

    @classmethod
    def of(cls, by_day: pd.DataFrame) -> SessionSums:
        """Add up the days."""
        sums = by_day.sum(numeric_only=True)
        return cls(
            sessions=int(sums["sessions"]),
            prompts=int(sums["prompts"]),
            total_tokens=int(sums["total_tokens"]),
            errors=int(sums["errors"]),
            cost_usd=float(sums["cost_usd"]),
            avg_seconds=sums["duration_seconds"] / sums["sessions"] if sums["sessions"] else None,
        )


def session_summary(page: Page, query: SessionQuery, by_day: pd.DataFrame) -> None:
    """Draw the headline numbers of the matching sessions, compared with the previous period."""
    previous = page.previous
    before = previous and SessionSums.of(found_sessions_per_day(page.db, previous, query.search))
    failures = "All failures" if "errors" in query.chips or query.filters.tools else "Failures"
    headline(
        SessionSums.of(by_day),
        before,
        [
            Card("Sessions", "sessions", exact, trend=by_day["sessions"],
                 help="Sessions that started in the period."),
            Card("Prompts", "prompts", exact, trend=by_day["prompts"]),
            Card("Average session", "avg_seconds", seconds,
                 help="From first to last event, pauses included."),
            Card("Tokens", "total_tokens", trend=by_day["total_tokens"], help="All four types."),
            Card("Cost", "cost_usd", money, trend=by_day["cost_usd"], help=COST_HELP),
            Card(failures, "errors", exact, trend=by_day["errors"], direction="less",
                 help="All failed requests and tool calls of these sessions."),
        ],
        page.comparison,
        excluded(by_day["unpriced_requests"].sum()),
    )  # fmt: skip


def session_table(page: Page, query: SessionQuery, total: int) -> None:
    """Draw one page of the matching sessions, if there are any."""
    if not total:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        sort = _sort()
        position = st.container(width="content")
    above = st.container()
    number = _page_number(-(-total // PAGE_SIZE), (query.filters, query.search, sort))
    listed = session_list(page.db, query.filters, number, PAGE_SIZE, sort, query.search)
    shown = _labelled(listed.items, page.scope.zone_name)
    if query.search.user_id:
        shown = shown.drop(columns=["person", "role"])
    first = (number - 1) * PAGE_SIZE
    with position:
        st.caption(
            f"{exact(first + 1)} to {exact(first + len(shown))} of {plural(total, 'session')}"
        )
    with above:
        table(
            "Sessions",
            shown,
            "None on this page.",
            on_pick=link_to(SESSION, "id", "View session", "session_id", "started"),
            whole=partial(_all_sessions, page.db, query, sort),
        )


def no_match() -> None:
    """Explain that no session of the period matches the filters."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("No sessions match these filters", anchor=False, text_alignment="center")
        st.button(
            "Clear filters",
            icon=":material/filter_alt_off:",
            key="clear-sessions",
            on_click=clear_filters,
        )


def _sort() -> str:
    accept_ids("sort", SORTS)
    return st.selectbox(
        "Sort",
        SORTS,
        format_func=SORTS.__getitem__,
        key="sort",
        bind="query-params",
        label_visibility="collapsed",
        width=240,
    )


def _page_number(pages: int, listed: tuple[object, ...]) -> int:
    """Draw the choice of a page, if there are several; another list begins at its first."""
    is_other = st.session_state.get(_LISTED, listed) != listed
    st.session_state[_LISTED] = listed
    if _PAGE in st.session_state:
        st.session_state[_PAGE] = 1 if is_other else min(st.session_state[_PAGE], pages)
    if pages < 2:
        return 1
    return st.pagination(pages, key=_PAGE, bind="query-params", width="stretch")


def _labelled(items: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the sessions with local times and display names, without ids."""
    return pd.DataFrame(
        {
            "session_id": items["session_id"],
            "started": [at(moment, zone) for moment in items["started_at"]],
            "person": items["name"],
            "project": items["project"].map(verbatim),
            "minutes": (items["duration_seconds"] / 60).round(1),
            "prompts": items["prompts"],
            "total_tokens": items["total_tokens"],
            "cost_usd": items["cost_usd"],
            "errors": items["errors"],
            "model": [model_label(model) for model in items["model"].fillna("")],
            "role": items["role"].map(humanize),
        }
    )


def _all_sessions(db: Database, query: SessionQuery, sort: str) -> pd.DataFrame:
    first = session_list(db, query.filters, 1, _MOST_AT_ONCE, sort, query.search)
    rest = (
        session_list(db, query.filters, number, _MOST_AT_ONCE, sort, query.search).items
        for number in range(2, first.pages + 1)
    )
    return pd.concat([first.items, *rest], ignore_index=True)
