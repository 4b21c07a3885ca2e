"""Sessions over days, and one session over its minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import altair as alt
import pandas as pd

from charts.days import bars, marked, peak
from charts.labels import tool_kind, tool_label
from charts.names import model_label, model_labels
from charts.numbers import PERCENT, milliseconds, short
from charts.palette import TOKEN_KINDS, color_scale, model_scale, token_scale, tool_kind_scale
from charts.ranking import Row, amount_and_share, ranked
from charts.theme import (
    HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
    SHORT_MONEY,
    SHORT_NUMBER,
    label_expr,
    value_axis,
)

LANES = ("Prompts", "Requests", "Tools", "Failures", "Permissions", "Other")
"""What an event of a session is, and the lane it is drawn in."""

_CLOCK = "%H:%M:%S"
_THINNEST = 2


def found_sessions_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw sessions by the day they started.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``sessions``, ``prompts``, ``errors`` and ``cost_usd``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(frame, partial_day),
        y=alt.Y("sessions:Q", axis=value_axis()),
        tooltip=[
            alt.Tooltip("sessions:Q", title="Sessions", format=","),
            alt.Tooltip("prompts:Q", title="Prompts", format=","),
            alt.Tooltip("errors:Q", title="Errors", format=","),
            alt.Tooltip("cost_usd:Q", title="Cost", format="$,.2f"),
        ],
        description=peak(frame, "sessions", "{:,.0f} sessions"),
    )


def session_lanes(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the events of a session as bars over time, one lane per kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``began`` and ``ended`` (local times without a zone), ``lane`` (one of `LANES`),
        ``what``, ``took`` and ``outcome``.
    """
    lanes = [lane for lane in LANES if (frame["lane"] == lane).any()]
    # Local times without a zone: read and written as UTC, no browser moves them.
    clock = alt.Axis(title=None, grid=True, format=_clock(frame), labelFlush=True, tickCount=8)
    x = alt.X("began:T", scale=alt.Scale(type="utc"), axis=clock)
    lane = alt.Axis(title=None, domain=False, ticks=False, labelPadding=8)
    y = alt.Y("lane:N", scale=alt.Scale(domain=lanes, paddingInner=0.35), axis=lane)
    color = alt.Color("lane:N", scale=color_scale((), LANES), legend=None)
    tooltip = [
        alt.Tooltip("clock:N", title="At"),
        alt.Tooltip("what:N", title="What"),
        alt.Tooltip("took:N", title="Took"),
        alt.Tooltip("outcome:N", title="Outcome"),
    ]
    rows = frame.assign(clock=frame["began"].dt.strftime(_CLOCK))
    spans = (
        alt.Chart()
        .mark_bar(height={"band": 1}, opacity=0.45)
        .encode(x=x, x2="ended:T", y=y, color=color, tooltip=tooltip)
    )
    # However short an event was, its end can be seen.
    ends = (
        alt.Chart()
        .mark_tick(thickness=_THINNEST, height={"band": 1})
        .encode(x=alt.X("ended:T", scale=alt.Scale(type="utc")), y=y, color=color, tooltip=tooltip)
    )
    return alt.LayerChart(
        data=rows,
        layer=[spans, ends],
        height=44 * max(len(lanes), 2) + 24,
        padding=PADDING,
        description=_spread(frame),
    )


def request_costs(frame: pd.DataFrame, models: Iterable[str] = ()) -> alt.Chart:
    """Draw what each request of a session cost, in the order of the requests.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``request`` (1, 2, ...), ``clock``, ``model``, ``cost_usd`` and ``total_tokens``.
    models : iterable of str
        Every model of the store, so that each has its colour of the other pages.
    """
    present = sorted(set(frame["model"]))
    labels = model_labels({*present, *models})
    rows = frame.assign(model_name=frame["model"].map(labels))
    legend = alt.Legend(
        title=None,
        orient="bottom",
        symbolType="square",
        columns=4,
        padding=0,
        values=present,
        labelExpr=label_expr(labels),
        labelLimit=0,
    )
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(binSpacing=0)
        .encode(
            x=_request_axis(frame),
            y=alt.Y("cost_usd:Q", axis=value_axis(SHORT_MONEY)),
            color=alt.Color("model:N", scale=model_scale([*present, *models]), legend=legend),
            tooltip=[
                *_REQUEST,
                alt.Tooltip("model_name:N", title="Model"),
                alt.Tooltip("cost_usd:Q", title="Cost", format="$,.4f"),
                alt.Tooltip("total_tokens:Q", title="Tokens", format=","),
            ],
        )
        .properties(
            height=HEIGHT + LEGEND_HEIGHT,
            padding=PADDING,
            description=_dearest(frame, "cost_usd", "${:,.4f}"),
        )
    )
    return chart


