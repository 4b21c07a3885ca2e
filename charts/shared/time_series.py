"""Bars and lines over days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from charts.shared.spec import ChartSpec, Spec, field
from charts.shared.theme import (
    DAY_FORMAT,
    HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
    SHORT_NUMBER,
    faded_where,
    legend_below,
    value_axis,
)

MONDAY = 0

DAY_TIP = field("day:T", timeUnit="utcyearmonthdate", title="Day", format=DAY_FORMAT)


def bars(
    rows: pd.DataFrame,
    y: Spec,
    tooltip: list[Spec],
    summary: str,
    *,
    color: Spec | None = None,
    partial_day: date | None = None,
    **channels: Spec,
) -> ChartSpec:
    """Draw rows with ``day`` as bars over days, with a legend below if they have colours."""
    # Days are dates without a zone: read and written as UTC, they stay the same
    # days in every browser
    day = field("day:T", timeUnit="utcyearmonthdate", axis=day_axis(rows["day"]))
    colored = {"color": color} if color else {}
    spec = {
        "mark": {"type": "bar", "width": {"band": 0.8}, "binSpacing": 0},
        "encoding": {
            "x": day,
            "y": y,
            "opacity": faded_where("datum.is_partial"),
            "tooltip": [DAY_TIP, *tooltip],
            **colored,
            **channels,
        },
        "height": HEIGHT + LEGEND_HEIGHT if color else HEIGHT,
        "padding": PADDING,
    }
    is_partial = rows["day"] == pd.Timestamp(partial_day) if partial_day else False
    return ChartSpec(rows.assign(is_partial=is_partial), spec, summary)


def count_bars(
    frame: pd.DataFrame, value: str, title: str, partial_day: date | None, *also: Spec
) -> ChartSpec:
    """Draw one count per day."""
    return bars(
        frame,
        y=field(f"{value}:Q", axis=value_axis()),
        tooltip=[field(f"{value}:Q", title=title, format=","), *also],
        summary=peak(frame, value, lambda number: f"{number:,.0f} {title.lower()}"),
        partial_day=partial_day,
    )


def stacked_bars(
    frame: pd.DataFrame,
    kinds: Mapping[str, str],
    tooltip: list[Spec],
    summary: str,
    *,
    partial_day: date | None,
    label_expr: str = SHORT_NUMBER,
    columns: int = 2,
) -> ChartSpec:
    """Stack several columns per day, each in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, the columns to stack, and those of the tooltip.
    kinds : mapping of str to str
        Columns to stack, and their names in the legend.
    tooltip : list of dict
        Fields of the tooltip; each row has ``kind`` (the name) and ``amount``.
    summary : str
        The finding in one sentence.
    partial_day : date, optional
        A day that is not over: drawn paler.
    label_expr : str
        Format of the axis.
    columns : int
        Entries of the legend beside each other.
    """
    names = [*kinds.values()]
    shown = [tip["field"] for tip in tooltip if tip["field"] in frame]
    rows = frame.rename(columns=dict(kinds)).melt(
        ["day", *shown], names, var_name="kind", value_name="amount"
    )
    return bars(
        rows,
        y=field("amount:Q", axis=value_axis(label_expr), stack="zero"),
        tooltip=tooltip,
        summary=summary,
        color=field("kind:N", scale={"domain": names}, legend=legend_below(columns)),
        partial_day=partial_day,
    )


def lines(
    rows: pd.DataFrame,
    y: Spec,
    color: Spec,
    tooltip: list[Spec],
    summary: str,
    dot_size: int,
) -> ChartSpec:
    """Draw rows with ``day`` as lines over days, with dots and a legend below."""
    shared = {
        "x": field(
            "day:T", timeUnit="utcyearmonthdate", bandPosition=0.5, axis=day_axis(rows["day"])
        ),
        "y": y,
        "color": color,
        "tooltip": [DAY_TIP, *tooltip],
    }
    # A dot makes a day between days without a value visible, and easy to hit
    marks = [
        {"type": "line", "strokeWidth": 2},
        {"type": "point", "filled": True, "size": dot_size},
    ]
    spec = {
        "layer": [{"mark": mark, "encoding": shared} for mark in marks],
        "height": HEIGHT + LEGEND_HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, summary)


def day_axis(days: pd.Series) -> Spec:
    """Return an axis that labels days, Mondays or months, each under the middle of its bar."""
    dates = sorted({day.date() for day in days})
    labelled, style = _labelled(dates)
    return dict(
        title=None,
        format=style,
        grid=False,
        values=[dict(year=d.year, month=d.month, date=d.day, utc=True) for d in labelled],
        labelOverlap="greedy",
        labelFlush=False,
        labelOffset={"expr": f"width / {2 * max(len(dates), 1)}"},
    )


def _labelled(dates: list[date]) -> tuple[list[date], str]:
    """Choose few enough days to label, and the format of the labels."""
    if len(dates) <= 10:
        return dates, "%-d %b"
    # A label under the last bars would extend beyond the axis
    room = dates[: -(len(dates) // 20) - 1]
    if len(dates) <= 45:
        return [day for day in room if day.weekday() == MONDAY], "%-d %b"
    if len(dates) <= 120:
        return [day for day in room if day.day in (1, 15)], "%-d %b"
    if len(dates) <= 400:
        return [day for day in room if day.day == 1], "%b"
    return [day for day in room if day.day == 1 and day.month % 6 == 1], "%b %Y"


def peak(frame: pd.DataFrame, value: str, format: Callable[[float], str]) -> str:
    """Name the highest day in one sentence."""
    if frame.empty:
        return "No days."
    top = frame.sort_values(value, kind="stable").iloc[-1]
    if not top[value]:
        return f"None in {len(frame):,} days."
    return f"Highest on {top['day']:%-d %b}: {format(top[value])}."
