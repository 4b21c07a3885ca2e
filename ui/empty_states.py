"""What stands on a page when there is nothing to draw."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from ui.components.format import literal
from ui.jobs.panel import offer_demo_data
from ui.query_params import reset_filters
from ui.scope import Scope
from ui.sections.data.otlp_setup import connect_help


def welcome() -> None:
    """Offer the three ways to a first page."""
    st.subheader("No telemetry yet. Three ways to begin:", anchor=False)
    with st.grid(3, min_column_width=255, gap="small"):
        with st.container(border=True, height="stretch"):
            st.markdown("##### :material/science: Look around with demo data")
            st.write("A made-up team of 100 people and 60 days. Remove it whenever you like.")
            offer_demo_data()
        with st.container(border=True, height="stretch"):
            st.markdown("##### :material/upload_file: Import a file")
            st.write(
                "A CloudWatch export, files of an OpenTelemetry Collector or transcripts of "
                "Claude Code, with or without employees.csv."
            )
            st.page_link(
                "../pages/data.py",
                label="Choose a file",
                icon=":material/arrow_forward:",
                query_params={"add": "Files"},
            )
        with st.container(border=True, height="stretch"):
            st.markdown("##### :material/cable: Connect Claude Code")
            connect_help()


def nothing_matches(scope: Scope) -> None:
    """Say that the filters leave nothing, and offer to drop them."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("Nothing matches these filters", anchor=False, text_alignment="center")
        last = f"The store has events until {scope.last_at:%-d %B %Y}. " if scope.last_at else ""
        st.markdown(f"{last}Choose another period or fewer filters.", text_alignment="center")
        _reset_button()


def not_found(kind: str, asked: str, page: str, label: str) -> NoReturn:
    """Say that a link leads to nothing that the store has, and stop the page."""
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader(f"There is no such {kind}", anchor=False, text_alignment="center")
        named = (
            f"The store knows no {kind} **{literal(asked[:100])}**. It may have been deleted "
            "with its source, or belong to another store."
        )
        nothing = f"The address names no {kind}: choose one from the list."
        st.markdown(named if asked else nothing, text_alignment="center")
        st.page_link(page, label=label, icon=":material/arrow_back:", query_params={})
    st.stop()


def store_is_down(message: str) -> None:
    """Say that the store cannot be used, why, and what to do."""
    st.title("The store cannot be reached", anchor=False)
    with st.container(border=True):
        st.markdown(f"**What happened** {literal(message)}")
        st.markdown(
            "**What to do**\n"
            "1. If `MONGO_URL` is set, check that this MongoDB runs and lets you in.\n"
            "2. If it is not set, the embedded store should run: check that the disk has room, "
            "and that no other program uses its folder.\n"
            "3. Then try again. Nothing is lost; filters stay in the address."
        )
        st.button("Try again", icon=":material/refresh:", type="primary", key="retry")


def prices_unreadable(message: str) -> None:
    """Say that the file with prices of one's own is damaged, and where."""
    st.title("Your prices cannot be read", anchor=False)
    with st.container(border=True):
        st.text(message)
        st.write("Correct the file, or move it away. Then try again; no restart is needed.")
        st.button("Try again", icon=":material/refresh:", type="primary", key="retry-prices")


def invalid_filters(message: str) -> None:
    """Say that the filters cannot be meant."""
    st.title("These filters cannot be used", anchor=False)
    with st.container(border=True):
        st.write(literal(message))
        _reset_button()


def broken(reference: str) -> None:
    """Say that this is our fault, and under which reference the log has it."""
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
