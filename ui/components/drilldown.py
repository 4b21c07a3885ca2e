"""Actions of a click on a bar or a row: filter the page, or open the details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from charts.shared.labels import humanize
from ui.components.labels import HUMANIZE
from ui.filters import FILTERS
from ui.scope import Scope

PARAM = "pick"
"""Name of the selection in the spec of a chart."""

LEGEND = "legend"
"""Name of the selection by a click on the legend."""

SESSIONS = "../pages/sessions.py"

_PENDING = "pending-link"
_VISITED = "visited-pages"

_OWN_PARAMS = ("id", "errors", "day")
"""Query parameters that an action sets, besides filters."""


@dataclass(frozen=True)
class Action:
    """What a click on a value does.

    Attributes
    ----------
    column : str
        Column of the frame that holds the value.
    label : str
        What the action does, shown where values are picked from a list: "Filter by role".
    act : callable
        Takes the value; a day is ``2026-01-31``. Runs as a callback, then the whole page is
        drawn again.
    named_by : str
        Column of the same frame with the display name of the value.
    label_of : callable, optional
        Turns the value into a display name otherwise; by default as in every table.
    """

    column: str
    label: str
    act: Callable[[str], None]
    named_by: str = ""
    label_of: Callable[[str], str] | None = None

    def __call__(self, value: Any) -> None:
        """Act on a value as a chart or a table holds it, then draw the page again."""
        self.act(self._text(value))
        st.rerun()

    def offers(self, frame: pd.DataFrame) -> dict[str, str]:
        """Return the values that can be picked from a frame, with their display names."""
        values = [self._text(value) for value in frame[self.column]]
        if self.named_by:
            return dict(zip(values, frame[self.named_by], strict=True))
        label = self.label_of or HUMANIZE.get(self.column, humanize)
        return {value: label(value) for value in values}

    def _text(self, value: Any) -> str:
        """Format a value for an address; charts pass days as milliseconds of UTC."""
        if self.column == "day" and isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
        return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value)


def filter_by(key: str, named_by: str = "") -> Action:
    """Filter the page by the value; a second click on it removes the filter.

    Parameters
    ----------
    key : str
        Key of the filter (`ui.filters.FILTERS`).
    named_by : str
        Column with the name of the value, if it is not that of every table.
    """
    each = FILTERS[key]
    return Action(
        each.column,
        f"Filter by {each.label.lower()}",
        partial(_toggle_filter, key),
        named_by,
        partial(_label, key),
    )


def link_to(
    page: str, param: str, label: str, column: str = "", named_by: str = "", **filters: str
) -> Action:
    """Open a page with the value in its address; the filters stay.

    Parameters
    ----------
    page : str
        File of the page, such as ``../pages/session.py``.
    param : str
        Name of the parameter.
    label : str
        What the action does, shown where values are picked from a list.
    column, named_by : str
        Columns that hold the value and its name; ``column`` is the parameter's name if empty.
    **filters : str
        Values of filters to set besides.
    """

    def act(value: str) -> None:
        for key, selected in filters.items():
            st.session_state[key] = [selected]
        st.session_state[_PENDING] = (page, {param: value})

    return Action(column or param, label, act, named_by)


def open_pending_link(here: str) -> None:
    """Open the page that an action links to; the next run of the script calls this first.

    Within the callback of a fragment, Streamlit would drop the filters from the address.

    Parameters
    ----------
    here : str
        Title of the page that is about to be drawn.
    """
    visited = st.session_state.setdefault(_VISITED, {})
    if link := st.session_state.pop(_PENDING, None):
        page, params = link
        visited[here, *sorted(params.items())] = _own_params()
        st.switch_page(page, query_params=params)
    _restore_params(here, visited)


def _restore_params(here: str, visited: Mapping[tuple[Any, ...], Mapping[str, str]]) -> None:
    """Restore the own parameters of a page when the user comes back to it.

    Streamlit writes those of the next page into the address of the previous one.
    """
    before = visited.get((here, *sorted(_own_params().items())))
    if before is not None:
        for name in _own_params():
            del st.query_params[name]
        st.query_params.update(before)


def _own_params() -> dict[str, str]:
    return {name: st.query_params[name] for name in _OWN_PARAMS if name in st.query_params}


def open_sessions(param: str, column: str = "", named_by: str = "") -> Action:
    """Open the list of the sessions behind the value.

    Parameters
    ----------
    param : str
        ``errors`` or ``day``.
    column, named_by : str
        Columns that hold the value and its name; ``column`` is the parameter's name if empty.
    """
    return link_to(SESSIONS, param, "Show sessions of", column, named_by)


def pickable(spec: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Make the marks of a chart spec clickable, and its legend if that names the same values."""
    copy = deepcopy(dict(spec))
    units = copy.get("layer", [copy])
    select = {"type": "point", "fields": [column], "toggle": False, "clear": False}
    params = [{"name": PARAM, "select": select}]
    if _has_legend_of(column, {**copy.get("encoding", {}), **units[0].get("encoding", {})}):
        params.append({"name": LEGEND, "select": select, "bind": "legend"})
    units[0]["params"] = [*units[0].get("params", ()), *params]
    for unit in units:
        mark = unit["mark"] if isinstance(unit["mark"], dict) else {"type": unit["mark"]}
        unit["mark"] = {**mark, "cursor": "pointer"}
    return copy


def _has_legend_of(column: str, encoding: Mapping[str, Any]) -> bool:
    color = encoding.get("color", {})
    return color.get("field") == column and color.get("legend", True) is not None


def picked(on_pick: Action, key: str) -> None:
    """React to a click on a chart; a callback.

    The chart gets another key, so that a second click on the same bar is noticed.
    """
    selection = st.session_state[chart_key(key)]["selection"]
    points = selection.get(PARAM) or selection.get(LEGEND)
    if points and points[0].get(on_pick.column) is not None:
        st.session_state[_turn(key)] += 1
        on_pick(points[0][on_pick.column])


def chart_key(key: str) -> str:
    """Return the key of a chart's selection in the session state."""
    return f"{key}-{st.session_state.setdefault(_turn(key), 0)}"


def choose(on_pick: Action, frame: pd.DataFrame, key: str, is_compact: bool = False) -> None:
    """Offer the same values in a list, for keyboards and screen readers."""
    offers = on_pick.offers(frame)
    st.selectbox(
        on_pick.label,
        [*offers],
        index=None,
        format_func=lambda value: offers.get(value, value),
        placeholder=f"{on_pick.label}\N{HORIZONTAL ELLIPSIS}" if is_compact else "Choose one",
        label_visibility="collapsed" if is_compact else "visible",
        width=260 if is_compact else "stretch",
        key=key,
        on_change=_chosen,
        args=(on_pick, key),
    )


def _chosen(on_pick: Action, key: str) -> None:
    if (value := st.session_state[key]) is not None:
        st.session_state[key] = None
        on_pick(value)


def _toggle_filter(key: str, value: str) -> None:
    choice = Scope.current().choices.get(key)
    if choice and value in choice.labels:
        st.session_state[key] = [] if st.session_state.get(key) == [value] else [value]


def _label(key: str, value: str) -> str:
    choice = Scope.current().choices.get(key)
    return choice.labels.get(value, humanize(value)) if choice else humanize(value)


def _turn(key: str) -> str:
    return f"turn-{key}"
