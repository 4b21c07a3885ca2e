"""Ranked bars: a row per value, with its name on the left and its amount on the right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from charts.shared.labels import humanize
from charts.shared.money import with_prices
from charts.shared.numbers import percent, short
from charts.shared.palette import GREY, UNNAMED
from charts.shared.spec import ChartSpec, Spec, field, field_by_rank, with_rank
from charts.shared.theme import LEGEND_HEIGHT, PADDING, ROW_HEIGHT

Row = Mapping[Any, Any]

NAME_WIDTH = 130
"""Pixels for a name; longer ones end in an ellipsis, and are whole in the tooltip."""

_ADDED = ("name", "is_rest", "share", "value_label")

_GREY_REST = field(
    "is_rest:N",
    scale={"domain": [False, *(f"({hue})" for hue in range(1, GREY)), True]},
    legend=None,
)
"""One colour for all rows, grey for those without a name."""


def amount_and_share(value: str, format: Callable[[float], str] = short) -> Callable[[Row], str]:
    """Return the default value label: the amount and its share."""
    return lambda row: f"{format(row[value])}  ·  {percent(row['share'])}"


def ranked(
    frame: pd.DataFrame,
    dimension: str,
    value: str,
    tooltip: list[Spec],
    *,
    title: str = "",
    names: Iterable[str] | None = None,
    color: Spec | None = None,
    value_label: Callable[[Row], str] | None = None,
    limit: int | None = None,
) -> ChartSpec:
    """Draw one bar per row of a frame in rank order.

    Parameters
    ----------
    frame : pandas.DataFrame
        The dimension, the value, and the columns of the tooltip.
    dimension, value : str
        Columns: what is compared, by which amount.
    tooltip : list of dict
        Fields beyond the name; may include ``share``.
    title : str
        Title of the dimension in the tooltip; derived from its name, if empty.
    names : iterable of str, optional
        Labels of the rows; derived from the dimension, if not given.
    color : dict, optional
        Field of the colour; one colour for all named rows, if not given.
    value_label : callable, optional
        Returns the text at the right of a row; the amount and its share, if not given.
    limit : int, optional
        Most bars to draw: the rest is added up to one.
    """
    labels = list(names) if names is not None else [humanize(name) for name in frame[dimension]]
    total = frame[value].sum()
    # Plain rows: for ten of them, each step of pandas would take longer than all of these
    labelled = [
        {**row, "name": name, "is_rest": row[dimension] in UNNAMED}
        for row, name in zip(frame.to_dict("records"), deduplicate_labels(labels), strict=True)
    ]
    label_of = value_label or amount_and_share(value)
    rows = _folded(labelled, frame, dimension, limit)
    for row in rows:
        row["share"] = row[value] / total if total else 0.0
    for row, text in zip(rows, _value_labels(rows, label_of), strict=True):
        row["value_label"] = text
    tooltips = [field("name:N", title=title or humanize(dimension.removesuffix("_name"))), *tooltip]
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": 18},
        "encoding": {
            # Stacked by colour, the names of the colours would become part of a Vega expression
            "x": field(f"{value}:Q", axis=None, stack=None),
            "y": field_by_rank("name:N", axis=names_axis()),
            "tooltip": tooltips,
            "color": color or _GREY_REST,
        },
    }
    has_legend = bool(color and color["legend"])
    return ChartSpec(
        with_rank(with_prices(pd.DataFrame(rows, columns=[*dict.fromkeys((*frame, *_ADDED))]))),
        lines_spec([value_label_lines(tooltips), bars], len(rows), has_legend),
        _leader(rows, dimension, value, label_of, len(frame)),
    )


def _folded(
    rows: list[dict[Any, Any]], frame: pd.DataFrame, dimension: str, limit: int | None
) -> list[dict[Any, Any]]:
    """Add up the rows beyond the limit; unnamed values keep their own row, at the end."""
    named = [row for row in rows if not row["is_rest"]]
    unnamed = [row for row in rows if row["is_rest"]]
    # An unnamed row may have any position, and counts
    shown = [row for row in rows[:limit] if not row["is_rest"]]
    rest = named[len(shown) :]
    if len(rest) < 2:
        return rows
    # A row without a value can neither be picked nor lead
    others = {"name": f"{len(rest)} others", dimension: None, "is_rest": True}
    return [*shown, {**_sum_by(rest, frame), **others}, *unnamed]


def _sum_by(rows: list[dict[Any, Any]], frame: pd.DataFrame) -> dict[Any, Any]:
    """Add up numbers; texts become the unnamed value, other types are left blank."""
    numbers, texts = {*frame.select_dtypes("number")}, {*frame.select_dtypes(["str", "object"])}
    return {
        name: sum(row[name] for row in rows if pd.notna(row[name]))
        if name in numbers
        else UNNAMED[1]
        if name in texts
        else None
        for name in frame
    }


def deduplicate_labels(names: list[str]) -> list[str]:
    """Append a number to repeated labels: each row needs its own."""
    counts: Counter[str] = Counter()
    labels = []
    for name in names:
        counts[name] += 1
        labels.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return labels


def names_axis() -> Spec:
    """Return the axis with the names of the rows."""
    # Not flush: the first and the last name stay beside their bars
    return dict(
        title=None,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelLimit=NAME_WIDTH,
        labelFlush=False,
    )


def with_value_labels(rows: pd.DataFrame, value_label: Callable[[Row], str]) -> pd.DataFrame:
    """Return the rows with their value labels and ranks; see `value_label_lines`."""
    return with_rank(rows.assign(value_label=_value_labels(rows.to_dict("records"), value_label)))


def _value_labels(rows: Iterable[Row], value_label: Callable[[Row], str]) -> list[str]:
    counts: Counter[str] = Counter()
    labels = []
    for text in map(value_label, rows):
        # Each row needs its own: a blank without width makes equal ones different
        labels.append(text + counts[text] * "\N{ZERO WIDTH SPACE}")
        counts[text] += 1
    return labels


def value_label_lines(tooltip: list[Spec]) -> Spec:
    """Return a layer of invisible rows as wide as the chart, labelled with the amounts.

    It reacts to the mouse, however short a bar. The amounts are labels of its axis: only labels
    of axes follow the page's theme, a text mark would be black on black. And they are part of the
    data, not of the axis: so the numbers of a chart may change while the browser keeps its view.
    """
    axis = dict(
        title=None,
        orient="right",
        domain=False,
        ticks=False,
        labelPadding=8,
        labelFlush=False,
        # Amounts are short, and worthless without their last digits
        labelLimit=0,
    )
    return {
        "mark": {"type": "rect", "opacity": 0, "aria": False},
        "encoding": {"y": field_by_rank("value_label:N", axis=axis), "tooltip": tooltip},
    }


def lines_spec(layers: list[Spec], count: int, has_legend: bool = False) -> Spec:
    """Return the spec of layers that share their rows; each has labels of its own."""
    return {
        "layer": layers,
        "resolve": {"scale": {"y": "independent"}},
        "height": max(count, 3) * ROW_HEIGHT + 10 + (LEGEND_HEIGHT if has_legend else 0),
        "padding": PADDING,
    }


def _leader(
    rows: list[dict[Any, Any]],
    dimension: str,
    value: str,
    value_label: Callable[[Row], str],
    count: int,
) -> str:
    single = [row for row in rows if row[dimension] is not None]
    if not single:
        return "No rows."
    top = max(single, key=lambda row: row[value])
    amount = value_label(top).replace("  ·  ", ", ")
    return f"Highest of {count}: {top['name']}, {amount}."