def request_tokens(frame: pd.DataFrame) -> alt.Chart:
    """Draw the tokens of each request of a session, stacked by kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``request`` (1, 2, ...), ``clock``, the four kinds and ``total_tokens``.
    """
    named = frame.rename(columns=TOKEN_KINDS)
    kinds = list(TOKEN_KINDS.values())
    rows = named.melt(
        ["request", "clock", "total_tokens"], kinds, var_name="kind", value_name="tokens"
    )
    legend = alt.Legend(title=None, orient="bottom", symbolType="square", columns=4, padding=0)
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(binSpacing=0)
        .encode(
            x=_request_axis(frame),
            y=alt.Y("tokens:Q", axis=value_axis(SHORT_NUMBER), stack="zero"),
            color=alt.Color("kind:N", scale=token_scale(), legend=legend),
            tooltip=[
                *_REQUEST,
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("tokens:Q", title="Tokens", format=","),
                alt.Tooltip("total_tokens:Q", title="All kinds", format=","),
            ],
        )
        .properties(
            height=HEIGHT + LEGEND_HEIGHT,
            padding=PADDING,
            description=_dearest(frame, "total_tokens", "{:,.0f} tokens"),
        )
    )
    return chart


def tools_used(frame: pd.DataFrame, limit: int = 10) -> alt.LayerChart:
    """Rank the tools of a session or a person by calls, each in the colour of its kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls`` and ``failures``.
    limit : int
        Most tools to draw; the rest is added up.
    """
    return ranked(
        frame.assign(kind=[tool_kind(tool) for tool in frame["tool_name"]]),
        "tool_name",
        "calls",
        tooltip=[
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("calls:Q", title="Calls", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("failures:Q", title="Failed", format=","),
        ],
        names=[tool_label(tool) for tool in frame["tool_name"]],
        color=alt.Color("kind:N", scale=tool_kind_scale(), legend=None),
        behind=_calls,
        limit=limit,
    )


def time_spent(frame: pd.DataFrame, limit: int = 10) -> alt.LayerChart:
    """Rank models and tools by how long they took in all.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``used`` (a model or a tool), ``duration_ms`` and ``calls``.
    limit : int
        Most of them to draw; the rest is added up.
    """
    return ranked(
        frame,
        "used",
        "duration_ms",
        tooltip=[
            alt.Tooltip("duration_ms:Q", title="Milliseconds", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("calls:Q", title="Calls", format=","),
        ],
        names=[_called(name) for name in frame["used"]],
        behind=amount_and_share("duration_ms", milliseconds),
        limit=limit,
    )


def _called(name: str) -> str:
    label = model_label(name)
    return tool_label(name) if label == name else label


def _calls(row: Row) -> str:
    failed = f"  ·  {short(row['failures'])} failed" if row["failures"] else ""
    return short(row["calls"]) + failed


_REQUEST = (
    alt.Tooltip("request:O", title="Request"),
    alt.Tooltip("clock:N", title="At"),
)


def _request_axis(frame: pd.DataFrame) -> alt.X:
    step = next(step for step in (1, 5, 10, 25, 50, 100, 10**6) if len(frame) / step <= 12)
    axis = alt.Axis(
        title=None,
        grid=False,
        labelAngle=0,
        ticks=False,
        labelExpr=f"datum.value % {step} ? '' : datum.label",
    )
    return alt.X("request:O", axis=axis, scale=alt.Scale(paddingInner=0.15))


def _clock(frame: pd.DataFrame) -> str:
    if frame.empty or frame["ended"].max() - frame["began"].min() < pd.Timedelta(minutes=8):
        return _CLOCK
    return "%H:%M" if frame["began"].min().date() == frame["ended"].max().date() else "%-d %b %H:%M"


def _spread(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No events."
    counts = frame["lane"].value_counts()
    parts = [
        f"{counts[lane]:,} {lane.lower().rstrip('s' if counts[lane] == 1 else '')}"
        for lane in LANES
        if lane in counts
    ]
    first, last = frame["began"].min(), frame["ended"].max()
    return f"From {first:{_CLOCK}} to {last:{_CLOCK}}: {', '.join(parts)}."


def _dearest(frame: pd.DataFrame, value: str, wording: str) -> str:
    if frame.empty:
        return "No requests."
    top = frame.sort_values(value, kind="stable").iloc[-1]
    return (
        f"{len(frame):,} requests, the largest is number {top['request']} "
        f"with {wording.format(top[value])}."
    )
