"""Filters of every page, bound to the query parameters, so that a link shows the same page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import streamlit as st

from analytics import connect, filter_options
from analytics.shared import event_span
from store.settings import reporting_zone
from store.time_bounds import local_day_bounds
from ui import periods
from ui.components.format import day, days, literal
from ui.filters import FILTERS, PERIOD, Choice, choices, is_used, select
from ui.query_params import UNKNOWN, accept_ids, forget_unknown, requested_days
from ui.scope import EVERYTHING, Scope

_REQUESTED = "requested-days"

_REASONS = {
    PERIOD: ("period", "which is unknown"),
    **{key: (each.label.lower(), "which is not in the data") for key, each in FILTERS.items()},
}
"""Name of what an address can ask for in vain, and what a warning adds."""


def choose(page: str, is_any_day: bool = False) -> Scope:
    """Draw the filters that a page heeds and return the selection.

    Parameters
    ----------
    page : str
        Title of the page.
    is_any_day : bool
        Whether days without telemetry can be chosen, on a page about other data.
    """
    db = connect()
    zone = reporting_zone(db)
    today = datetime.now(UTC).astimezone(zone).date()
    options = filter_options(db, EVERYTHING)
    first, last = options.first_day, options.last_day
    bounds = local_day_bounds(zone) if is_any_day else None
    warnings = []
    with st.sidebar:
        if is_used(PERIOD, page):
            start, end = _period(today, first, last, bounds)
            warnings += _missing_days((start, end), first or start)
        else:
            start, end = periods.period(periods.DEFAULT, today, first, last)
        selected = {choice.filter.key: choice for choice in _choose(choices(db, options, page))}
    _, last_at = event_span(db)
    return Scope(
        db=db,
        filters=select(start, end, {key: choice.selected for key, choice in selected.items()}),
        today=today,
        zone_name=zone.key,
        options=options,
        choices=selected,
        last_at=last_at.astimezone(zone) if last_at else None,
        warning=" ".join([*warnings, *_unknown_values(page)]),
    )


def _choose(offered: Sequence[Choice]) -> Iterator[Choice]:
    """Draw the filters that have several values, most of them behind "More filters"."""
    for choice in offered:
        known = {*choice.labels, *choice.labels.values()}
        _note_unknown(choice.filter.key, known)
        accept_ids(choice.filter.key, choice.labels)
    useful = [choice for choice in offered if len(choice.labels) > 1]
    more = [choice for choice in useful if not choice.filter.is_main]
    yield from (_several(choice) for choice in useful if choice.filter.is_main)
    if more:
        active = sum(map(_is_active, more))
        label = f"More filters ({active})" if active else "More filters"
        with st.expander(label, key="more-filters"):
            yield from [_several(choice) for choice in more]


def _period(
    today: date, first: date | None, last: date | None, bounds: tuple[date, date] | None
) -> tuple[date, date]:
    accept_ids(PERIOD, periods.LABELS)
    _note_unknown(PERIOD, {*periods.LABELS, *periods.LABELS.values()})
    if "range" in st.query_params:
        st.session_state.setdefault(PERIOD, periods.CUSTOM)
    choice = st.selectbox(
        "Period",
        periods.LABELS,
        [*periods.LABELS].index(periods.DEFAULT),
        format_func=periods.LABELS.__getitem__,
        key=PERIOD,
        bind="query-params",
        on_change=forget_unknown,
        args=(PERIOD,),
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
    if not requested or shown != instead or st.session_state[PERIOD] != periods.CUSTOM:
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


def _unknown_values(page: str) -> list[str]:
    """Name unknown values of the address, until the user chooses others."""
    return [
        f"This link asks for the {label} {literal(', '.join(unknown)[:100])}, {reason}."
        for key, (label, reason) in _REASONS.items()
        if is_used(key, page) and (unknown := st.session_state.get(UNKNOWN + key))
    ]


def _is_active(choice: Choice) -> bool:
    """Whether anything is selected, before its widget is drawn: at first by the address."""
    key = choice.filter.key
    if key in st.session_state:
        return not choice.labels.keys().isdisjoint(st.session_state[key])
    return not {*choice.labels.values()}.isdisjoint(st.query_params.get_all(key))


def _several(choice: Choice) -> Choice:
    """Draw a filter and return what is selected."""
    each = choice.filter
    selected = st.multiselect(
        each.label,
        [*choice.labels],
        format_func=lambda value: choice.labels.get(value, value),
        key=each.key,
        bind="query-params",
        placeholder=f"All {each.plural}",
        on_change=forget_unknown,
        args=(each.key,),
    )
    return replace(choice, selected=[value for value in selected if value in choice.labels])
