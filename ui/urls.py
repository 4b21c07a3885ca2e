"""The filters as they stand in the address of the page."""

from __future__ import annotations

import streamlit as st

FILTER_KEYS = ("period", "range", "role", "department", "source")


def reset_filters() -> None:
    """Forget every filter; a callback, so the widgets start anew in the same run."""
    for key in FILTER_KEYS:
        st.session_state.pop(key, None)
