"""Sessions over days, and one session over its minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pandas as pd

from charts.overview import bars, marked, peak
from charts.shared.labels import tool_kind, tool_label
from charts.shared.model_names import model_label, model_labels
from charts.shared.money import price_tip, with_prices
from charts.shared.numbers import PERCENT, milliseconds, money, short
from charts.shared.palette import (
    TOKEN_KINDS,
    color_scale,
    model_scale,
    token_scale,
    tool_kind_scale,
)
from charts.shared.ranked import Row, amount_and_share, ranked
from charts.shared.spec import ChartSpec, Spec, charted, field
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
"""What an event of a session is, and the lane it is drawn in."""

_CLOCK = "%H:%M:%S"
_THINNEST = 2


@charted
def found_sessions_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw sessions by the day they started.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``sessions``, ``prompts``, ``errors`` and ``cost_usd``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(with_prices(frame), partial_day),
        y=field("sessions:Q", axis=value_axis()),
        tooltip=[
            field("sessions:Q", title="Sessions", format=","),
            field("prompts:Q", title="Prompts", format=","),
            field("errors:Q", title="Errors", format=","),
            price_tip("cost_usd", "Cost"),
        ],
        words=peak(frame, "sessions", "{:,.0f} sessions".format),
    )


@charted
def session_lanes(frame: pd.DataFrame) -> ChartSpec:
    """Draw the events of a session as bars over time, one lane per kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``began`` and ``ended`` (local times without a zone), ``lane`` (one of `LANES`),
        ``what``, ``took`` and ``outcome``.
    """
    lanes = [lane for lane in LANES if (frame["lane"] == lane).any()]
    # Local times without a zone: read and written as UTC, no browser moves them.
    clock = dict(title=None, grid=True, format=_clock(frame), labelFlush=True, tickCount=8)
    lane = dict(title=None, domain=False, ticks=False, labelPadding=8)
    shared = {
        "y": field("lane:N", scale={"domain": lanes, "paddingInner": 0.35}, axis=lane),
        "color": field("lane:N", scale=color_scale((), LANES), legend=None),
        "tooltip": [
            field("clock:N", title="At"),
            field("what:N", title="What"),
            field("took:N", title="Took"),
            field("outcome:N", title="Outcome"),
        ],
    }
    began = field("began:T", scale={"type": "utc"}, axis=clock)
    spans = {
        "mark": {"type": "bar", "height": {"band": 1}, "opacity": 0.45},
        "encoding": {"x": began, "x2": {"field": "ended"}, **shared},
    }
    # However short an event was, its end can be seen.
    ends = {
        "mark": {"type": "tick", "thickness": _THINNEST, "height": {"band": 1}},
        "encoding": {"x": field("ended:T", scale={"type": "utc"}), **shared},
    }
    spec = {
        "layer": [spans, ends],
        "height": 44 * max(len(lanes), 2) + 24,
        "padding": PADDING,
    }
    rows = frame.assign(clock=frame["began"].dt.strftime(_CLOCK))
    return ChartSpec(rows, spec, _spread(frame))


@charted
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
    legend = legend_below(4, values=present, labelExpr=label_expr(labels), labelLimit=0)
    return _per_request(
        rows,
        y=field("cost_usd:Q", axis=value_axis(SHORT_MONEY), stack=None),
        color=field("model:N", scale=model_scale([*present, *models]), legend=legend),
        tooltip=[
            field("model_name:N", title="Model"),
            field("cost:N", title="Cost"),
            field("total_tokens:Q", title="Tokens", format=","),
        ],
        words=_dearest(frame, "cost_usd", money),
    )


@charted
def request_tokens(frame: pd.DataFrame) -> ChartSpec:
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
    return _per_request(
        rows,
        y=field("tokens:Q", axis=value_axis(SHORT_NUMBER), stack="zero"),
        color=field("kind:N", scale=token_scale(), legend=legend_below(columns=4)),
        tooltip=[
            field("kind:N", title="Kind"),
            field("tokens:Q", title="Tokens", format=","),
            field("total_tokens:Q", title="All kinds", format=","),
        ],
        words=_dearest(frame, "total_tokens", "{:,.0f} tokens".format),
    )


@charted
def tools_used(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
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
            field("kind:N", title="Kind"),
            field("calls:Q", title="Calls", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("failures:Q", title="Failed", format=","),
        ],
        names=[tool_label(tool) for tool in frame["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=None),
        behind=_calls,
        limit=limit,
    )


@charted
def time_spent(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
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
            field("duration_ms:Q", title="Milliseconds", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("calls:Q", title="Calls", format=","),
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


def _per_request(
    rows: pd.DataFrame, y: Spec, color: Spec, tooltip: list[Spec], words: str
) -> ChartSpec:
    """Draw bars over the requests of a session, with a legend below."""
    which = [field("request:O", title="Request"), field("clock:N", title="At")]
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
    return ChartSpec(rows, spec, words)


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


def _dearest(frame: pd.DataFrame, value: str, wording: Callable[[float], str]) -> str:
    if frame.empty:
        return "No requests."
    top = frame.sort_values(value, kind="stable").iloc[-1]
    return (
        f"{len(frame):,} requests, the largest is number {top['request']} "
        f"with {wording(top[value])}."
    )
