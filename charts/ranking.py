"""What all ranked bars share: one line per value, its name before it, its amount behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from charts.numbers import percent, short
from charts.palette import UNNAMED
from charts.theme import PADDING, ROW_HEIGHT, faded_where, words

Row = Mapping[Any, Any]

NAME_WIDTH = 130


def amount_and_share(value: str, write: Callable[[float], str] = short) -> Callable[[Row], str]:
    """Return what stands behind a bar: the amount, and its part of all."""
    return lambda row: f"{write(row[value])}  ·  {percent(row['share'])}"


def ranked(
    frame: pd.DataFrame,
    dimension: str,
    value: str,
    tooltip: list[alt.Tooltip],
    *,
    title: str = "",
    names: Iterable[str] | None = None,
    color: alt.Color | None = None,
    behind: Callable[[Row], str] | None = None,
    limit: int | None = None,
) -> alt.LayerChart:
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
    description = _leader(rows, value, written, len(frame))
    tooltips = [alt.Tooltip("name:N", title=title or words(dimension)), *tooltip]
    drawn = with_behind(rows, written)
    # The whole line answers to the mouse, however short its bar. The amounts are
    # labels of its axis: only labels of axes follow the page's theme, a text
    # mark would be black on black.
    lines = (
        alt.Chart(drawn).mark_rect(opacity=0, aria=False).encode(y=behind_line(), tooltip=tooltips)
    )
    bars = (
        alt.Chart(drawn)
        .mark_bar(cornerRadiusEnd=3, height=18)
        .encode(
            x=alt.X(f"{value}:Q", axis=None),
            y=alt.Y("name:N", sort=None, axis=names_axis()),
            opacity=faded_where("datum.is_rest"),
            tooltip=tooltips,
            **({"color": color} if color else {}),
        )
    )
    return alt.LayerChart(
        layer=[lines, bars],
        resolve=each_its_own(),
        height=max(len(rows), 3) * ROW_HEIGHT + 10,
        padding=PADDING,
        description=description,
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


def names_axis() -> alt.Axis:
    """Return the axis with the names of the lines."""
    # Not flush: the first and the last name stay beside their bars
    return alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelLimit=NAME_WIDTH,
        labelFlush=False,
    )


def with_behind(rows: pd.DataFrame, behind: Callable[[Row], str]) -> pd.DataFrame:
    """Return the rows with what stands behind each line; see `behind_line`."""
    written = [behind(row) for row in rows.to_dict("records")]
    seen: Counter[str] = Counter()
    apart = []
    for text in written:
        # Each line needs its own: a blank without width tells equal ones apart
        apart.append(text + seen[text] * "\N{ZERO WIDTH SPACE}")
        seen[text] += 1
    return rows.assign(behind=apart)


def behind_line() -> alt.Y:
    """Return the lines once more, called by what stands behind them.

    The texts lie in the data, not in the axis: so the numbers of a chart may change without the
    browser having to build it anew.
    """
    axis = alt.Axis(
        title=None, orient="right", domain=False, ticks=False, labelPadding=8, labelFlush=False
    )
    return alt.Y("behind:N", sort=None, axis=axis)


def each_its_own() -> alt.Resolve:
    """Return how the layers of lines share what they are drawn by: names differ from amounts."""
    return alt.Resolve(scale=alt.ScaleResolveMap(y="independent"))


def _leader(rows: pd.DataFrame, value: str, behind: Callable[[Row], str], count: int) -> str:
    if rows.empty:
        return "No rows."
    top = rows.sort_values(value, ascending=False, kind="stable").iloc[0].to_dict()
    amount = behind(top).replace("  ·  ", ", ")
    return f"{top['name']} is the largest of {count} with {amount}."
