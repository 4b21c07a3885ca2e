"""What all ranked bars share: one line per value, its name before it, its amount behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from charts.shared.money import with_prices
from charts.shared.numbers import percent, short
from charts.shared.palette import UNNAMED
from charts.shared.spec import ChartSpec, Spec, field, field_by_rank, with_rank
from charts.shared.theme import LEGEND_HEIGHT, PADDING, ROW_HEIGHT, faded_where, words

Row = Mapping[Any, Any]

NAME_WIDTH = 130

_ADDED = ("name", "is_rest", "share", "behind")


def amount_and_share(value: str, write: Callable[[float], str] = short) -> Callable[[Row], str]:
    """Return what stands behind a bar: the amount, and its part of all."""
    return lambda row: f"{write(row[value])}  ·  {percent(row['share'])}"


def ranked(
    frame: pd.DataFrame,
    dimension: str,
    value: str,
    tooltip: list[Spec],
    *,
    title: str = "",
    names: Iterable[str] | None = None,
    color: Spec | None = None,
    behind: Callable[[Row], str] | None = None,
    limit: int | None = None,
) -> ChartSpec:
    """Draw one bar per row of a frame that is ranked already.

    Parameters
    ----------
    frame : pandas.DataFrame
        The dimension, the value, and what the tooltip shows.
    dimension, value : str
        Columns: what is compared, by how much.
    tooltip : list of altair.Tooltip
        Beyond the name; may show ``share``.
    title : str
        What the dimension is called in the tooltip; its words, if empty.
    names : iterable of str, optional
        How the rows are called; the words of the dimension, if not given.
    color : altair.Color, optional
        Else all bars have the same.
    behind : callable, optional
        Turns a row into what stands behind its bar; the amount and its share, if not given.
    limit : int, optional
        Most bars to draw: the rest is added up to one.
    """
    called = list(names) if names is not None else [words(name) for name in frame[dimension]]
    total = frame[value].sum()
    # Plain rows: for ten of them, each step of pandas would take longer than all of these
    named = [
        {**row, "name": name, "is_rest": row[dimension] in UNNAMED}
        for row, name in zip(frame.to_dict("records"), deduplicate_labels(called), strict=True)
    ]
    written = behind or amount_and_share(value)
    rows = _folded(named, frame, dimension, limit)
    for row in rows:
        row["share"] = row[value] / total if total else 0.0
    for row, text in zip(rows, _value_labels(rows, written), strict=True):
        row["behind"] = text
    tooltips = [field("name:N", title=title or words(dimension)), *tooltip]
    colored = {"color": color} if color else {}
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": 18},
        "encoding": {
            # Stacked by colour, the names of the colours would stand in an expression of Vega's
            "x": field(f"{value}:Q", axis=None, stack=None),
            "y": field_by_rank("name:N", axis=names_axis()),
            "opacity": faded_where("datum.is_rest"),
            "tooltip": tooltips,
            **colored,
        },
    }
    has_legend = bool(color and color["legend"])
    return ChartSpec(
        with_rank(with_prices(pd.DataFrame(rows, columns=[*dict.fromkeys((*frame, *_ADDED))]))),
        lines_spec([value_label_lines(tooltips), bars], len(rows), has_legend),
        _leader(rows, dimension, value, written, len(frame)),
    )


def _folded(
    rows: list[dict[Any, Any]], frame: pd.DataFrame, dimension: str, limit: int | None
) -> list[dict[Any, Any]]:
    """Add up what is beyond the limit; what has no name keeps its own line, at the end."""
    named = [row for row in rows if not row["is_rest"]]
    unnamed = [row for row in rows if row["is_rest"]]
    # A line without a name may stand anywhere, and counts
    shown = [row for row in rows[:limit] if not row["is_rest"]]
    rest = named[len(shown) :]
    if len(rest) < 2:
        return rows
    # A line without a value can neither be picked nor lead
    others = {"name": f"{len(rest)} others", dimension: None, "is_rest": True}
    return [*shown, {**_sum_by(rest, frame), **others}, *unnamed]


def _sum_by(rows: list[dict[Any, Any]], frame: pd.DataFrame) -> dict[Any, Any]:
    """Add up numbers; what differs otherwise is drawn as what has no name, or is left blank."""
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
    """Put a number behind names that are not the first of their kind: each needs its own line."""
    seen: Counter[str] = Counter()
    apart = []
    for name in names:
        seen[name] += 1
        apart.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return apart


def names_axis() -> Spec:
    """Return the axis with the names of the lines."""
    # Not flush: the first and the last name stay beside their bars
    return dict(
        title=None,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelLimit=NAME_WIDTH,
        labelFlush=False,
    )


def with_value_labels(rows: pd.DataFrame, behind: Callable[[Row], str]) -> pd.DataFrame:
    """Return the rows with what stands behind each line, and its rank; see `value_label_lines`."""
    return with_rank(rows.assign(behind=_value_labels(rows.to_dict("records"), behind)))


def _value_labels(rows: Iterable[Row], behind: Callable[[Row], str]) -> list[str]:
    seen: Counter[str] = Counter()
    apart = []
    for text in map(behind, rows):
        # Each line needs its own: a blank without width tells equal ones apart
        apart.append(text + seen[text] * "\N{ZERO WIDTH SPACE}")
        seen[text] += 1
    return apart


def value_label_lines(tooltip: list[Spec]) -> Spec:
    """Return the layer of the whole lines, called by what stands behind their bars.

    It answers to the mouse, however short a bar. The amounts are labels of its axis: only labels
    of axes follow the page's theme, a text mark would be black on black. And they lie in the
    data, not in the axis: so the numbers of a chart may change without the browser having to
    build it anew.
    """
    axis = dict(
        title=None,
        orient="right",
        domain=False,
        ticks=False,
        labelPadding=8,
        labelFlush=False,
        labelLimit=0,
    )
    return {
        "mark": {"type": "rect", "opacity": 0, "aria": False},
        "encoding": {"y": field_by_rank("behind:N", axis=axis), "tooltip": tooltip},
    }


def lines_spec(layers: list[Spec], count: int, has_legend: bool = False) -> Spec:
    """Return the spec of layers that share their lines; each names them in its own way."""
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
    behind: Callable[[Row], str],
    count: int,
) -> str:
    single = [row for row in rows if row[dimension] is not None]
    if not single:
        return "No rows."
    top = max(single, key=lambda row: row[value])
    amount = behind(top).replace("  ·  ", ", ")
    return f"{top['name']} is the largest of {count} with {amount}."
