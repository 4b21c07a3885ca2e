"""What a click on a bar or a row does: filter_by the filters, or open what is behind it."""

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
from ui.components.labels import WORDING
from ui.scope import Scope

PARAM = "pick"
"""Name of the selection in the spec of a chart."""

SESSIONS = "../pages/sessions.py"

_WANTED = "wanted-page"
_LEFT = "pages-left"

_OURS = ("id", "model", "user", "project", "tool", "errors", "day")
"""Parameters that a pick writes into the address."""


@dataclass(frozen=True)
class Action:
    """What happens to the value that a reader picks.

    Attributes
    ----------
    column : str
        Column of the frame that the value stands in.
    label : str
        What happens, for whoever picks from a list: "Filter by role".
    act : callable
        Takes the value; a day is written ``2026-01-31``. It runs as a callback, then the
        whole page is drawn anew.
    named_by : str
        Column of the same frame with the value's name for readers.
    wording : callable, optional
        How the value is written otherwise; as everywhere, if not given.
    """

    column: str
    label: str
    act: Callable[[str], None]
    named_by: str = ""
    wording: Callable[[str], str] | None = None

    def __call__(self, value: Any) -> None:
        """Act on a value as a chart or a table holds it, then draw the page anew."""
        self.act(_text(value))
        st.rerun()

    def offers(self, frame: pd.DataFrame) -> dict[str, str]:
        """Return what can be picked from a frame, and how each is called."""
        values = [_text(value) for value in frame[self.column]]
        if self.named_by:
            return dict(zip(values, frame[self.named_by], strict=True))
        wording = self.wording or WORDING.get(self.column, humanize)
        return {value: wording(value) for value in values}


def filter_by(key: str, column: str = "") -> Action:
    """Narrow the sidebar's filter to the value; picked again, it lets everything in again.

    Parameters
    ----------
    key : str
        ``role``, ``department`` or ``source``.
    column : str
        Column that holds the value; as the filter is called, if empty.
    """
    return Action(column or key, f"Filter by {key}", partial(_narrow, key))


def link_to(
    page: str, param: str, label: str, column: str = "", named_by: str = "", **also: str
) -> Action:
    """Open a page with the value in its address; the filters stay.

    Parameters
    ----------
    page : str
        File of the page, such as ``../pages/session.py``.
    param : str
        Name of the parameter.
    label : str
        What happens, for whoever picks from a list.
    column, named_by : str
        Columns that hold the value and its name; ``column`` is called as the parameter, if empty.
    **also : str
        Further parameters.
    """

    def act(value: str) -> None:
        st.session_state[_WANTED] = (page, {param: value, **also})

    return Action(column or param, label, act, named_by)


def go_where_wanted(here: str) -> None:
    """Open the page that was picked; the next run of the script calls this before it draws.

    Within the callback of a fragment, Streamlit would take the filters out of the address.

    Parameters
    ----------
    here : str
        Title of the page that is about to be drawn.
    """
    left = st.session_state.setdefault(_LEFT, {})
    if wanted := st.session_state.pop(_WANTED, None):
        page, params = wanted
        left[here, *sorted(params.items())] = _ours()
        st.switch_page(page, query_params=params)
    _put_back(here, left)


def _put_back(here: str, left: Mapping[tuple[Any, ...], Mapping[str, str]]) -> None:
    """Give a page its own parameters again when the reader comes back to it.

    Streamlit writes those of the next page into the address of the one that is left.
    """
    before = left.get((here, *sorted(_ours().items())))
    if before is not None:
        for name in _ours():
            del st.query_params[name]
        st.query_params.update(before)


def _ours() -> dict[str, str]:
    return {name: st.query_params[name] for name in _OURS if name in st.query_params}


def open_sessions(param: str, column: str = "", named_by: str = "") -> Action:
    """Open the list of sessions behind the value.

    Parameters
    ----------
    param : str
        ``model``, ``user``, ``project``, ``tool``, ``errors`` or ``day``.
    column, named_by : str
        Columns that hold the value and its name; ``column`` is called as the parameter, if empty.
    """
    return link_to(SESSIONS, param, "Show the sessions of", column, named_by)


def pickable(spec: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Return the spec of a chart with marks that can be clicked."""
    copy = deepcopy(dict(spec))
    units = copy.get("layer", [copy])
    select = {"type": "point", "fields": [column], "toggle": False, "clear": False}
    units[0]["params"] = [*units[0].get("params", ()), {"name": PARAM, "select": select}]
    for unit in units:
        mark = unit["mark"] if isinstance(unit["mark"], dict) else {"type": unit["mark"]}
        unit["mark"] = {**mark, "cursor": "pointer"}
    return copy


def picked(on_pick: Action, key: str) -> None:
    """React to a click on a chart; a callback.

    The chart gets another key by it, so that a click on the same bar counts again.
    """
    chosen = st.session_state[chart_key(key)]["selection"].get(PARAM)
    if chosen and chosen[0].get(on_pick.column) is not None:
        st.session_state[_turn(key)] += 1
        on_pick(chosen[0][on_pick.column])


def chart_key(key: str) -> str:
    """Return the key under which Streamlit keeps the selection of a chart."""
    return f"{key}-{st.session_state.setdefault(_turn(key), 0)}"


def choose(on_pick: Action, frame: pd.DataFrame, key: str, is_compact: bool = False) -> None:
    """Offer the same from a list, for whoever does not use a mouse."""
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


def _narrow(key: str, value: str) -> None:
    if value in getattr(Scope.current(), f"{key}s"):
        st.session_state[key] = [] if st.session_state.get(key) == [value] else [value]


def _turn(key: str) -> str:
    return f"turn-{key}"


def _text(value: Any) -> str:
    """Write a value as an address does; a chart tells days as milliseconds of UTC."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value)
