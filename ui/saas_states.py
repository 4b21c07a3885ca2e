"""What stands on the SaaS page when its days hold nothing, and what it says about filters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from analytics import Filters
from analytics.saas import day_list
from ui import periods
from ui.format import day, days, plural
from ui.jobs_panel import begin, is_busy
from ui.loading import load_saas_demo
from ui.scope import EVERYTHING, Scope

if TYPE_CHECKING:
    import pandas as pd

_COMMANDS = """\
tokenflow generate saas --users 200 --requests 20000 --output saas
tokenflow load saas"""
_DAY = timedelta(days=1)


def guard_days(held: pd.DataFrame, filters: Filters) -> None:
    """Stop here, with a way on, if the chosen days hold no SaaS data."""
    if held.empty:
        _offer_data()
    elif not any(filters.start <= moment.date() < filters.end for moment in held["day"]):
        _offer_days(_span(held), int(held["requests"].sum()))
    else:
        return
    st.stop()


def saas_until(scope: Scope) -> str:
    """Say until when there is SaaS data: telemetry goes on without it."""
    held = day_list(scope.db, EVERYTHING)
    return "no SaaS data yet" if held.empty else f"SaaS data until {day(held['day'].iloc[-1])}"


def previous_days(held: pd.DataFrame, filters: Filters) -> Filters | None:
    """Return the period before, if all of it is among the days that hold SaaS data."""
    before = filters.previous()
    return before if before.start >= _span(held)[0] else None


def say_what_applies(scope: Scope) -> None:
    """Say that a choice of roles, departments or sources changes nothing here."""
    if narrowed := [noun for noun, _ in scope.narrowed()]:
        st.info(
            f"The choice of {' and '.join(narrowed)} does not apply here, only the period does: "
            "accounts of the web application have permissions, not roles of a team.",
            icon=":material/filter_alt_off:",
        )


def _offer_data() -> None:
    with st.container(border=True):
        st.subheader("No SaaS data yet", anchor=False)
        st.write(
            "This page is about a second data set: sign-ins, requests and the audit log of a web "
            "application. Load a made-up one, or import your own `synthetic_saas_dataset.json` on "
            "the Data page."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Load SaaS demo data",
                type="primary",
                icon=":material/play_arrow:",
                key="load-saas",
                disabled=is_busy(),
                on_click=begin,
                args=("Loading SaaS demo data", load_saas_demo()),
            )
            st.page_link(
                "../pages/data.py",
                label="Import a file",
                icon=":material/upload_file:",
                query_params={"add": "Files"},
            )
        st.caption("Or in a terminal:")
        st.code(_COMMANDS, language="bash")


def _offer_days(span: tuple[date, date], requests: int) -> None:
    start, end = span
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("No SaaS data in this period", anchor=False, text_alignment="center")
        st.markdown(
            f"The SaaS data has its own days: {plural(requests, 'request')}, {days(start, end)}.",
            text_alignment="center",
        )
        st.button(
            "Show these days",
            type="primary",
            icon=":material/date_range:",
            key="show-saas-days",
            on_click=_show,
            args=(start, end),
        )


def _show(start: date, end: date) -> None:
    st.session_state["period"] = periods.CUSTOM
    st.session_state["range"] = (start, end - _DAY)


def _span(held: pd.DataFrame) -> tuple[date, date]:
    """Return the first day with SaaS data and the day after the last."""
    return held["day"].iloc[0].date(), held["day"].iloc[-1].date() + _DAY
