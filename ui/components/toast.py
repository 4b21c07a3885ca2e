"""Toasts that survive a rerun: Streamlit drops one that is shown right before it."""

from __future__ import annotations

import streamlit as st


def toast(text: str, is_error: bool = False) -> None:
    """Queue a message for the next run of the page."""
    st.session_state["toast"] = (text, is_error)


def show_toast() -> None:
    """Show the queued message."""
    text, is_error = st.session_state.pop("toast", ("", False))
    if text:
        icon = ":material/error:" if is_error else ":material/check_circle:"
        st.toast(text, icon=icon, duration="infinite" if is_error else "long")
