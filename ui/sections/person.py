"""Person page: heading, facts, headline numbers, calendar, latest events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import (
    Filters,
    UserNotFound,
    UserProfile,
    user_activity,
    user_calendar,
    user_profile,
)
from charts.shared.labels import humanize
from ui.components.card import Card, headline
from ui.components.caveats import COST_HELP, excluded
from ui.components.drilldown import SESSIONS, Action, link_to
from ui.components.format import NOTHING, exact, literal, money, percent
from ui.components.table import table
from ui.components.time_zone import at
from ui.page import Page
from ui.sections.session import events_table

_BASES = {
    "directory": "from the roster",
    "derived": "inferred from department and level",
    "unknown": "nothing to infer it from",
}

_LONGEST, _SHORTEST = timedelta(weeks=52), timedelta(weeks=25)


def heading(db: Database) -> str:
    """Return the name of the person that the address names; empty if there is none."""
    try:
        return user_profile(db, st.query_params.get("id", "")).name
    except UserNotFound:
        return ""


def year(page: Page) -> Filters:
    """Return the whole weeks of the calendar: a year at most, half of one at least."""
    filters = page.filters
    last = filters.end - timedelta(days=1)
    known = page.scope.first_day or last
    start = min(max(known, last - _LONGEST), last - _SHORTEST)
    return replace(filters, start=start - timedelta(days=start.weekday()))


def calendar_note(calendar: pd.DataFrame) -> str:
    """Explain the days and colors of the calendar."""
    weeks = -(-len(calendar) // 7)
    return f"Last {weeks} weeks, whatever the period; stronger color means more prompts."


def about(person: UserProfile, page: Page) -> None:
    """Draw the facts about the person."""
    zone = page.scope.zone_name
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if person.email and person.email != person.name:
                st.caption(literal(person.email), width="content")
            if not person.is_listed:
                st.badge("Not in roster", icon=":material/person_off:", color="orange")
            if not person.is_seen:
                st.badge("Never active", icon=":material/visibility_off:", color="gray")
        with st.grid(4, min_column_width=140, gap="medium"):
            _fact("Role", _known(person.role), _BASES.get(person.role_basis, ""))
            _fact("Department", _known(person.department))
            _fact("Level", person.level or NOTHING)
            _fact("Location", person.location or NOTHING)
        seen = [
            f"{label} {at(moment, zone)}"
            for label, moment in (
                ("First seen", person.first_seen_at),
                ("last seen", person.last_seen_at),
            )
            if moment
        ]
        _small(", ".join(seen))
        for past in reversed(person.history):
            fields = (past.role, past.department, past.level, past.location)
            position = ", ".join(humanize(part) for part in fields if part) or "not in roster"
            _small(f"Until {pd.Timestamp(past.until_day):%-d %B %Y}: {position}")


@dataclass(frozen=True)
class PersonSums:
    """Headline numbers of a period."""

    active_days: int
    sessions: int
    prompts: int
    total_tokens: int
    cost_usd: float

    @classmethod
    def of(cls, calendar: pd.DataFrame) -> PersonSums:
        """Add up the days of a calendar."""
        sums = calendar.sum(numeric_only=True)
        return cls(
            active_days=int(calendar["is_active"].sum()),
            sessions=int(sums["sessions"]),
            prompts=int(sums["prompts"]),
            total_tokens=int(sums["total_tokens"]),
            cost_usd=float(sums["cost_usd"]),
        )


def measures(page: Page, user_id: str, calendar: pd.DataFrame) -> None:
    """Draw the headline numbers, compared with the previous period."""
    now, before = PersonSums.of(calendar), None
    if page.previous:
        earlier = user_calendar(page.db, page.previous, user_id)
        before = PersonSums.of(earlier)
    headline(
        now,
        before,
        [
            Card("Active days", "active_days", exact,
                 help=f"{percent(now.active_days / len(calendar))} of {len(calendar)} days."),
            Card("Sessions", "sessions", exact, trend=calendar["sessions"],
                 help="Started in the period."),
            Card("Prompts", "prompts", exact, trend=calendar["prompts"]),
            Card("Tokens", "total_tokens", trend=calendar["total_tokens"],
                 help="All four types."),
            Card("Cost", "cost_usd", money, trend=calendar["cost_usd"],
                 help=COST_HELP),
        ],
        page.comparison,
        excluded(calendar["unpriced_requests"].sum()),
    )  # fmt: skip


def open_day(user_id: str) -> Action:
    """Open the sessions of the person on the picked day."""
    return link_to(SESSIONS, "day", "Show sessions of", user=user_id)


def no_activity() -> None:
    """Explain that the person was inactive in the period."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("No activity in this period", anchor=False, text_alignment="center")
        st.markdown("The calendar above shows other days.", text_alignment="center")


def latest_events(db: Database, filters: Filters, user_id: str, zone: str) -> None:
    """Offer the latest events of the person; queried only when the expander is open."""
    control = st.expander("Latest events", key="latest", bind="query-params")
    if control.open:
        with control:
            events = user_activity(db, filters, user_id)
            table("Latest events", events_table(events, zone), "None.", whole=lambda: events)


def _fact(label: str, value: str, detail: str = "") -> None:
    with st.container(gap=None):
        st.caption(label)
        st.markdown(f"**{literal(value)}**")
        _small(detail)


def _small(text: str) -> None:
    if text:
        st.caption(literal(text))


def _known(value: str) -> str:
    return humanize(value) if value != "unknown" else NOTHING
