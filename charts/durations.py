"""How long things take: the middle, and what only one in twenty exceeds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from charts.overview import curves
from charts.shared.labels import tool_kind, tool_label
from charts.shared.model_names import model_labels
from charts.shared.numbers import milliseconds
from charts.shared.palette import model_scale, role_scale, tool_kind_scale
from charts.shared.ranked import (
    deduplicate_labels,
    lines_spec,
    names_axis,
    value_label_lines,
    with_value_labels,
)
from charts.shared.spec import ChartSpec, Spec, charted, field, field_by_rank
from charts.shared.theme import legend_below, words

HALF, NEARLY_ALL = "Half within (p50)", "95 % within (p95)"

_SECOND, _MINUTE, _HOUR = 1_000, 60_000, 3_600_000
_DECADES = (
    1,
    10,
    100,
    _SECOND,
    10 * _SECOND,
    _MINUTE,
    10 * _MINUTE,
    _HOUR,
    10 * _HOUR,
    100 * _HOUR,
)
_WIDE = 200
_STEPS = tuple(
    n * unit
    for unit, numbers in (
        (1, (1, 2, 5, 10, 20, 50, 100, 200, 500)),
        (_SECOND, (1, 2, 5, 10, 20, 30)),
        (_MINUTE, (1, 2, 5, 10, 20, 30)),
        (_HOUR, (1, 2, 5, 10, 20, 50, 100)),
    )
    for n in numbers
)
_SHORT_MS = (
    f"datum.value < {_SECOND} ? format(datum.value, '~r') + '\N{NO-BREAK SPACE}ms'"
    f" : datum.value < {_MINUTE} ? format(datum.value / {_SECOND}, '~r') + '\N{NO-BREAK SPACE}s'"
    f" : datum.value < {_HOUR} ? format(datum.value / {_MINUTE}, '.2~r') + '\N{NO-BREAK SPACE}min'"
    f" : format(datum.value / {_HOUR}, '.2~r') + '\N{NO-BREAK SPACE}h'"
)


@charted
def tool_durations_by_tool(frame: pd.DataFrame, limit: int = 15) -> ChartSpec:
    """Compare tools by how long a call takes, each in the colour of its kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls``, ``p50_ms`` and ``p95_ms``.
    limit : int
        Tools to draw: those called most.
    """
    timed = frame.dropna(subset=["p50_ms"]).head(limit)
    rows = timed.assign(kind=[tool_kind(tool) for tool in timed["tool_name"]])
    names = [tool_label(tool) for tool in rows["tool_name"]]
    color = field("kind:N", scale=tool_kind_scale(), legend=None)
    return _spans(rows, "tool_name", "calls", names, color)


@charted
def latency_by_model(frame: pd.DataFrame, models: Iterable[str] = ()) -> ChartSpec:
    """Compare models by how long a request takes.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``model``, ``api_requests``, ``p50_ms`` and ``p95_ms``.
    models : iterable of str
        Every model of the store, so that a filter changes no colour.
    """
    labels = model_labels([*frame["model"], *models])
    color = field("model:N", scale=model_scale(labels), legend=None)
    names = [labels[model] for model in frame["model"]]
    return _spans(frame, "model", "api_requests", names, color)


@charted
def session_duration_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> ChartSpec:
    """Compare roles by how long a session lasts.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``role``, ``sessions``, ``avg_seconds``, ``p50_seconds`` and ``p95_seconds``.
    roles : iterable of str
        Every role of the store, so that a filter changes no colour.
    """
    rows = frame.assign(
        p50_ms=frame["p50_seconds"] * _SECOND,
        p95_ms=frame["p95_seconds"] * _SECOND,
        average=_written(frame["avg_seconds"] * _SECOND),
    )
    color = field("role:N", scale=role_scale([*frame["role"], *roles]), legend=None)
    names = [words(role) for role in frame["role"]]
    average = field("average:N", title="Average")
    return _spans(rows, "role", "sessions", names, color, [average])


@charted
def response_time_by_endpoint(frame: pd.DataFrame) -> ChartSpec:
    """Compare endpoints by how long an answer takes.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``endpoint``, ``requests``, ``p50_ms`` and ``p95_ms``.
    """
    timed = frame.dropna(subset=["p50_ms"])
    return _spans(timed, "endpoint", "requests", [*timed["endpoint"]])


@charted
def latency_per_day(frame: pd.DataFrame) -> ChartSpec:
    """Draw the two percentiles of each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``p50_ms``, ``p95_ms``, and how many requests of the day were timed.
    """
    timed = "api_requests" if "api_requests" in frame else "requests"
    named = frame.rename(columns={"p50_ms": HALF, "p95_ms": NEARLY_ALL})
    rows = named.melt(["day", timed], [HALF, NEARLY_ALL], var_name="quantile", value_name="ms")
    rows = rows.assign(duration=_written(rows["ms"]))
    return curves(
        rows,
        y=field("ms:Q", axis=_time_axis(), scale={"zero": True}),
        color=field(
            "quantile:N",
            scale={"domain": [HALF, NEARLY_ALL]},
            legend=legend_below(2, symbol="stroke"),
        ),
        tooltip=[
            field("quantile:N", title="Of the requests"),
            field("duration:N", title="Duration (\N{ALMOST EQUAL TO})"),
            field(f"{timed}:Q", title="Requests timed", format=","),
        ],
        words=_slowest(frame),
        dot_size=36,
    )


def _spans(
    frame: pd.DataFrame,
    dimension: str,
    counted: str,
    names: list[str],
    color: Spec | None = None,
    also: Iterable[Spec] = (),
) -> ChartSpec:
    """Draw a bar from p50 to p95 for each row, on a scale of equal ratios."""
    # A logarithm knows no zero, and a call of 0 ms took less than one.
    rows = frame.assign(
        name=deduplicate_labels(names),
        low=frame["p50_ms"].clip(lower=1),
        high=frame["p95_ms"].clip(lower=1),
        half=_written(frame["p50_ms"]),
        most=_written(frame["p95_ms"]),
    )
    tooltip = [
        field("name:N", title=words(dimension)),
        field("half:N", title="p50 (\N{ALMOST EQUAL TO})"),
        field("most:N", title="p95 (\N{ALMOST EQUAL TO})"),
        *also,
        field(f"{counted}:Q", title=words(counted), format=","),
    ]
    ticks = _ticks(rows)
    scale = {"type": "log", "nice": False, "domain": [ticks[0], ticks[-1]]}
    low = field("low:Q", scale=scale, axis=_time_axis(values=ticks))
    shared = {"x": low, "tooltip": tooltip} | ({"color": color} if color else {})
    named = field_by_rank("name:N")
    bars: Spec = {
        "mark": {"type": "bar", "height": 8, "opacity": 0.4, "cornerRadius": 4},
        "encoding": {**shared, "x2": {"field": "high"}, "y": {**named, "axis": names_axis()}},
    }
    middles: Spec = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {**shared, "y": {**named, "axis": None}},
    }
    return ChartSpec(
        with_value_labels(rows, lambda row: f"{row['half']} \N{RIGHTWARDS ARROW} {row['most']}"),
        lines_spec([value_label_lines(tooltip), bars, middles], len(rows)),
        _longest(rows),
    )


def _time_axis(**options: Any) -> Spec:
    return dict(
        title=None,
        **{"tickCount": 5, **options},
        labelExpr=_SHORT_MS,
        domain=False,
        ticks=False,
        labelPadding=6,
        labelOverlap="greedy",
    )


def _ticks(rows: pd.DataFrame) -> list[int]:
    """Return the round durations around and between the shortest and the longest."""
    low, high = (rows["low"].min(), rows["high"].max()) if len(rows) else (1, _SECOND)
    round_ones = _DECADES if high / low > _WIDE else _STEPS
    first = max((step for step in round_ones if step <= low), default=round_ones[0])
    last = min((step for step in round_ones if step >= high), default=round_ones[-1])
    return [step for step in round_ones if first <= step <= max(last, first + 1)]


def _written(amounts: pd.Series) -> list[str]:
    return ["" if pd.isna(ms) else milliseconds(ms) for ms in amounts]


def _longest(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "No rows."
    top = rows.sort_values("high", kind="stable").iloc[-1]
    leader = f"{top['name']} takes longest of {len(rows)}"
    return f"{leader}: half within {top['half']}, 95 % within {top['most']}."


def _slowest(frame: pd.DataFrame) -> str:
    timed = frame.dropna(subset=["p95_ms"])
    if timed.empty:
        return "No days with a known duration."
    top = timed.sort_values("p95_ms", kind="stable").iloc[-1]
    return f"Slowest on {top['day']:%-d %B %Y}: 95 % within {milliseconds(top['p95_ms'])}."
