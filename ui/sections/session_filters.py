"""Filters of the Sessions page: query parameters, each shown as a chip that removes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics import (
    Filters,
    SessionFilter,
    cost_by_model,
    cost_by_project,
    errors_by_type,
    tool_calls_by_tool,
    user_list,
)
from charts.shared.labels import error_label, tool_label
from charts.shared.model_names import model_label
from ui.components.drilldown import Action
from ui.components.format import day as format_day
from ui.components.format import literal
from ui.components.labels import verbatim
from ui.page import Page
from ui.query_params import MAX_SEARCH

ANY_ERROR = "any"

FIND = "find"
PAGE = "page"

_LABELS = {
    "model": "Model",
    "user": "Person",
    "project": "Project",
    "tool": "Tool",
    "errors": "Error",
    "day": "Day",
}


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
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search",
            key=FIND,
            bind="query-params",
            placeholder="Person, project or session ID",
            icon=":material/search:",
            on_change=first_page,
            label_visibility="collapsed",
            width=340,
        )
        _filters_popover(page)
        chips = {name: value for name in _LABELS if (value := st.query_params.get(name, ""))}
        for name, value in chips.items():
            _chip(page, name, value)
    return SessionQuery(page.filters, _search(chips, (text or "")[:MAX_SEARCH]), chips)


def pick_day() -> Action:
    """Show the sessions of one day; for a chart on the same page."""
    return Action("day", "Show only", lambda value: _set("day", value), label_of=_day_label)


def first_page() -> None:
    """Go back to the first page, after the list has changed."""
    if PAGE in st.session_state:
        st.session_state[PAGE] = 1


def clear_filters() -> None:
    """Remove all chips and the search; a callback."""
    st.session_state[FIND] = ""
    for name in _LABELS:
        _drop(name)


def _search(chips: Mapping[str, str], text: str) -> SessionFilter:
    errors = chips.get("errors", "")
    return SessionFilter(
        model=chips.get("model", ""),
        user_id=chips.get("user", ""),
        project=chips.get("project", ""),
        tool_name=chips.get("tool", ""),
        error_type="" if errors == ANY_ERROR else errors,
        is_failing=errors == ANY_ERROR,
        text=text,
    )


def on_day(filters: Filters) -> Filters:
    """Narrow the filters to the day that the address names, if it does."""
    if (start := _date(st.query_params.get("day", ""))) is None:
        return filters
    return replace(filters, start=start, end=start + timedelta(days=1))


def _chip(page: Page, name: str, value: str) -> None:
    humanize = {
        "model": model_label,
        "user": lambda user: _names(page).get(user, user),
        "tool": tool_label,
        "errors": lambda kind: "any" if kind == ANY_ERROR else error_label(kind),
        "day": _day_label,
    }.get(name, verbatim)
    st.button(
        f"{_LABELS[name]}: **{literal(str(humanize(value))[:60])}**",
        icon=":material/close:",
        key=f"chip-{name}",
        help="Remove filter",
        on_click=_drop,
        args=(name,),
    )


def _filters_popover(page: Page) -> None:
    """Offer the values of the period; queried only when the popover is open."""
    control = st.popover(
        "Filters", icon=":material/filter_list:", key="filters", on_change="rerun", width="content"
    )
    if not control.open:
        return
    db, filters = page.db, page.filters
    with control:
        _choice("model", _values(cost_by_model(db, filters), "model"), model_label)
        _choice("user", [*_names(page)], lambda user: _names(page).get(user, user))
        _choice("project", _values(cost_by_project(db, filters), "project"), verbatim)
        _choice("tool", _values(tool_calls_by_tool(db, filters), "tool_name"), tool_label)
        kinds = [ANY_ERROR, *dict.fromkeys(_values(errors_by_type(db, filters), "error_type"))]
        _choice(
            "errors", kinds, lambda kind: "Any error" if kind == ANY_ERROR else error_label(kind)
        )


def _choice(name: str, values: list[str], humanize: Callable[[str], str]) -> None:
    selected = st.query_params.get(name)
    st.selectbox(
        _LABELS[name],
        values,
        index=values.index(selected) if selected in values else None,
        format_func=humanize,
        placeholder="Any",
        key=f"filter-{name}-{selected}",
        on_change=_choose,
        args=(name, f"filter-{name}-{selected}"),
    )


def _choose(name: str, key: str) -> None:
    if (value := st.session_state[key]) is None:
        _drop(name)
    else:
        _set(name, value)


def _set(name: str, value: str) -> None:
    st.query_params[name] = value
    first_page()


def _drop(name: str) -> None:
    st.query_params.pop(name, None)
    first_page()


def _names(page: Page) -> dict[str, str]:
    people = user_list(page.db, replace(page.filters, roles=(), departments=()))
    return dict(zip(people["user_id"], people["name"], strict=True))


def _values(frame: pd.DataFrame, column: str) -> list[str]:
    return [str(value) for value in frame[column]]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day_label(text: str) -> str:
    value = _date(text)
    return format_day(value) if value else text
