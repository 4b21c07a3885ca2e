"""Bars over days: how much of something happened on each."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from charts.palette import TOKEN_KINDS, token_scale
from charts.theme import DAY_FORMAT, HEIGHT, SHORT_MONEY, SHORT_NUMBER, value_axis


def events_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw events per day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``events``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _bars(
        _marked(frame, partial_day),
        y=alt.Y("events:Q", axis=value_axis()),
        tooltip=[alt.Tooltip("events:Q", title="Events", format=",")],
        description=_peak(frame, "events", "{:,.0f} events"),
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
    return _bars(
        _marked(frame, partial_day),
        y=alt.Y("cost_usd:Q", axis=value_axis(SHORT_MONEY)),
        tooltip=[
            alt.Tooltip("cost_usd:Q", title="Cost", format="$,.2f"),
            alt.Tooltip("unpriced_requests:Q", title="Requests without a price", format=","),
        ],
        description=_peak(frame, "cost_usd", "${:,.2f}"),
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
    chart = _bars(
        _marked(by_kind, partial_day),
        y=alt.Y("tokens:Q", axis=value_axis(SHORT_NUMBER), stack="zero"),
        tooltip=[
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("tokens:Q", title="Tokens", format=","),
            alt.Tooltip("total_tokens:Q", title="All kinds", format=","),
        ],
        description=_peak(frame, "total_tokens", "{:,.0f} tokens"),
    )
    legend = alt.Legend(title=None, orient="top", symbolType="square", columns=4)
    colored: alt.Chart = chart.encode(color=alt.Color("kind:N", scale=token_scale(), legend=legend))
    return colored


def _bars(frame: pd.DataFrame, y: alt.Y, tooltip: list[alt.Tooltip], description: str) -> alt.Chart:
    # Days are dates without a zone: read and written as UTC, they stay the same
    # days in every browser.
    axis = alt.Axis(title=None, format="%-d %b", grid=False, tickCount=6, labelOverlap=True)
    day = alt.X("day:T", timeUnit="utcyearmonthdate", axis=axis)
    when = alt.Tooltip("day:T", timeUnit="utcyearmonthdate", title="Day", format=DAY_FORMAT)
    shade = alt.when(alt.datum.is_partial).then(alt.value(0.45)).otherwise(alt.value(1))
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(x=day, y=y, opacity=shade, tooltip=[when, *tooltip])
        .properties(height=HEIGHT, description=description)
    )
    return chart


def _marked(frame: pd.DataFrame, partial_day: date | None) -> pd.DataFrame:
    is_partial = frame["day"] == pd.Timestamp(partial_day) if partial_day else False
    return frame.assign(is_partial=is_partial)


def _peak(frame: pd.DataFrame, value: str, wording: str) -> str:
    """Say in one sentence what a reader who sees the bars sees first."""
    if frame.empty:
        return "No days."
    first, last = frame["day"].iloc[0], frame["day"].iloc[-1]
    top = frame.sort_values(value, kind="stable").iloc[-1]
    return (
        f"Days from {first:%-d %B %Y} to {last:%-d %B %Y}, "
        f"highest on {top['day']:%-d %B} with {wording.format(top[value])}."
    )
