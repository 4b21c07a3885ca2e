"""Ranked bars: who or what has how much of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

import altair as alt
import pandas as pd

from charts.numbers import percent, short
from charts.palette import role_scale
from charts.theme import PADDING, ROW_HEIGHT, words


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
    """Draw one bar per row, its name before it and its amount at the end of the line."""
    total = frame[value].sum()
    rows = frame.assign(
        name=frame[dimension].map(words).astype("str"),
        share=frame[value] / total if total else 0.0,
    )
    tooltips = [alt.Tooltip("name:N", title=words(dimension)), *tooltip]
    # The whole row answers to the mouse, however short its bar. The amounts are
    # labels of its axis: only labels of axes follow the page's theme, a text
    # mark would be black on black.
    lines = (
        alt.Chart(rows)
        .mark_rect(opacity=0, aria=False)
        .encode(y=alt.Y("name:N", sort=None, axis=_amounts(rows, value)), tooltip=tooltips)
    )
    bars = (
        alt.Chart(rows)
        .mark_bar(cornerRadiusEnd=3, height=18)
        .encode(
            x=alt.X(f"{value}:Q", axis=None),
            y=alt.Y("name:N", sort=None, axis=_names()),
            tooltip=tooltips,
            **({"color": color} if color else {}),
        )
    )
    return alt.LayerChart(
        layer=[lines, bars],
        resolve=alt.Resolve(axis=alt.AxisResolveMap(y="independent")),
        height=max(len(rows), 3) * ROW_HEIGHT + 10,
        padding=PADDING,
        description=_leader(rows, value),
    )


def _names() -> alt.Axis:
    return alt.Axis(title=None, domain=False, ticks=False, labelPadding=8, labelLimit=130)


def _amounts(rows: pd.DataFrame, value: str) -> alt.Axis:
    words_by_name = {
        row["name"]: f"{short(row[value])}  ·  {percent(row['share'])}"
        for row in rows.to_dict("records")
    }
    expr = f"{json.dumps(words_by_name, ensure_ascii=False)}[datum.label]"
    return alt.Axis(
        title=None, orient="right", domain=False, ticks=False, labelPadding=8, labelExpr=expr
    )


def _leader(rows: pd.DataFrame, value: str) -> str:
    if rows.empty:
        return "No rows."
    top = rows.iloc[0]
    amount, share = short(top[value]), percent(top["share"])
    return f"{top['name']} is the largest of {len(rows)} with {amount}, {share}."
