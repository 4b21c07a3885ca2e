"""What the page of a person shows: who they are, and what they did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import Filters, UserProfile, user_activity, user_calendar
from charts.shared.labels import humanize
from ui.components.card import Card, headline
from ui.components.drilldown import SESSIONS, Action, link_to
from ui.components.format import NOTHING, days, exact, literal, money, percent
from ui.components.table import table
from ui.components.time_zone import at
from ui.page import Page
from ui.sections.session import told

_BASES = {
    "directory": "from the directory",
    "derived": "derived from department and level",
    "unknown": "nothing is known to derive it from",
}

_LONGEST, _SHORTEST = timedelta(weeks=52), timedelta(weeks=25)


def without_positions(filters: Filters) -> Filters:
    """Drop roles and departments: the page is about one person, whatever their post."""
    return replace(filters, roles=(), departments=())


def year(page: Page) -> Filters:
    """Return the weeks of the calendar: a year at most, half of one at least."""
    filters = without_positions(page.filters)
    last = filters.end - timedelta(days=1)
    known = page.scope.first_day or last
    start = min(max(known, last - _LONGEST), last - _SHORTEST)
    return replace(filters, start=start - timedelta(days=start.weekday()))


def year_words(calendar: pd.DataFrame) -> str:
    """Say which days the calendar shows and what its colours mean."""
    first, end = calendar["day"].iloc[0].date(), calendar["day"].iloc[-1].date()
    span = days(first, end + timedelta(days=1))
    return f"{span}, whatever the period above. The stronger the colour, the more prompts."


def about(person: UserProfile, page: Page) -> None:
    """Draw who the person is, and since when."""
    zone = page.scope.zone_name
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(literal(person.name), anchor=False, width="content")
            if person.email and person.email != person.name:
                st.caption(literal(person.email), width="content")
            if not person.is_listed:
                st.badge("Not in the directory", icon=":material/person_off:", color="orange")
            if not person.is_seen:
                st.badge("Never seen", icon=":material/visibility_off:", color="gray")
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
        for post in reversed(person.history):
            held = (post.role, post.department, post.level, post.location)
            said = ", ".join(humanize(part) for part in held if part) or "nothing in the directory"
            _small(f"Until {pd.Timestamp(post.until_day):%-d %B %Y}: {said}")


@dataclass(frozen=True)
class PersonSums:
    """What a person did in a period."""

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
    """Draw what the person did in the period, against the period before."""
    now, before = PersonSums.of(calendar), None
    if page.previous:
        earlier = user_calendar(page.db, without_positions(page.previous), user_id)
        before = PersonSums.of(earlier)
    mark = "\N{GREATER-THAN OR EQUAL TO} " if calendar["unpriced_requests"].sum() else ""
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
                 help="All four kinds."),
            Card("Cost", "cost_usd", money, trend=calendar["cost_usd"], prefix=mark,
                 help="As reported, else at list price."),
        ],
        page.comparison,
    )  # fmt: skip


def open_day(user_id: str) -> Action:
    """Open the sessions of a person on the day that was picked."""
    return link_to(SESSIONS, "day", "Show the sessions of", user=user_id)


def quiet(page: Page) -> None:
    """Say that the person did nothing in the period."""
    start, end = page.filters.start, page.filters.end
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("Nothing in this period", anchor=False, text_alignment="center")
        st.markdown(
            f"No event came from this person in {days(start, end)}. "
            "The calendar above shows the days before.",
            text_alignment="center",
        )


def latest_events(db: Database, filters: Filters, user_id: str, zone: str) -> None:
    """Offer the latest events of the person; asked for only when somebody looks."""
    control = st.expander("Latest events, one by one", key="latest", bind="query-params")
    if control.open:
        with control:
            events = user_activity(db, filters, user_id)
            table("What happened last?", told(events, zone), "Nothing.", whole=lambda: events)


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
