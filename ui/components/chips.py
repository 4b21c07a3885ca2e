"""Active filters as chips that remove them, and the way to the sessions behind the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analytics import headline_totals
from ui import periods
from ui.components.drilldown import SESSIONS
from ui.components.format import literal, plural
from ui.filters import PERIOD
from ui.query_params import clear_filter, reset_filters
from ui.scope import Scope

_WITHOUT_LINK = ("Sessions", "Person")
"""Pages that list the sessions themselves."""

_LONGEST = 60
"""Characters of a value that a chip shows."""


def chips(scope: Scope, page: str) -> None:
    """Draw the active filters, if there are any.

    Parameters
    ----------
    scope : Scope
        The selection.
    page : str
        Title of the page.
    """
    active = scope.active
    # Always a container: without it the browser rebuilds the page when the last chip disappears
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
        for choice in active:
            chip(choice.filter.key, choice.filter.label, choice.summary, clear_filter)
        is_default = st.session_state.get(PERIOD, periods.DEFAULT) == periods.DEFAULT
        if active and len(active) + (not is_default) > 1:
            st.button(
                "Reset filters",
                on_click=reset_filters,
                icon=":material/filter_alt_off:",
                type="tertiary",
            )
        if active and page not in _WITHOUT_LINK:
            _sessions_link(headline_totals(scope.db, scope.filters).sessions)


def _sessions_link(sessions: int) -> None:
    if sessions:
        label = f"Show the {plural(sessions, 'session')}"
        st.page_link(SESSIONS, label=label, icon=":material/arrow_forward:")


def chip(key: str, label: str, value: str, on_remove: Callable[[str], None]) -> None:
    """Draw one filter as a button that removes it.

    Parameters
    ----------
    key : str
        Key of the filter.
    label, value : str
        What is filtered, and by what.
    on_remove : callable
        Takes the key; a callback.
    """
    st.button(
        f"{label}: **{literal(value[:_LONGEST])}**",
        icon=":material/close:",
        icon_position="right",
        key=f"chip-{key}",
        help="Remove filter",
        on_click=on_remove,
        args=(key,),
    )
