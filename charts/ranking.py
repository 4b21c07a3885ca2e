"""What all ranked bars share: one line per value, its name before it, its amount behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from charts.drawing import Drawing, Spec, field
from charts.numbers import percent, short
from charts.palette import UNNAMED
from charts.theme import LEGEND_HEIGHT, PADDING, ROW_HEIGHT, faded_where, words

Row = Mapping[Any, Any]

NAME_WIDTH = 130


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
) -> Drawing:
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
    rows = _folded(frame.assign(name=told_apart(called)), dimension, limit)
    rows = rows.assign(share=rows[value] / total if total else 0.0)
    written = behind or amount_and_share(value)
    tooltips = [field("name:N", title=title or words(dimension)), *tooltip]
    colored = {"color": color} if color else {}
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": 18},
        "encoding": {
            "x": field(f"{value}:Q", axis=None),
            "y": field("name:N", sort=None, axis=names_axis()),
            "opacity": faded_where("datum.is_rest"),
            "tooltip": tooltips,
            **colored,
        },
    }
    has_legend = bool(color and color["legend"])
    return Drawing(
        with_behind(rows, written),
        lines_spec([behind_lines(tooltips), bars], len(rows), has_legend),
        _leader(rows, value, written, len(frame)),
    )


def _folded(frame: pd.DataFrame, dimension: str, limit: int | None) -> pd.DataFrame:
    """Add up what comes after the limit; whatever has no name keeps a line of its own."""
    is_unnamed = frame[dimension].isin(UNNAMED)
    named = frame.assign(is_rest=is_unnamed)
    is_shown = is_unnamed | (pd.RangeIndex(len(frame)) < (limit or len(frame)))
    rest = named[~is_shown]
    if len(rest) < 2:
        return named
    # Without a value nobody can pick this line.
    others: dict[str, Any] = {"name": f"{len(rest)} others", dimension: None, "is_rest": True}
    # What differs among them is drawn as what has no name
    mixed = {str(name): UNNAMED[1] for name in rest.select_dtypes(["str", "object"])}
    sums = {str(name): rest[name].sum() for name in rest.select_dtypes("number")}
    line = pd.DataFrame([{**mixed, **others, **sums}])
    return pd.concat([named[is_shown & ~is_unnamed], line, named[is_unnamed]], ignore_index=True)


def told_apart(names: list[str]) -> list[str]:
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


def with_behind(rows: pd.DataFrame, behind: Callable[[Row], str]) -> pd.DataFrame:
    """Return the rows with what stands behind each line; see `behind_lines`."""
    written = [behind(row) for row in rows.to_dict("records")]
    seen: Counter[str] = Counter()
    apart = []
    for text in written:
        # Each line needs its own: a blank without width tells equal ones apart
        apart.append(text + seen[text] * "\N{ZERO WIDTH SPACE}")
        seen[text] += 1
    return rows.assign(behind=apart)


def behind_lines(tooltip: list[Spec]) -> Spec:
    """Return the layer of the whole lines, called by what stands behind their bars.

    It answers to the mouse, however short a bar. The amounts are labels of its axis: only labels
    of axes follow the page's theme, a text mark would be black on black. And they lie in the
    data, not in the axis: so the numbers of a chart may change without the browser having to
    build it anew.
    """
    axis = dict(
        title=None, orient="right", domain=False, ticks=False, labelPadding=8, labelFlush=False
    )
    return {
        "mark": {"type": "rect", "opacity": 0, "aria": False},
        "encoding": {"y": field("behind:N", sort=None, axis=axis), "tooltip": tooltip},
    }


def lines_spec(layers: list[Spec], count: int, has_legend: bool = False) -> Spec:
    """Return the spec of layers that share their lines; each names them in its own way."""
    return {
        "layer": layers,
        "resolve": {"scale": {"y": "independent"}},
        "height": max(count, 3) * ROW_HEIGHT + 10 + (LEGEND_HEIGHT if has_legend else 0),
        "padding": PADDING,
    }


def _leader(rows: pd.DataFrame, value: str, behind: Callable[[Row], str], count: int) -> str:
    if rows.empty:
        return "No rows."
    top = rows.sort_values(value, ascending=False, kind="stable").iloc[0].to_dict()
    amount = behind(top).replace("  ·  ", ", ")
    return f"{top['name']} is the largest of {count} with {amount}."
