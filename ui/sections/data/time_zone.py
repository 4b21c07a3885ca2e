"""The reporting time zone on the Data page: which it is, and how to change it."""

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
        The one that is set.
    """
    st.markdown(f"Days, hours and weekdays are counted in **{zone}**.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Reporting time zone",
            offered(zone, st.context.timezone),
            key=f"zone-{zone}",
            help="First the one that is set, then your browser's.",
        )
        if st.button(
            "Change…",
            icon=":material/public:",
            key="change-zone",
            disabled=is_busy() or chosen == zone,
        ):
            _confirm(chosen)


def offered(zone: str, browsers: str | None) -> list[str]:
    """Return all zones; the present one first, then the browser's, then UTC."""
    there_are = _zones()
    known = [browsers] if browsers in available_timezones() else []
    return [*dict.fromkeys([zone, *filter(None, known), "UTC", *there_are])]


@st.dialog("Count days in another time zone?")
def _confirm(zone: str) -> None:
    st.write(
        f"All daily sums are made anew with the days and hours of **{zone}**. This can take "
        "some minutes; meanwhile, pages may mix the old days with the new. No event changes, "
        "and you can change it back."
    )
    with st.container(horizontal=True):
        if st.button(
            "Change and sum up anew",
            type="primary",
            key="zone-confirmed",
            on_click=begin,
            args=(f"Counting days in {zone}", recompute(zone)),
        ):
            st.rerun()
        if st.button("Keep", key="zone-declined"):
            st.rerun()


@cache
def _zones() -> list[str]:
    # Etc/GMT+5 is five hours west, which nobody expects; the rest are old names and no places
    return sorted(name for name in available_timezones() if "/" in name and name[:4] != "Etc/")
