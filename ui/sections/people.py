"""People page: counts by status, searchable table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from analytics import user_list
from charts.shared.labels import humanize
from ui.components.card import Card, headline
from ui.components.drilldown import link_to
from ui.components.format import exact
from ui.components.table import table
from ui.components.time_zone import in_zone
from ui.page import Page
from ui.query_params import MAX_SEARCH, accept_ids

PERSON = "../pages/person.py"

ALL, ACTIVE, INACTIVE, NEVER, UNLISTED = "all", "active", "inactive", "never", "unlisted"

STATUSES = {
    ALL: "All",
    ACTIVE: "Active in the period",
    INACTIVE: "Inactive in the period",
    NEVER: "Never active",
    UNLISTED: "Not in roster",
}

_SEARCHED = ["name", "email", "role", "department", "level", "location"]


@dataclass(frozen=True)
class PeopleCounts:
    """Number of people by status."""

    all: int
    active: int
    inactive: int
    never: int
    unlisted: int

    @classmethod
    def of(cls, people: pd.DataFrame) -> PeopleCounts:
        """Count the people of a list."""
        return cls(**{status: int(_has_status(people, status).sum()) for status in STATUSES})


@dataclass(frozen=True)
class _PreviousCounts:
    """The count that the previous period has too; the others are current."""

    active: int


def people_summary(page: Page, people: pd.DataFrame) -> None:
    """Draw the number of people by status."""
    before = None
    if page.previous:
        before = _PreviousCounts(PeopleCounts.of(user_list(page.db, page.previous)).active)
    headline(
        PeopleCounts.of(people),
        before,
        [
            Card("People", "all", exact, help="In the roster or in the data."),
            Card("Active", "active", exact, direction="more",
                 help="With at least one prompt in the period."),
            Card("Inactive", "inactive", exact,
                 help="Active before or after, without a prompt in the period."),
            Card("Never active", "never", exact,
                 help="In the roster, without any event."),
            Card("Not in roster", "unlisted", exact,
                 help="Their role is inferred or unknown."),
        ],
        page.comparison,
    )  # fmt: skip


def people_table(page: Page, people: pd.DataFrame) -> None:
    """Draw the search and the matching people; each row opens the person."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search",
            key="who",
            bind="query-params",
            placeholder="Name, email, role, location",
            icon=":material/search:",
            label_visibility="collapsed",
            width=340,
        )
        accept_ids("show", STATUSES)
        shown = st.selectbox(
            "Show",
            STATUSES,
            format_func=STATUSES.__getitem__,
            key="show",
            bind="query-params",
            label_visibility="collapsed",
            width=240,
        )
    matches = people[_has_status(people, shown) & _matches(people, (text or "")[:MAX_SEARCH])]
    if matches.empty:
        _no_match()
        return
    table(
        f"People ({exact(len(matches))})",
        _labelled(matches, page.scope.zone_name),
        "",
        on_pick=link_to(PERSON, "id", "View person", "user_id", "name"),
        whole=lambda: matches,
    )


def status(is_seen: bool, is_listed: bool, prompts: float) -> str:
    """Return the label of a person's status."""
    if not is_seen:
        return "Never active"
    activity = "Active" if prompts else "Inactive"
    return activity if is_listed else f"{activity}, not in roster"


def _no_match() -> None:
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("No people match", anchor=False, text_alignment="center")
        st.button(
            "Clear search",
            icon=":material/filter_alt_off:",
            key="clear-people",
            on_click=_clear_search,
        )


def _clear_search() -> None:
    st.session_state["who"], st.session_state["show"] = "", ALL


def _has_status(people: pd.DataFrame, status: str) -> pd.Series:
    is_active = people["prompts"] > 0
    return {
        ACTIVE: is_active,
        INACTIVE: people["is_seen"] & ~is_active,
        NEVER: ~people["is_seen"],
        UNLISTED: ~people["is_listed"],
    }.get(status, pd.Series(data=True, index=people.index, dtype="bool"))


def _matches(people: pd.DataFrame, text: str) -> pd.Series:
    searchable = [_searchable(row) for row in people[_SEARCHED].to_dict("records")]
    terms = text.casefold().split()
    is_match = [all(term in row for term in terms) for row in searchable]
    return pd.Series(is_match, index=people.index, dtype="bool")


def _searchable(row: Mapping[Any, Any]) -> str:
    known = [value for value in row.values() if isinstance(value, str)]
    return " ".join([*known, *map(humanize, known)]).casefold()


def _labelled(people: pd.DataFrame, zone: str) -> pd.DataFrame:
    local = in_zone(people, zone)
    return pd.DataFrame(
        {
            "user_id": people["user_id"],
            "name": people["name"],
            "status": [*map(status, people["is_seen"], people["is_listed"], people["prompts"])],
            "role": people["role"],
            "department": people["department"],
            "level": people["level"],
            "location": people["location"],
            "sessions": people["sessions"],
            "total_tokens": people["total_tokens"],
            "cost_usd": people["cost_usd"],
            "last_seen_at": local["last_seen_at"],
        }
    )
