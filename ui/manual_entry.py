"""The form that enters an activity by hand."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from analytics import UserProfile
from analytics.store.time_bounds import EARLIEST
from ui.flash import flash
from ui.format import day, literal
from ui.frame import Page
from ui.jobs_panel import begin, is_busy
from ui.people_jobs import ACTIVITIES, add_activity


def manual_form(person: UserProfile, page: Page) -> None:
    """Ask when the person did what, and store it as an event of its own source."""
    zone = page.scope.zone_name
    st.caption(
        "For work that no telemetry tells of. It is stored as an event entered by hand, which the "
        "source filter can leave out and the Data page can delete."
    )
    with st.form("enter-activity", border=False):
        with st.grid(3, min_column_width=210, gap="small"):
            on = st.date_input(
                "Day", page.scope.today, min_value=EARLIEST.date(), max_value=page.scope.today,
                key="manual-day", format="YYYY-MM-DD",
            )  # fmt: skip
            clock = st.time_input(f"Time in {zone}", time(12), key="manual-time")
            what = st.selectbox(
                "What", ACTIVITIES, format_func=ACTIVITIES.__getitem__, key="manual-type"
            )
        sent = st.form_submit_button("Enter", icon=":material/add:", disabled=is_busy())
    if sent:
        moment = datetime.combine(on, clock, tzinfo=ZoneInfo(zone))
        if moment > datetime.now(UTC):
            flash("That is still to come; enter what was.", is_error=True)
        elif moment < EARLIEST:
            earliest = literal(day(EARLIEST.date()))
            flash(f"There was no Claude Code before {earliest}; enter a later day.", is_error=True)
        else:
            begin(
                f"Entering an activity of {literal(person.name)}",
                add_activity(person, moment, what),
            )
        st.rerun()
