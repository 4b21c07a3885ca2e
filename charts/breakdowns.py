"""Ranked bars: who or what has how much of it."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd

from charts.palette import role_scale
from charts.theme import ROW_HEIGHT, words


def tokens_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> alt.LayerChart:
    """Rank roles by total tokens, each in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``role``, ``api_requests``, ``total_tokens``, ``tokens_per_request`` and ``cost_usd``.
    roles : iterable of str
        Every role of the store, so that a filter changes no colour.
    """
    scale = role_scale([*frame["role"], *roles])
    return _ranked(
        frame,
        "role",
        "total_tokens",
        tooltip=[
            alt.Tooltip("total_tokens:Q", title="Tokens", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("api_requests:Q", title="API requests", format=","),
            alt.Tooltip("tokens_per_request:Q", title="Tokens per request", format=",.0f"),
            alt.Tooltip("cost_usd:Q", title="Cost", format="$,.2f"),
        ],
        color=alt.Color("role:N", scale=scale, legend=None),
    )


def events_by_type(frame: pd.DataFrame) -> alt.LayerChart:
    """Rank event types by how often they happened.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``event_type`` and ``events``.
    """
    return _ranked(
        frame,
        "event_type",
        "events",
        tooltip=[
            alt.Tooltip("events:Q", title="Events", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )


def _ranked(
    frame: pd.DataFrame,
    dimension: str,
    value: str,
    tooltip: list[alt.Tooltip],
    color: alt.Color | None = None,
) -> alt.LayerChart:
    """Draw one bar per row, its name before it and its amount behind it."""
    total = frame[value].sum()
    rows = frame.assign(
        name=frame[dimension].map(words).astype("str"),
        share=frame[value] / total if total else 0.0,
    )
    labels = alt.Axis(title=None, domain=False, ticks=False, labelPadding=8, labelLimit=150)
    y = alt.Y("name:N", sort=None, axis=labels)
    # A quarter of the width is kept for the amounts behind the bars.
    span = alt.Scale(domain=[0, float(frame[value].max()) * 1.3 if total else 1.0], nice=False)
    base = alt.Chart(rows).encode(y=y, x=alt.X(f"{value}:Q", axis=None, scale=span))
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.62}).encode(
        tooltip=[alt.Tooltip("name:N", title=words(dimension)), *tooltip]
    )
    amount = (
        f"replace(format(datum['{value}'], '.3~s'), 'G', 'B')"
        " + '  ·  ' + format(datum.share, '.0%')"
    )
    amounts = (
        base.transform_calculate(amount=amount)
        .mark_text(align="left", dx=6)
        .encode(text="amount:N")
    )
    return alt.LayerChart(
        layer=[bars.encode(color=color) if color else bars, amounts],
        height=max(len(rows), 3) * ROW_HEIGHT + 10,
        description=_leader(rows, value),
    )


def _leader(rows: pd.DataFrame, value: str) -> str:
    if rows.empty:
        return "No rows."
    top = rows.iloc[0]
    return (
        f"{top['name']} is the largest of {len(rows)} with {top[value]:,.0f}, {top['share']:.0%}."
    )
