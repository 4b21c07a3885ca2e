"""Charts of one session, over its minutes and its requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from charts.shared.labels import tool_label
from charts.shared.model_names import model_label, model_labels
from charts.shared.numbers import milliseconds, money
from charts.shared.palette import TOKEN_KINDS, color_scale, model_scale, token_scale
from charts.shared.ranked import amount_and_share, ranked
from charts.shared.spec import ChartSpec, Spec, chart, field
from charts.shared.theme import (
    HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
    SHORT_MONEY,
    SHORT_NUMBER,
    label_expr,
    legend_below,
    value_axis,
)

LANES = ("Prompts", "Requests", "Tools", "Failures", "Permissions", "Other")
"""Kinds of events of a session, one lane each."""

_CLOCK = "%H:%M:%S"

_END_WIDTH = 2


@chart
def session_lanes(frame: pd.DataFrame) -> ChartSpec:
    """Draw the events of a session as bars over time, one lane per kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``began`` and ``ended`` (local times without a zone), ``lane`` (one of `LANES`),
        ``what``, ``took`` and ``outcome``.
    """
    lanes = [lane for lane in LANES if (frame["lane"] == lane).any()]
    # Local times without a zone: read and written as UTC, no browser moves them
    clock = dict(title=None, grid=True, format=_clock(frame), labelFlush=True, tickCount=8)
    lane = dict(title=None, domain=False, ticks=False, labelPadding=8)
    shared = {
        "y": field("lane:N", scale={"domain": lanes, "paddingInner": 0.35}, axis=lane),
        "color": field("lane:N", scale=color_scale((), LANES), legend=None),
        "tooltip": [
            field("clock:N", title="Time"),
            field("what:N", title="Event"),
            field("took:N", title="Duration"),
            field("outcome:N", title="Outcome"),
        ],
    }
    began = field("began:T", scale={"type": "utc"}, axis=clock)
    spans = {
        "mark": {"type": "bar", "height": {"band": 1}, "opacity": 0.45},
        "encoding": {"x": began, "x2": {"field": "ended"}, **shared},
    }
    # An event without a duration is visible by its end
    ends = {
        "mark": {"type": "tick", "thickness": _END_WIDTH, "height": {"band": 1}},
        "encoding": {"x": field("ended:T", scale={"type": "utc"}), **shared},
    }
    spec = {
        "layer": [spans, ends],
        "height": 44 * max(len(lanes), 2) + 24,
        "padding": PADDING,
    }
    rows = frame.assign(clock=frame["began"].dt.strftime(_CLOCK))
    return ChartSpec(rows, spec, _event_counts(frame))


@chart
def request_costs(frame: pd.DataFrame, models: Iterable[str] = ()) -> ChartSpec:
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
    rows = frame.assign(
        model_name=frame["model"].map(labels), cost=[money(usd) for usd in frame["cost_usd"]]
    )
    legend = legend_below(4, values=present, labelExpr=label_expr(labels))
    return _per_request(
        rows,
        y=field("cost_usd:Q", axis=value_axis(SHORT_MONEY), stack=None),
        color=field("model:N", scale=model_scale([*present, *models]), legend=legend),
        tooltip=[
            field("model_name:N", title="Model"),
            field("cost:N", title="Cost"),
            field("total_tokens:Q", title="Tokens", format=","),
        ],
        summary=_highest(frame, "cost_usd", money),
    )


@chart
def request_tokens(frame: pd.DataFrame) -> ChartSpec:
    """Draw the tokens of each request of a session, stacked by type.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``request`` (1, 2, ...), ``clock``, the four types and ``total_tokens``.
    """
    named = frame.rename(columns=TOKEN_KINDS)
    kinds = list(TOKEN_KINDS.values())
    rows = named.melt(
        ["request", "clock", "total_tokens"], kinds, var_name="kind", value_name="tokens"
    )
    return _per_request(
        rows,
        y=field("tokens:Q", axis=value_axis(SHORT_NUMBER), stack="zero"),
        color=field("kind:N", scale=token_scale(), legend=legend_below(columns=4)),
        tooltip=[
            field("kind:N", title="Type"),
            field("tokens:Q", title="Tokens", format=","),
            field("total_tokens:Q", title="Request total", format=","),
        ],
        summary=_highest(frame, "total_tokens", "{:,.0f} tokens".format),
    )


@chart
def time_spent(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank models and tools by total duration.

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
            field("value_label:N", title="Total duration"),
            field("calls:Q", title="Calls", format=","),
        ],
        names=[_label(name) for name in frame["used"]],
        value_label=amount_and_share("duration_ms", milliseconds),
        limit=limit,
    )


def _label(name: str) -> str:
    label = model_label(name)
    return tool_label(name) if label == name else label


def _per_request(
    rows: pd.DataFrame, y: Spec, color: Spec, tooltip: list[Spec], summary: str
) -> ChartSpec:
    """Draw bars over the requests of a session, with a legend below."""
    which = [field("request:O", title="Request"), field("clock:N", title="Time")]
    spec = {
        "mark": {"type": "bar", "binSpacing": 0},
        "encoding": {
            "x": _request_axis(rows["request"].nunique()),
            "y": y,
            "color": color,
            "tooltip": [*which, *tooltip],
        },
        "height": HEIGHT + LEGEND_HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, summary)


def _request_axis(count: int) -> Spec:
    step = next(step for step in (1, 5, 10, 25, 50, 100, 10**6) if count / step <= 12)
    axis = dict(
        title=None,
        grid=False,
        labelAngle=0,
        ticks=False,
        labelExpr=f"datum.value % {step} ? '' : datum.label",
    )
    return field("request:O", axis=axis, scale=dict(paddingInner=0.15))


def _clock(frame: pd.DataFrame) -> str:
    if frame.empty or frame["ended"].max() - frame["began"].min() < pd.Timedelta(minutes=8):
        return _CLOCK
    return "%H:%M" if frame["began"].min().date() == frame["ended"].max().date() else "%-d %b %H:%M"


def _event_counts(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No events."
    counts = frame["lane"].value_counts()
    parts = [
        f"{counts[lane]:,} {lane.lower().rstrip('s' if counts[lane] == 1 else '')}"
        for lane in LANES
        if lane in counts
    ]
    first, last = frame["began"].min(), frame["ended"].max()
    return f"{first:{_CLOCK}} to {last:{_CLOCK}}: {', '.join(parts)}."


def _highest(frame: pd.DataFrame, value: str, format: Callable[[float], str]) -> str:
    if frame.empty:
        return "No requests."
    top = frame.sort_values(value, kind="stable").iloc[-1]
    return f"Highest of {len(frame):,} requests: number {top['request']}, {format(top[value])}."
