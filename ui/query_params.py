"""The filters as they stand in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from ui import periods

SELECTIONS = ("role", "department", "source")

UNKNOWN = "unknown-"
"""With a selection behind it: where a session keeps what an address asks for in vain."""


def accept_ids(key: str, labels: Mapping[str, str]) -> None:
    """Let an address name values by their ids, as the JSON API does.

    Streamlit itself reads and writes the words that the widget shows. Call this
    before the widget is drawn.

    Parameters
    ----------
    key : str
        Key of the widget, and name of the parameter.
    labels : mapping
        What the widget shows for each value.
    """
    asked = st.query_params.get_all(key)
    named = [labels.get(value, value) for value in asked]
    # A department is called by its id: to write that again would never end
    if key not in st.session_state and named != asked:
        st.query_params[key] = named
        st.rerun()


def asked_days(key: str) -> tuple[date, ...]:
    """Return the first and the last day that the address names, in the order of the calendar.

    Empty if it names no range.
    """
    try:
        asked = sorted(date.fromisoformat(text) for text in st.query_params.get_all(key))
    except ValueError:
        return ()
    return tuple(asked) if len(asked) in (1, 2) else ()


def reset_filters() -> None:
    """Forget every filter; a callback, so that the widgets of the same run show it."""
    st.session_state["period"] = periods.DEFAULT
    for key in SELECTIONS:
        st.session_state[key] = []
        forget_unknown(key)


def forget_unknown(key: str) -> None:
    """Forget what the address asked for in vain: the reader has chosen."""
    st.session_state.pop(UNKNOWN + key, None)
