"""Ranges from the median to the 95th percentile of durations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from charts.shared.labels import humanize
from charts.shared.numbers import milliseconds
from charts.shared.ranked import (
    deduplicate_labels,
    lines_spec,
    names_axis,
    value_label_lines,
    with_value_labels,
)
from charts.shared.spec import ChartSpec, Spec, field, field_by_rank

P50, P95 = "p50", "p95"

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
    "datum.value == 0 ? '0'"
    f" : datum.value < {_SECOND} ? format(datum.value, '~r') + '\N{NO-BREAK SPACE}ms'"
    f" : datum.value < {_MINUTE} ? format(datum.value / {_SECOND}, '~r') + '\N{NO-BREAK SPACE}s'"
    f" : datum.value < {_HOUR} ? format(datum.value / {_MINUTE}, '.2~r') + '\N{NO-BREAK SPACE}min'"
    f" : format(datum.value / {_HOUR}, '.2~r') + '\N{NO-BREAK SPACE}h'"
)


def percentile_ranges(
    frame: pd.DataFrame,
    dimension: str,
    count: str,
    names: list[str],
    color: Spec | None = None,
    also: Iterable[Spec] = (),
) -> ChartSpec:
    """Draw a bar from p50 to p95 for each row, on a logarithmic scale.

    Parameters
    ----------
    frame : pandas.DataFrame
        The dimension, ``p50_ms``, ``p95_ms`` and the count.
    dimension, count : str
        Columns: what is compared, and how many were timed.
    names : list of str
        Labels of the rows.
    color : dict, optional
        Field of the colour; one colour for all rows, if not given.
    also : iterable of dict
        Further fields of the tooltip.
    """
    # A logarithm has no zero, and a call of 0 ms took less than one
    rows = frame.assign(
        name=deduplicate_labels(names),
        low=frame["p50_ms"].clip(lower=1),
        high=frame["p95_ms"].clip(lower=1),
        p50=duration_texts(frame["p50_ms"]),
        p95=duration_texts(frame["p95_ms"]),
    )
    tooltip = [
        field("name:N", title=humanize(dimension.removesuffix("_name"))),
        field("p50:N", title=f"{P50} (\N{PLUS-MINUS SIGN}1%)"),
        field("p95:N", title=f"{P95} (\N{PLUS-MINUS SIGN}1%)"),
        *also,
        field(f"{count}:Q", title=humanize(count), format=","),
    ]
    ticks = _ticks(rows)
    scale = {"type": "log", "nice": False, "domain": [ticks[0], ticks[-1]]}
    low = field("low:Q", scale=scale, axis=duration_axis(values=ticks))
    shared = {"x": low, "tooltip": tooltip} | ({"color": color} if color else {})
    named = field_by_rank("name:N")
    ranges: Spec = {
        "mark": {"type": "bar", "height": 8, "opacity": 0.4, "cornerRadius": 4},
        "encoding": {**shared, "x2": {"field": "high"}, "y": {**named, "axis": names_axis()}},
    }
    medians: Spec = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {**shared, "y": {**named, "axis": None}},
    }
    return ChartSpec(
        with_value_labels(rows, lambda row: f"{row['p50']} \N{EN DASH} {row['p95']}"),
        lines_spec([value_label_lines(tooltip), ranges, medians], len(rows)),
        _longest(rows),
    )


def duration_axis(**options: Any) -> Spec:
    """Return an axis of milliseconds with short durations as labels."""
    return dict(
        title=None,
        **{"tickCount": 5, **options},
        labelExpr=_SHORT_MS,
        domain=False,
        ticks=False,
        labelPadding=6,
        labelOverlap="greedy",
    )


def duration_texts(amounts: pd.Series) -> list[str]:
    """Format milliseconds as short durations; unknown ones are blank."""
    return ["" if pd.isna(ms) else milliseconds(ms) for ms in amounts]


def _ticks(rows: pd.DataFrame) -> list[int]:
    """Return the round durations around and between the shortest and the longest."""
    low, high = (rows["low"].min(), rows["high"].max()) if len(rows) else (1, _SECOND)
    steps = _DECADES if high / low > _WIDE else _STEPS
    first = max((step for step in steps if step <= low), default=steps[0])
    last = min((step for step in steps if step >= high), default=steps[-1])
    return [step for step in steps if first <= step <= max(last, first + 1)]


def _longest(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "No rows."
    top = rows.sort_values("high", kind="stable").iloc[-1]
    return f"Slowest of {len(rows)}: {top['name']}, p50 {top['p50']}, p95 {top['p95']}."
