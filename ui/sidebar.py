"""Filters of every page, bound to the query parameters, so that a link shows the same page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import streamlit as st

from analytics import Filters, connect, filter_options
from analytics.shared import event_span
from charts.shared.labels import humanize
from store.events.sources import source_label
from store.settings import reporting_zone
from store.time_bounds import local_day_bounds
from ui import periods
from ui.components.format import day, days, literal
from ui.query_params import (
    SELECTIONS,
    UNKNOWN,
    accept_ids,
    forget_unknown,
    requested_days,
    reset_filters,
)
from ui.scope import EVERYTHING, Scope

_UNKNOWN = {
    "period": "which is unknown",
    **dict.fromkeys(SELECTIONS, "which is not in the data"),
}
"""Filters of an address that can have unknown values, and what a warning adds."""

_LABELS = {
    "7": "Last 7 days",
    "30": "Last 30 days",
    "90": "Last 90 days",
    periods.ALL: "All time",
    periods.CUSTOM: "Custom dates",
}

_REQUESTED = "requested-days"


def choose(is_any_day: bool = False) -> Scope:
    """Draw the filters and return the selection.

    Parameters
    ----------
    is_any_day : bool
        Whether days without telemetry can be chosen, on a page about other data.
    """
    db = connect()
    zone = reporting_zone(db)
    today = datetime.now(UTC).astimezone(zone).date()
    options = filter_options(db, EVERYTHING)
    bounds = local_day_bounds(zone) if is_any_day else None
    with st.sidebar:
        start, end = _period(today, options.first_day, options.last_day, bounds)
        roles = _several("Role", "role", options.roles, humanize)
        departments = _several("Department", "department", options.departments)
        sources = _several("Source", "source", options.sources, source_label)
        default_days = periods.period(periods.DEFAULT, today, options.first_day, options.last_day)
        if (start, end) != default_days or roles or departments or sources:
            st.button(
                "Reset filters",
                on_click=reset_filters,
                icon=":material/filter_alt_off:",
                type="tertiary",
            )
    _, last_at = event_span(db)
    warnings = [*_missing_days((start, end), options.first_day or start), *_unknown_values()]
    return Scope(
        db=db,
        filters=Filters(start, end, roles, departments, sources),
        today=today,
        zone_name=zone.key,
        roles=options.roles,
        departments=options.departments,
        sources=options.sources,
        first_day=options.first_day,
        last_at=last_at.astimezone(zone) if last_at else None,
        warning=" ".join(warnings),
    )


def _period(
    today: date, first: date | None, last: date | None, bounds: tuple[date, date] | None
) -> tuple[date, date]:
    accept_ids("period", _LABELS)
    _note_unknown("period", {*_LABELS, *_LABELS.values()})
    if "range" in st.query_params:
        st.session_state.setdefault("period", periods.CUSTOM)
    choice = st.selectbox(
        "Period",
        periods.CHOICES,
        periods.CHOICES.index(periods.DEFAULT),
        format_func=_LABELS.__getitem__,
        key="period",
        bind="query-params",
        on_change=forget_unknown,
        args=("period",),
    )
    preset = periods.period(choice, today, first, last)
    if choice != periods.CUSTOM:
        return preset
    available = bounds or (min(first or preset[0], preset[0]), max(today, last or today))
    _clip_requested(available, preset)
    # Days without telemetry may have been chosen on a page about other data
    chosen = st.session_state.get("range", ())
    picked = st.date_input(
        "Date range",
        (preset[0], periods.last_day(today, last)),
        min_value=min([available[0], *chosen]),
        max_value=max([available[1], *chosen]),
        key="range",
        bind="query-params",
        required=True,
        format="YYYY-MM-DD",
    )
    return periods.chosen(picked, preset)


def _clip_requested(available: tuple[date, date], preset: tuple[date, date]) -> None:
    """Clip the days of the address to the available ones; Streamlit would drop all of them."""
    requested = requested_days("range")
    if not requested or "range" in st.session_state:
        return
    part = periods.within(requested, available)
    is_whole = part == (requested[0], requested[-1])
    is_in_order = [*map(str, requested)] == st.query_params.get_all("range")
    if is_whole and is_in_order:
        return
    if not is_whole:
        st.session_state[_REQUESTED] = (requested, periods.chosen(part, preset))
    if part:
        st.query_params["range"] = [end.isoformat() for end in part]
        st.rerun()


def _missing_days(shown: tuple[date, date], first: date) -> list[str]:
    """Name requested days without data, until the user chooses others."""
    requested, instead = st.session_state.get(_REQUESTED, ((), ()))
    if not requested or shown != instead or st.session_state["period"] != periods.CUSTOM:
        st.session_state.pop(_REQUESTED, None)
        return []
    span = " \N{EN DASH} ".join(dict.fromkeys(map(day, requested)))
    limit = f"before {day(first)}" if requested[0] < first else "after today"
    return [f"This link asks for {span}. There is no data {limit}; showing {days(*shown)}."]


def _note_unknown(key: str, known: set[str]) -> None:
    """Remember unknown values of the address, which Streamlit drops silently."""
    if key not in st.session_state:
        unknown = [value for value in st.query_params.get_all(key) if value not in known]
        st.session_state[UNKNOWN + key] = unknown


def _unknown_values() -> list[str]:
    """Name unknown values of the address, until the user chooses others."""
    return [
        f"This link asks for the {key} {literal(', '.join(unknown)[:100])}, {_UNKNOWN[key]}."
        for key in _UNKNOWN
        if (unknown := st.session_state.get(UNKNOWN + key))
    ]


def _several(
    label: str, key: str, values: Sequence[str], label_of: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Offer a filter by a dimension with several values."""
    if len(values) < 2:
        return ()
    accept_ids(key, {value: label_of(value) for value in values})
    _note_unknown(key, {*values, *map(label_of, values)})
    selected = st.multiselect(
        label,
        values,
        format_func=label_of,
        key=key,
        bind="query-params",
        placeholder=f"All {label.lower()}s",
        on_change=forget_unknown,
        args=(key,),
    )
    return tuple(value for value in selected if value in values)
