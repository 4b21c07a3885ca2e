"""Reporting time zone on the Data page."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

import streamlit as st

from ui.jobs.panel import begin, is_busy
from ui.jobs.tasks import recompute


def zone_form(zone: str) -> None:
    """Show the reporting time zone and offer to change it.

    Parameters
    ----------
    zone : str
        The current one.
    """
    st.markdown(f"Days, hours and weekdays are in **{zone}**.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Reporting time zone",
            offered(zone, st.context.timezone),
            key=f"zone-{zone}",
            help="The current one first, then that of your browser.",
        )
        if st.button(
            "Change…",
            icon=":material/public:",
            key="change-zone",
            disabled=is_busy() or chosen == zone,
        ):
            _confirm(chosen)


def offered(zone: str, browser_zone: str | None) -> list[str]:
    """Return all zones: the current one first, then the browser's, then UTC."""
    known = [browser_zone] if browser_zone in available_timezones() else []
    return [*dict.fromkeys([zone, *filter(None, known), "UTC", *_zones()])]


@st.dialog("Change reporting time zone")
def _confirm(zone: str) -> None:
    st.write(
        f"Recalculate all numbers with the days and hours of **{zone}**? This can take some "
        "minutes; meanwhile, pages may mix old and new days. Events do not change, and the change "
        "can be reversed."
    )
    with st.container(horizontal=True):
        if st.button(
            "Change and recalculate",
            type="primary",
            key="zone-confirmed",
            on_click=begin,
            args=(f"Changing time zone to {zone}", recompute(zone), f"Time zone changed to {zone}"),
        ):
            st.rerun()
        if st.button("Cancel", key="zone-declined"):
            st.rerun()


@cache
def _zones() -> list[str]:
    # Etc/GMT+5 is five hours west, against intuition; the others left out are aliases
    return sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/")
