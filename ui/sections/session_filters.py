"""Search of the Sessions page, and its own filters: errors and a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from analytics import Filters, SessionFilter, errors_by_type
from charts.shared.labels import error_label
from ui.components.chips import chip
from ui.components.drilldown import Action
from ui.components.format import day as format_day
from ui.page import Page
from ui.query_params import MAX_SEARCH

ANY_ERROR = "any"

FIND = "find"

_LABELS = {"errors": "Error", "day": "Day"}


@dataclass(frozen=True)
class SessionQuery:
    """Sessions to list.

    Attributes
    ----------
    filters : Filters
        Those of the page.
    search : SessionFilter
        Further conditions of the chips and the search.
    chips : mapping
        Query parameters that filter the list.
    """

    filters: Filters
    search: SessionFilter
    chips: Mapping[str, str]

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is filtered beyond the sidebar."""
        return bool(self.chips) or self.search != SessionFilter()


def session_query(page: Page) -> SessionQuery:
    """Draw the search and the chips, and return what they select."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = st.text_input(
            "Search",
            key=FIND,
            bind="query-params",
            placeholder="Person, project or session ID",
            icon=":material/search:",
            label_visibility="collapsed",
            width=340,
        )
        _errors_popover(page)
        chips = {name: value for name in _LABELS if (value := st.query_params.get(name, ""))}
        for name, value in chips.items():
            chip(name, _LABELS[name], _NAMES[name](value), _drop)
    return SessionQuery(page.filters, _search(chips, (text or "")[:MAX_SEARCH]), chips)


def pick_day() -> Action:
    """Show the sessions of one day; for a chart on the same page."""
    return Action("day", "Show only", lambda value: _set("day", value), label_of=_day_label)


def clear_filters() -> None:
    """Remove all chips and the search; a callback."""
    st.session_state[FIND] = ""
    for name in _LABELS:
        _drop(name)


def _search(chips: Mapping[str, str], text: str) -> SessionFilter:
    errors = chips.get("errors", "")
    return SessionFilter(
        error_type="" if errors == ANY_ERROR else errors,
        is_failing=errors == ANY_ERROR,
        text=text,
    )


def on_day(filters: Filters) -> Filters:
    """Narrow the filters to the day that the address names, if it does."""
    if (start := _date(st.query_params.get("day", ""))) is None:
        return filters
    return replace(filters, start=start, end=start + timedelta(days=1))


def _errors_popover(page: Page) -> None:
    """Offer the errors of the period; queried only when the popover is open."""
    control = st.popover(
        "Errors", icon=":material/error:", key="errors-list", on_change="rerun", width="content"
    )
    if not control.open:
        return
    kinds = errors_by_type(page.db, page.filters)["error_type"]
    values = [ANY_ERROR, *dict.fromkeys(map(str, kinds))]
    selected = st.query_params.get("errors")
    key = f"filter-errors-{selected}"
    control.selectbox(
        _LABELS["errors"],
        values,
        index=values.index(selected) if selected in values else None,
        format_func=_error_label,
        placeholder="Any",
        key=key,
        on_change=_choose,
        args=("errors", key),
    )


def _choose(name: str, key: str) -> None:
    if (value := st.session_state[key]) is None:
        _drop(name)
    else:
        _set(name, value)


def _set(name: str, value: str) -> None:
    st.query_params[name] = value


def _drop(name: str) -> None:
    st.query_params.pop(name, None)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day_label(text: str) -> str:
    value = _date(text)
    return format_day(value) if value else text


def _error_label(kind: str) -> str:
    return "Any error" if kind == ANY_ERROR else error_label(kind)


_NAMES = {"errors": _error_label, "day": _day_label}
