"""The list of people: found by words, marked where they are unknown or silent."""

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
from ui.query_params import accept_ids

PERSON = "../pages/person.py"

ACTIVE, QUIET, NEVER, UNLISTED = "active", "quiet", "never", "unlisted"

SHOWN = {
    "everybody": "Everybody",
    ACTIVE: "Active in the period",
    QUIET: "Quiet in the period",
    NEVER: "Never seen",
    UNLISTED: "Not in the directory",
}

_FOUND_IN = ["name", "email", "role", "department", "level", "location"]


@dataclass(frozen=True)
class PeopleCounts:
    """How many people there are of each kind."""

    everybody: int
    active: int
    quiet: int
    never: int
    unlisted: int

    @classmethod
    def of(cls, people: pd.DataFrame) -> PeopleCounts:
        """Count the people of a list."""
        return cls(**{kind: int(_is(people, kind).sum()) for kind in SHOWN})


@dataclass(frozen=True)
class _Earlier:
    """What of the counts a period before can be compared by; the rest tells of today."""

    active: int


def directory_measures(page: Page, people: pd.DataFrame) -> None:
    """Draw how many people there are, and how many of them do what."""
    before = None
    if page.previous:
        before = _Earlier(PeopleCounts.of(user_list(page.db, page.previous)).active)
    headline(
        PeopleCounts.of(people),
        before,
        [
            Card("People", "everybody", exact, help="In the directory or in the data."),
            Card("Active", "active", exact, direction="more",
                 help="With at least one prompt in the period."),
            Card("Quiet", "quiet", exact,
                 help="Seen before or after, without a prompt in the period."),
            Card("Never seen", "never", exact,
                 help="In the directory, but no event ever came from them."),
            Card("Not in the directory", "unlisted", exact,
                 help="Their role is derived, or unknown."),
        ],
        page.comparison,
    )  # fmt: skip


def directory(page: Page, people: pd.DataFrame) -> None:
    """Draw the search and the people that it finds; the row opens the person."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search",
            key="who",
            bind="query-params",
            max_chars=100,
            placeholder="Name, e-mail, role, place",
            icon=":material/search:",
            label_visibility="collapsed",
            width=340,
        )
        accept_ids("show", SHOWN)
        kind = st.selectbox(
            "Show",
            SHOWN,
            format_func=SHOWN.__getitem__,
            key="show",
            bind="query-params",
            label_visibility="collapsed",
            width=240,
        )
    found = people[_is(people, kind) & _matches(people, text or "")]
    table(
        "Who is there?",
        _worded(found, page.scope.zone_name),
        "Nobody is like that. Search for something else, or show everybody.",
        on_pick=link_to(PERSON, "id", "Open the person", "user_id", "name"),
        whole=lambda: found,
    )


def status(is_seen: bool, is_listed: bool, prompts: float) -> str:
    """Say in few words what is special about a person."""
    if not is_seen:
        return "Never seen"
    said = "Active" if prompts else "Quiet"
    return said if is_listed else f"{said}, not in the directory"


def _is(people: pd.DataFrame, kind: str) -> pd.Series:
    is_active = people["prompts"] > 0
    return {
        ACTIVE: is_active,
        QUIET: people["is_seen"] & ~is_active,
        NEVER: ~people["is_seen"],
        UNLISTED: ~people["is_listed"],
    }.get(kind, pd.Series(data=True, index=people.index, dtype="bool"))


def _matches(people: pd.DataFrame, text: str) -> pd.Series:
    whole = [_searchable(row) for row in people[_FOUND_IN].to_dict("records")]
    wanted = text.casefold().split()
    is_alike = [all(word in said for word in wanted) for said in whole]
    return pd.Series(is_alike, index=people.index, dtype="bool")


def _searchable(row: Mapping[Any, Any]) -> str:
    known = [value for value in row.values() if isinstance(value, str)]
    return " ".join([*known, *map(humanize, known)]).casefold()


def _worded(people: pd.DataFrame, zone: str) -> pd.DataFrame:
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
