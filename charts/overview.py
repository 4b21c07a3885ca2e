"""Ranked bars: who or what has how much of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pandas as pd

from charts.shared.money import price_tip, with_prices
from charts.shared.numbers import PERCENT, to_the_cent
from charts.shared.palette import TOKEN_KINDS, role_scale, token_scale
from charts.shared.ranked import ranked
from charts.shared.spec import ChartSpec, Spec, charted, field
from charts.shared.theme import (
    DAY_FORMAT,
    HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
    SHORT_MONEY,
    SHORT_NUMBER,
    faded_where,
    legend_below,
    value_axis,
)


@charted
def tokens_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> ChartSpec:
    """Rank roles by total tokens, each in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``role``, ``api_requests``, ``total_tokens``, ``tokens_per_request`` and ``cost_usd``.
    roles : iterable of str
        Every role of the store, so that a filter changes no colour.
    """
    scale = role_scale([*frame["role"], *roles])
    return ranked(
        frame,
        "role",
        "total_tokens",
        tooltip=[
            field("total_tokens:Q", title="Tokens", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("api_requests:Q", title="API requests", format=","),
            field("tokens_per_request:Q", title="Tokens per request", format=",.0f"),
            price_tip("cost_usd", "Cost"),
        ],
        color=field("role:N", scale=scale, legend=None),
    )


@charted
def events_by_type(frame: pd.DataFrame) -> ChartSpec:
    """Rank event types by how often they happened.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``event_type`` and ``events``.
    """
    return ranked(
        frame,
        "event_type",
        "events",
        tooltip=[
            field("events:Q", title="Events", format=","),
            field("share:Q", title="Share", format=PERCENT),
        ],
    )


MONDAY = 0

WHEN = field("day:T", timeUnit="utcyearmonthdate", title="Day", format=DAY_FORMAT)


@charted
def events_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw events per day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``events``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(frame, partial_day),
        y=field("events:Q", axis=value_axis()),
        tooltip=[field("events:Q", title="Events", format=",")],
        words=peak(frame, "events", "{:,.0f} events".format),
    )


@charted
def cost_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw US dollars per day; requests without a price are named in the tooltip.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``cost_usd`` and ``unpriced_requests``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(with_prices(frame), partial_day),
        y=field("cost_usd:Q", axis=value_axis(SHORT_MONEY)),
        tooltip=[
            price_tip("cost_usd", "Cost"),
            field("unpriced_requests:Q", title="Requests without a price", format=","),
        ],
        words=peak(frame, "cost_usd", to_the_cent),
    )


@charted
def tokens_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw tokens per day, stacked by kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, the four kinds and ``total_tokens``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    named = frame.rename(columns=TOKEN_KINDS)
    by_kind = named.melt(
        ["day", "total_tokens"], list(TOKEN_KINDS.values()), var_name="kind", value_name="tokens"
    )
    return bars(
        marked(by_kind, partial_day),
        y=field("tokens:Q", axis=value_axis(SHORT_NUMBER), stack="zero"),
        tooltip=[
            field("kind:N", title="Kind"),
            field("tokens:Q", title="Tokens", format=","),
            field("total_tokens:Q", title="All kinds", format=","),
        ],
        words=peak(frame, "total_tokens", "{:,.0f} tokens".format),
        color=field("kind:N", scale=token_scale(), legend=legend_below(columns=4)),
    )


def bars(
    rows: pd.DataFrame,
    y: Spec,
    tooltip: list[Spec],
    words: str,
    color: Spec | None = None,
    **channels: Spec,
) -> ChartSpec:
    """Draw rows with ``day`` and what `marked` adds as bars over days, a legend below colours."""
    # Days are dates without a zone: read and written as UTC, they stay the same
    # days in every browser.
    day = field("day:T", timeUnit="utcyearmonthdate", axis=day_axis(rows["day"]))
    colored = {"color": color} if color else {}
    spec = {
        "mark": {"type": "bar", "width": {"band": 0.8}, "binSpacing": 0},
        "encoding": {
            "x": day,
            "y": y,
            "opacity": faded_where("datum.is_partial"),
            "tooltip": [WHEN, *tooltip],
            **colored,
            **channels,
        },
        "height": HEIGHT + LEGEND_HEIGHT if color else HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, words)


def curves(
    rows: pd.DataFrame,
    y: Spec,
    color: Spec,
    tooltip: list[Spec],
    words: str,
    dot_size: int,
) -> ChartSpec:
    """Draw rows with ``day`` as lines over days, with dots and a legend below."""
    shared = {
        "x": field(
            "day:T", timeUnit="utcyearmonthdate", bandPosition=0.5, axis=day_axis(rows["day"])
        ),
        "y": y,
        "color": color,
        "tooltip": [WHEN, *tooltip],
    }
    # A dot makes a day between days without a value visible, and easy to hit
    marks = [
        {"type": "line", "strokeWidth": 2},
        {"type": "point", "filled": True, "size": dot_size},
    ]
    spec = {
        "layer": [{"mark": mark, "encoding": shared} for mark in marks],
        "height": HEIGHT + LEGEND_HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, words)


def day_axis(days: pd.Series) -> Spec:
    """Return an axis that names days, Mondays or months, each under the middle of its bar."""
    dates = sorted({day.date() for day in days})
    named, style = _named(dates)
    return dict(
        title=None,
        format=style,
        grid=False,
        values=[dict(year=d.year, month=d.month, date=d.day, utc=True) for d in named],
        labelOverlap="greedy",
        labelFlush=False,
        labelOffset={"expr": f"width / {2 * max(len(dates), 1)}"},
    )


def _named(dates: list[date]) -> tuple[list[date], str]:
    """Choose few enough days to name, and how to write them."""
    if len(dates) <= 10:
        return dates, "%-d %b"
    # A name under the last bars would stand out beyond the axis
    room = dates[: -(len(dates) // 20) - 1]
    if len(dates) <= 45:
        return [day for day in room if day.weekday() == MONDAY], "%-d %b"
    if len(dates) <= 120:
        return [day for day in room if day.day in (1, 15)], "%-d %b"
    if len(dates) <= 400:
        return [day for day in room if day.day == 1], "%b"
    return [day for day in room if day.day == 1 and day.month % 6 == 1], "%b %Y"


def marked(frame: pd.DataFrame, partial_day: date | None) -> pd.DataFrame:
    """Mark the rows of a day that is not over."""
    is_partial = frame["day"] == pd.Timestamp(partial_day) if partial_day else False
    return frame.assign(is_partial=is_partial)


def peak(frame: pd.DataFrame, value: str, write: Callable[[float], str]) -> str:
    """Say in one sentence what a reader who sees the bars sees first."""
    if frame.empty:
        return "No days."
    first, last = frame["day"].iloc[0], frame["day"].iloc[-1]
    top = frame.sort_values(value, kind="stable").iloc[-1]
    return (
        f"Days from {first:%-d %B %Y} to {last:%-d %B %Y}, "
        f"highest on {top['day']:%-d %B} with {write(top[value])}."
    )
