"""Bars over days: how much of something happened on each."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from charts.palette import TOKEN_KINDS, token_scale
from charts.theme import (
    DAY_FORMAT,
    HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
    SHORT_MONEY,
    SHORT_NUMBER,
    faded_where,
    value_axis,
)

MONDAY = 0


def events_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
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
        y=alt.Y("events:Q", axis=value_axis()),
        tooltip=[alt.Tooltip("events:Q", title="Events", format=",")],
        description=peak(frame, "events", "{:,.0f} events"),
    )


def cost_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw US dollars per day; requests without a price are named in the tooltip.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``cost_usd`` and ``unpriced_requests``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(frame, partial_day),
        y=alt.Y("cost_usd:Q", axis=value_axis(SHORT_MONEY)),
        tooltip=[
            alt.Tooltip("cost_usd:Q", title="Cost", format="$,.2f"),
            alt.Tooltip("unpriced_requests:Q", title="Requests without a price", format=","),
        ],
        description=peak(frame, "cost_usd", "${:,.2f}"),
    )


def tokens_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
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
    chart = bars(
        marked(by_kind, partial_day),
        y=alt.Y("tokens:Q", axis=value_axis(SHORT_NUMBER), stack="zero"),
        tooltip=[
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("tokens:Q", title="Tokens", format=","),
            alt.Tooltip("total_tokens:Q", title="All kinds", format=","),
        ],
        description=peak(frame, "total_tokens", "{:,.0f} tokens"),
    )
    legend = alt.Legend(title=None, orient="bottom", symbolType="square", columns=4, padding=0)
    colored: alt.Chart = chart.encode(
        color=alt.Color("kind:N", scale=token_scale(), legend=legend)
    ).properties(height=HEIGHT + LEGEND_HEIGHT)
    return colored


def bars(frame: pd.DataFrame, y: alt.Y, tooltip: list[alt.Tooltip], description: str) -> alt.Chart:
    """Draw a frame with ``day`` and what `marked` adds as bars over days."""
    # Days are dates without a zone: read and written as UTC, they stay the same
    # days in every browser.
    day = alt.X("day:T", timeUnit="utcyearmonthdate", axis=day_axis(frame["day"]))
    when = alt.Tooltip("day:T", timeUnit="utcyearmonthdate", title="Day", format=DAY_FORMAT)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(width={"band": 0.8}, binSpacing=0)
        .encode(x=day, y=y, opacity=faded_where("datum.is_partial"), tooltip=[when, *tooltip])
        .properties(height=HEIGHT, padding=PADDING, description=description)
    )
    return chart


def day_axis(days: pd.Series) -> alt.Axis:
    """Return an axis that names days, Mondays or months, each under the middle of its bar."""
    dates = sorted({day.date() for day in days})
    named, style = _named(dates)
    return alt.Axis(
        title=None,
        format=style,
        grid=False,
        values=[alt.DateTime(year=d.year, month=d.month, date=d.day, utc=True) for d in named],
        labelOverlap="greedy",
        labelFlush=False,
        labelOffset=alt.ExprRef(expr=f"width / {2 * max(len(dates), 1)}"),
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


def peak(frame: pd.DataFrame, value: str, wording: str) -> str:
    """Say in one sentence what a reader who sees the bars sees first."""
    if frame.empty:
        return "No days."
    first, last = frame["day"].iloc[0], frame["day"].iloc[-1]
    top = frame.sort_values(value, kind="stable").iloc[-1]
    return (
        f"Days from {first:%-d %B %Y} to {last:%-d %B %Y}, "
        f"highest on {top['day']:%-d %B} with {wording.format(top[value])}."
    )
