"""What the page of a person shows: who they are, and what they did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import Filters, UserProfile, user_activity
from charts.theme import words
from ui.format import NOTHING, days, exact, literal, money, percent, short
from ui.frame import Page
from ui.local_times import at
from ui.picks import SESSIONS, Pick, follow
from ui.session_story import told
from ui.tables import table

_BASES = {
    "directory": "from the directory",
    "derived": "derived from department and level",
    "unknown": "nothing is known to derive it from",
}

_LONGEST, _SHORTEST = timedelta(weeks=52), timedelta(weeks=25)


def without_posts(filters: Filters) -> Filters:
    """Drop roles and departments: the page is about one person, whatever their post."""
    return replace(filters, roles=(), departments=())


def year(page: Page) -> Filters:
    """Return the weeks of the calendar: a year at most, half of one at least."""
    filters = without_posts(page.filters)
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
            said = ", ".join(words(part) for part in held if part) or "nothing in the directory"
            _small(f"Until {pd.Timestamp(post.until_day):%-d %B %Y}: {said}")


def measures(calendar: pd.DataFrame) -> None:
    """Draw what the person did in the period."""
    sums = calendar.sum(numeric_only=True)
    active, count = int(calendar["is_active"].sum()), len(calendar)
    mark = "\N{GREATER-THAN OR EQUAL TO} " if sums["unpriced_requests"] else ""
    cards = (
        ("Active days", exact(active), f"{percent(active / count)} of {count} days.", ""),
        ("Sessions", exact(sums["sessions"]), "Started in the period.", "sessions"),
        ("Prompts", exact(sums["prompts"]), "", "prompts"),
        ("Tokens", short(sums["total_tokens"]), "All four kinds.", "total_tokens"),
        ("Cost", mark + money(sums["cost_usd"]), "As reported, else at list price.", "cost_usd"),
    )
    with st.grid(len(cards), min_column_width=125, gap="small"):
        for label, value, note, course in cards:
            st.metric(
                label,
                value,
                help=note or None,
                border=True,
                height="stretch",
                chart_data=[*calendar[course]] if course else None,
                chart_type="area",
            )


def open_day(user_id: str) -> Pick:
    """Open the sessions of a person on the day that was picked."""
    return follow(SESSIONS, "day", "Show the sessions of", user=user_id)


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
    return words(value) if value != "unknown" else NOTHING
