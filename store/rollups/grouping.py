"""Cap the distinct values of a dimension: the rarest of a day are added up under one name.

Names come from senders and from files of people. However many a day has, its rollups have at most
`MAX_VALUES` values of each dimension, and their totals stay exact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from store.rollups.documents import OthersRow

OTHER = "(other)"
"""The value under which the rest of a dimension is added up."""

MAX_VALUES = 200
"""Distinct values of a dimension, per day or per session; the rest is added up."""

OTHERS = "daily_others"
"""Collection with the number of values that each dimension of a day has under `OTHER`."""

Key = tuple[Any, ...]
Row = Mapping[str, Any]
Table = defaultdict[Key, Any]


class Grouping:
    """Which values of which dimensions are added up under `OTHER`.

    Parameters
    ----------
    weights : mapping
        By dimension, how often each value occurred. The most frequent stay, equal ones in the
        order of their names, so the choice depends on the counts alone.
    """

    def __init__(self, weights: Mapping[str, Mapping[str, int]]) -> None:
        self.rare: dict[str, Set[str]] = {
            dimension: _rare(counts)
            for dimension, counts in weights.items()
            if len(counts) > MAX_VALUES
        }

    def key(self, dimensions: Sequence[str], key: Key) -> Key:
        """Return a key with `OTHER` in place of each rare value."""
        named = zip(dimensions, key, strict=True)
        return tuple(self.value(dimension, value) for dimension, value in named)

    def value(self, dimension: str, value: Any) -> Any:
        """Return a value, or `OTHER` if it is rare."""
        return OTHER if value in self.rare.get(dimension, ()) else value


def group_tables(
    dimensions: Mapping[str, Sequence[str]],
    tables: dict[str, Table],
    histograms: dict[str, Table],
    occurrences: Sequence[str],
    but: Set[str],
) -> Grouping:
    """Add up the rare values in all tables of a day, the same values in each of them.

    Parameters
    ----------
    dimensions : mapping
        By table, the dimensions of its keys.
    tables, histograms : dict
        Rows of numbers and histograms by key; changed where a dimension has too many values.
    occurrences : sequence of str
        The fields of rows that count occurrences.
    but : set of str
        Dimensions that are never grouped.
    """
    crowded = _crowded(dimensions, tables) - but
    weights: dict[str, Counter[str]] = {dimension: Counter() for dimension in crowded}
    for name in tables if crowded else ():
        for key, row in tables[name].items():
            weight = sum(row.get(field, 0) for field in occurrences)
            for dimension, value in zip(dimensions[name], key, strict=True):
                if dimension in crowded:
                    weights[dimension][value] += weight
    grouping = Grouping(weights)
    for tables_by_name in (tables, histograms):
        for name, table in tables_by_name.items():
            if not grouping.rare.keys().isdisjoint(dimensions[name]):
                tables_by_name[name] = _regrouped(grouping, dimensions[name], table)
    return grouping


def most_frequent(counts: Mapping[str, int]) -> dict[str, str]:
    """Return the name under which each value of one dimension is added up."""
    rare = _rare(counts)
    return {value: OTHER if value in rare else value for value in counts}


def other_rows(*groupings: Grouping) -> list[OthersRow]:
    """Return the rows of `OTHERS` for one day."""
    rare: defaultdict[str, set[str]] = defaultdict(set)
    for grouping in groupings:
        for dimension, values in grouping.rare.items():
            rare[dimension] |= values
    return [{"dimension": name, "values": len(values)} for name, values in sorted(rare.items())]


def _rare(counts: Mapping[str, int]) -> set[str]:
    return set(sorted(counts, key=lambda value: (-counts[value], value))[MAX_VALUES:])


def _crowded(dimensions: Mapping[str, Sequence[str]], tables: Mapping[str, Table]) -> set[str]:
    values: defaultdict[str, set[Any]] = defaultdict(set)
    for name, table in tables.items():
        for dimension, column in zip(dimensions[name], zip(*table, strict=True), strict=False):
            values[dimension].update(column)
    return {dimension for dimension, distinct in values.items() if len(distinct) > MAX_VALUES}


def _regrouped(grouping: Grouping, dimensions: Sequence[str], table: Table) -> Table:
    regrouped: Table = defaultdict(table.default_factory)
    for key in sorted(table):  # sums of floats depend on the order
        _add(regrouped[grouping.key(dimensions, key)], table[key].items())
    return regrouped


def _add(row: Any, fields: Iterable[tuple[Any, Any]]) -> None:
    for name, value in fields:
        row[name] += value
