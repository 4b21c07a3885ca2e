"""Totals of a rollup: the rows of a day added up over roles, departments and sources.

A question that filters by none of these reads a few rows of a day instead of one per
role, department and source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]

_SUFFIX = "_total"
_MONEY = frozenset({"cost_usd", "computed_cost_usd"})


def total_of(rollup: str) -> str:
    """Return the name of the collection that holds the totals of a rollup."""
    return f"{rollup}{_SUFFIX}"


def total_rows(rows: Iterable[Row], dimensions: Iterable[str] = ()) -> list[Row]:
    """Add up the rows of one day.

    Parameters
    ----------
    rows : iterable of dict
        Rows of a rollup: numbers are added, histograms merged, users united.
    dimensions : iterable of str
        Dimensions that the totals still have, besides the day.

    Returns
    -------
    list of dict
        One row per value of the dimensions, in the order of the values.
    """
    names = tuple(dimensions)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return [
        {**dict(zip(names, key, strict=True)), **_sum_by(group)}
        for key, group in sorted(groups.items())
    ]


def histogram_fields(histogram: Mapping[int, int]) -> dict[str, list[int]]:
    """Return a histogram as the two lists of a row."""
    numbers = sorted(histogram)
    return {"buckets": numbers, "counts": [histogram[number] for number in numbers]}


def _sum_by(rows: list[Row]) -> Row:
    total: Row = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, int | float):
                total[name] = total.get(name, 0) + value
    for name in _MONEY & total.keys():
        total[name] = round(total[name], 9)
    if "users" in rows[0]:
        total["users"] = sorted({user for row in rows for user in row["users"]})
    if "buckets" in rows[0]:
        total |= histogram_fields(_merged(rows))
    return total


def _merged(rows: list[Row]) -> Counter[int]:
    histogram: Counter[int] = Counter()
    for row in rows:
        histogram.update(dict(zip(row["buckets"], row["counts"], strict=True)))
    return histogram
