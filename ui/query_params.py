"""Filters in the query parameters of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from ui import periods
from ui.filters import FILTERS, PERIOD

MAX_SEARCH = 100
"""Characters of a search that count; a limit of the widget would show a counter."""

UNKNOWN = "unknown-"
"""Prefix of the session state that holds unknown values of a filter in the address."""


def accept_ids(key: str, labels: Mapping[str, str]) -> None:
    """Let an address name values by their ids, as the JSON API does.

    Streamlit itself reads and writes the labels that the widget shows. Call this
    before the widget is drawn.

    Parameters
    ----------
    key : str
        Key of the widget, and name of the parameter.
    labels : mapping
        Label of each value in the widget.
    """
    values, shown = st.query_params.get_all(key), {*labels.values()}
    # The name of one person can be the id of another
    names = [value if value in shown else labels.get(value, value) for value in values]
    # The label of a department is its id: to write that again would loop
    if key not in st.session_state and names != values:
        st.query_params[key] = names
        st.rerun()


def requested_days(key: str) -> tuple[date, ...]:
    """Return the first and the last day of the range in the address; empty if there is none."""
    try:
        requested = sorted(date.fromisoformat(text) for text in st.query_params.get_all(key))
    except ValueError:
        return ()
    return tuple(requested) if len(requested) in (1, 2) else ()


def reset_filters() -> None:
    """Reset every filter; a callback, so that the widgets of the same run show it."""
    st.session_state[PERIOD] = periods.DEFAULT
    forget_unknown(PERIOD)
    for key in FILTERS:
        clear_filter(key)


def clear_filter(key: str) -> None:
    """Reset one filter; a callback."""
    st.session_state[key] = []
    forget_unknown(key)


def forget_unknown(key: str) -> None:
    """Drop the warning about unknown values of the address, after the user has chosen."""
    st.session_state.pop(UNKNOWN + key, None)
