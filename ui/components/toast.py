"""Messages that must survive a rerun: a toast shown right before one is lost."""

from __future__ import annotations

import streamlit as st


def toast(text: str, is_error: bool = False) -> None:
    """Keep a message for the next run of the page."""
    st.session_state["toast"] = (text, is_error)


def show_toast() -> None:
    """Show the message that the last run left."""
    text, is_error = st.session_state.pop("toast", ("", False))
    if text:
        icon = ":material/error:" if is_error else ":material/check_circle:"
        st.toast(text, icon=icon, duration="infinite" if is_error else "long")
