"""Pages without data: an empty store, no match, errors."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from ui.components.format import day, literal
from ui.jobs.panel import offer_demo_data
from ui.query_params import reset_filters
from ui.scope import Scope
from ui.sections.data.otlp_setup import connect_form


def welcome() -> None:
    """Offer the three ways to get data."""
    st.subheader("No telemetry yet. Three ways to start:", anchor=False)
    with st.grid(3, min_column_width=255, gap="small"):
        with st.container(border=True, height="stretch"):
            st.subheader("Explore demo data", icon=":material/science:", anchor=False)
            st.write("100 people over 60 days. Delete it at any time.")
            offer_demo_data()
        with st.container(border=True, height="stretch"):
            st.subheader("Import files", icon=":material/upload_file:", anchor=False)
            st.write(
                "CloudWatch exports, OpenTelemetry Collector files or Claude Code transcripts; "
                "employees.csv is optional."
            )
            st.page_link(
                "../pages/data.py",
                label="Choose files",
                icon=":material/arrow_forward:",
                query_params={"add": "Files"},
            )
        with st.container(border=True, height="stretch"):
            st.subheader("Connect Claude Code", icon=":material/cable:", anchor=False)
            connect_form()


def nothing_matches(scope: Scope) -> None:
    """Explain that no data matches the filters, and offer to reset them."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("Nothing matches these filters", anchor=False, text_alignment="center")
        last = f"Last event: {day(scope.last_at)}. " if scope.last_at else ""
        st.markdown(f"{last}Choose another period or fewer filters.", text_alignment="center")
        _reset_button()


def not_found(kind: str, requested: str, page: str, label: str) -> NoReturn:
    """Explain that the link names no stored session or person, and stop the page."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader(f"{kind.capitalize()} not found", anchor=False, text_alignment="center")
        unknown = (
            f"There is no {kind} **{literal(requested[:100])}**. It may have been deleted with its "
            "source, or belong to another database."
        )
        missing = f"This link names no {kind}. Choose one from the list."
        st.markdown(unknown if requested else missing, text_alignment="center")
        st.page_link(page, label=label, icon=":material/arrow_back:", query_params={})
    st.stop()


def store_is_down(message: str) -> None:
    """Explain why the store cannot be used, and what to do."""
    st.title("Database unavailable", anchor=False)
    with st.container(border=True):
        st.markdown(f"**What happened** {literal(message)}")
        st.markdown(
            "**What to do**\n"
            "1. If `MONGO_URL` is set, check that this MongoDB is running and accepts the "
            "credentials.\n"
            "2. If it is not set, the embedded store is used: check free disk space, and that no "
            "other program uses its folder.\n"
            "3. Then try again. Nothing is lost; filters stay in the address."
        )
        st.button("Try again", icon=":material/refresh:", type="primary", key="retry")


def prices_unreadable(message: str) -> None:
    """Explain what is wrong in the file with custom prices."""
    st.title("Custom prices cannot be read", anchor=False)
    with st.container(border=True):
        st.text(message)
        st.write("Correct or remove the file, then try again; no restart is needed.")
        st.button("Try again", icon=":material/refresh:", type="primary", key="retry-prices")


def invalid_filters(message: str) -> None:
    """Explain why the filters are invalid."""
    st.title("Invalid filters", anchor=False)
    with st.container(border=True):
        st.write(literal(message))
        _reset_button()


def page_failed(reference: str) -> None:
    """Explain that a part of the page failed, with the reference of the error in the log."""
    with st.container(border=True):
        st.subheader("This part of the page failed", anchor=False, icon=":material/error:")
        st.write("The data is safe. If it happens again, report it with this reference:")
        st.code(reference, language=None)
        st.button("Try again", icon=":material/refresh:", key=f"retry-{reference}")


def _reset_button() -> None:
    st.button(
        "Reset filters",
        on_click=reset_filters,
        icon=":material/filter_alt_off:",
        key="reset-page",
    )
