"""The filters as they stand in the address of the page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import periods

SELECTIONS = ("role", "department", "source")


def accept_ids(key: str, there_are: Sequence[str]) -> None:
    """Let an address name values by their ids, as the JSON API does.

    Streamlit itself reads and writes the words that the widget shows. Call this
    before the widget is drawn.
    """
    named = [value for value in st.query_params.get_all(key) if value in there_are]
    if named and key not in st.session_state:
        st.session_state[key] = named if key in SELECTIONS else named[0]


def reset_filters() -> None:
    """Forget every filter; a callback, so that the widgets of the same run show it."""
    st.session_state["period"] = periods.DEFAULT
    for key in SELECTIONS:
        st.session_state[key] = []
