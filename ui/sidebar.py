"""The filters beside every page. They live in the address, so a link shows the same page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

import streamlit as st

from analytics import Filters, connect, data_status, filter_options
from analytics.saas import day_list
from charts.shared.labels import humanize
from store.settings import reporting_zone
from ui import periods
from ui.components.format import day, days, literal
from ui.query_params import (
    SELECTIONS,
    UNKNOWN,
    accept_ids,
    asked_days,
    forget_unknown,
    reset_filters,
)
from ui.scope import EVERYTHING, SOURCES, Scope

_LABELS = {
    "7": "Last 7 days",
    "30": "Last 30 days",
    "90": "Last 90 days",
    periods.ALL: "All time",
    periods.CUSTOM: "Custom dates",
}

_ASKED = "asked-days"


def choose() -> Scope:
    """Draw the filters and return what they select."""
    db = connect()
    zone = reporting_zone(db)
    today = datetime.now(UTC).astimezone(zone).date()
    options = filter_options(db, EVERYTHING)
    # The second data set has days of its own
    others = day_list(db, EVERYTHING)["day"].dt.date
    with st.sidebar:
        start, end = _period(today, options.first_day, options.last_day, others)
        roles = _several("Role", "role", options.roles, humanize)
        departments = _several("Department", "department", options.departments)
        sources = _several("Source", "source", options.sources, lambda s: SOURCES.get(s, s))
        default_days = periods.period(periods.DEFAULT, today, options.first_day, options.last_day)
        if (start, end) != default_days or roles or departments or sources:
            st.button(
                "Reset filters",
                on_click=reset_filters,
                icon=":material/filter_alt_off:",
                type="tertiary",
            )
    last_at = data_status(db).last_timestamp
    first = [options.first_day] if options.first_day else []
    told = _what_was_asked((start, end), min([*first, *others], default=start))
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
        warning=" ".join([*told, *_what_is_unknown()]),
    )


def _period(
    today: date, first: date | None, last: date | None, others: Iterable[date]
) -> tuple[date, date]:
    accept_ids("period", _LABELS)
    if "range" in st.query_params:
        st.session_state.setdefault("period", periods.CUSTOM)
    choice = st.selectbox(
        "Period",
        periods.CHOICES,
        periods.CHOICES.index(periods.DEFAULT),
        format_func=_LABELS.__getitem__,
        key="period",
        bind="query-params",
    )
    preset = periods.period(choice, today, first, last)
    if choice != periods.CUSTOM:
        return preset
    there_are = min(first or preset[0], preset[0], *others), max(today, last or today, *others)
    _accept_part(there_are, preset)
    picked = st.date_input(
        "From and until",
        (preset[0], periods.last_day(today, last)),
        min_value=there_are[0],
        max_value=there_are[1],
        key="range",
        bind="query-params",
        required=True,
        format="YYYY-MM-DD",
    )
    return periods.chosen(picked, preset)


def _accept_part(there_are: tuple[date, date], preset: tuple[date, date]) -> None:
    """Keep those days of the address that there are; Streamlit would drop all without a word."""
    asked = asked_days("range")
    if not asked or "range" in st.session_state:
        return
    part = periods.within(asked, there_are)
    is_whole = part == (asked[0], asked[-1])
    is_in_order = [*map(str, asked)] == st.query_params.get_all("range")
    if is_whole and is_in_order:
        return
    if not is_whole:
        st.session_state[_ASKED] = (asked, periods.chosen(part, preset))
    if part:
        st.query_params["range"] = [end.isoformat() for end in part]
        st.rerun()


def _what_was_asked(shown: tuple[date, date], first: date) -> list[str]:
    """Say which days the address asked for, until the reader chooses others."""
    asked, instead = st.session_state.get(_ASKED, ((), ()))
    if not asked or shown != instead or st.session_state["period"] != periods.CUSTOM:
        st.session_state.pop(_ASKED, None)
        return []
    wanted = " \N{EN DASH} ".join(dict.fromkeys(map(day, asked)))
    ends = f"before {day(first)}" if asked[0] < first else "after today"
    return [f"The address asks for {wanted}. There is nothing {ends}; shown is {days(*shown)}."]


def _note_unknown(key: str, known: set[str]) -> None:
    """Keep what the address asks for and there is not; Streamlit drops it without a word."""
    if key not in st.session_state:
        unknown = [value for value in st.query_params.get_all(key) if value not in known]
        st.session_state[UNKNOWN + key] = unknown


def _what_is_unknown() -> list[str]:
    """Say which choices the address asks for in vain, until the reader chooses others."""
    return [
        f"The address asks for the {key} {literal(', '.join(unknown)[:100])}, "
        "which is not in the data."
        for key in SELECTIONS
        if (unknown := st.session_state.get(UNKNOWN + key))
    ]


def _several(
    label: str, key: str, there_are: Sequence[str], wording: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Offer a choice where there is one; what the address asks for is held to it."""
    if len(there_are) < 2:
        return ()
    accept_ids(key, {value: wording(value) for value in there_are})
    _note_unknown(key, {*there_are, *map(wording, there_are)})
    picked = st.multiselect(
        label,
        there_are,
        format_func=wording,
        key=key,
        bind="query-params",
        placeholder=f"All {label.lower()}s",
        on_change=forget_unknown,
        args=(key,),
    )
    return tuple(value for value in picked if value in there_are)
