"""The list of sessions: sorted and cut into pages by the store, opened by the row."""

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
from ui.components.drilldown import link_to
from ui.components.format import exact, money, plural, seconds
from ui.components.labels import verbatim
from ui.components.table import table
from ui.components.time_zone import at
from ui.page import Page, comparison
from ui.query_params import accept_ids
from ui.sections.session_filters import PAGE, SessionQuery, first_page, forget

SESSION = "../pages/session.py"
PAGE_SIZE = 50

_MOST_AT_ONCE = 1_000

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
    """All sessions that were found, on whatever page of the list they stand.

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
    def of(cls, found: pd.DataFrame) -> SessionSums:
        """Add up what was found on each day."""
        sums = found.sum(numeric_only=True)
        return cls(
            sessions=int(sums["sessions"]),
            prompts=int(sums["prompts"]),
            total_tokens=int(sums["total_tokens"]),
            errors=int(sums["errors"]),
            cost_usd=float(sums["cost_usd"]),
            avg_seconds=sums["duration_seconds"] / sums["sessions"] if sums["sessions"] else None,
        )


def session_measures(page: Page, wanted: SessionQuery, found: pd.DataFrame) -> None:
    """Draw the sums of the sessions that were found, against those of the period before."""
    previous = page.scope.before(wanted.filters)
    before = previous and SessionSums.of(found_sessions_per_day(page.db, previous, wanted.search))
    mark = "\N{GREATER-THAN OR EQUAL TO} " if found["unpriced_requests"].sum() else ""
    headline(
        SessionSums.of(found),
        before,
        [
            Card("Sessions", "sessions", exact, trend=found["sessions"],
                 help="Sessions that started in the period."),
            Card("Prompts", "prompts", exact, trend=found["prompts"]),
            Card("Average session", "avg_seconds", seconds,
                 help="From first to last event, pauses included."),
            Card("Tokens", "total_tokens", trend=found["total_tokens"], help="All four kinds."),
            Card("Cost", "cost_usd", money, trend=found["cost_usd"], prefix=mark,
                 help="As reported, else at list price."),
            Card("Failures", "errors", exact, trend=found["errors"], direction="less",
                 help="Failed requests and failed tool calls."),
        ],
        comparison(previous),
    )  # fmt: skip


def session_table(page: Page, wanted: SessionQuery, total: int) -> None:
    """Draw one page of the sessions that are wanted, if there are any."""
    if not total:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        sort = _sort()
        said = st.container(width="content")
    above = st.container()
    number = _page_number(-(-total // PAGE_SIZE))
    found = session_list(page.db, wanted.filters, number, PAGE_SIZE, sort, wanted.search)
    shown = _worded(found.items, page.scope.zone_name)
    if wanted.search.user_id:
        shown = shown.drop(columns=["person", "role"])
    first = (number - 1) * PAGE_SIZE
    with said:
        st.caption(
            f"{exact(first + 1)} to {exact(first + len(shown))} of {plural(total, 'session')}"
        )
    with above:
        table(
            "Every session",
            shown,
            "None on this page.",
            on_pick=link_to(SESSION, "id", "Open the session", "session_id", "started"),
            whole=partial(_all_sessions, page.db, wanted, sort),
        )


def nothing_found() -> None:
    """Say that the period has sessions, but none like these."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("No session is like that", anchor=False, text_alignment="center")
        st.markdown(
            "Remove what narrows the list, or choose another period.", text_alignment="center"
        )
        st.button(
            "Show all sessions", icon=":material/filter_alt_off:", key="forget", on_click=forget
        )


def _sort() -> str:
    accept_ids("sort", SORTS)
    return st.selectbox(
        "Sort",
        SORTS,
        format_func=SORTS.__getitem__,
        key="sort",
        bind="query-params",
        on_change=first_page,
        label_visibility="collapsed",
        width=240,
    )


def _page_number(pages: int) -> int:
    if st.session_state.get(PAGE, 1) > pages:
        st.session_state[PAGE] = pages
    if pages < 2:
        return 1
    return st.pagination(pages, key=PAGE, bind="query-params", width="stretch")


def _worded(items: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the sessions as a reader wants them: no ids, local times, minutes."""
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


def _all_sessions(db: Database, wanted: SessionQuery, sort: str) -> pd.DataFrame:
    first = session_list(db, wanted.filters, 1, _MOST_AT_ONCE, sort, wanted.search)
    rest = (
        session_list(db, wanted.filters, number, _MOST_AT_ONCE, sort, wanted.search).items
        for number in range(2, first.pages + 1)
    )
    return pd.concat([first.items, *rest], ignore_index=True)
