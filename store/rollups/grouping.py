"""Cap the distinct values of a dimension: the rarest of a day are added up under one name.

Names come from senders and from files of people. However many a day has, its rollups have at most
`MAX_VALUES` values of each dimension, and their totals stay exact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any

from store.rollups.documents import OthersRow

OTHER = "(other)"
"""The value under which the rest of a dimension is added up."""

MAX_VALUES = 200
"""Distinct values of a dimension, per day or per session; the rest is added up."""

OTHERS = "daily_others"
"""Collection with the number of values that each dimension of a day has under `OTHER`."""

Key = tuple[Any, ...]
Table = dict[Key, Any]
"""By the values of some dimensions, sums in a list or by name, or a histogram."""


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
            dimension: _rare(counts, MAX_VALUES)
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

    def kept(self, dimension: str, values: Iterable[str]) -> list[str]:
        """Return the values that are not rare, in order, at most `MAX_VALUES`."""
        left = set(values) - self.rare.get(dimension, set())
        return sorted(left)[:MAX_VALUES]


def add_up(table: Table, key: Key, numbers: Sequence[Any]) -> None:
    """Add numbers to those of a key."""
    sums = table.get(key)
    if sums is None:
        table[key] = list(numbers)
        return
    for place, number in enumerate(numbers):
        if number:
            sums[place] += number


def group_tables(
    dimensions: Mapping[str, Sequence[str]],
    tables: dict[str, Table],
    histograms: dict[str, Any],
    weight: Callable[[str, Any], int],
    but: Set[str],
) -> Grouping:
    """Add up the rare values in all tables of a day, the same values in each of them.

    Parameters
    ----------
    dimensions : mapping
        By table, the dimensions of its keys.
    tables, histograms : dict
        Sums and histograms by key; changed where a dimension has too many values.
    weight : callable
        Given the name of a table and the sums of a row, returns how often it occurred.
    but : set of str
        Dimensions that are never grouped.
    """
    crowded = _crowded(dimensions, tables) - but
    weights = _weights(dimensions, tables, weight, crowded) if crowded else {}
    grouping = Grouping(weights)
    tables_by_name: dict[str, Any]
    for tables_by_name in (tables, histograms):
        for name, table in tables_by_name.items():
            if not grouping.rare.keys().isdisjoint(dimensions[name]):
                tables_by_name[name] = _regrouped(grouping, dimensions[name], table)
    return grouping


def _weights(
    dimensions: Mapping[str, Sequence[str]],
    tables: Mapping[str, Table],
    weight: Callable[[str, Any], int],
    crowded: Set[str],
) -> dict[str, Counter[str]]:
    weights: dict[str, Counter[str]] = {dimension: Counter() for dimension in crowded}
    for name, table in tables.items():
        for key, row in table.items():
            row_weight = weight(name, row)
            for dimension, value in zip(dimensions[name], key, strict=True):
                if dimension in crowded and value not in (None, OTHER):
                    weights[dimension][value] += row_weight
    return weights


def most_frequent(counts: Mapping[str, int], limit: int = MAX_VALUES) -> dict[str, str]:
    """Return the name under which each value of one dimension is added up."""
    rare = _rare(counts, limit)
    return {value: OTHER if value in rare else value for value in counts}


def other_rows(grouping: Grouping, others: Mapping[str, int] | None = None) -> list[OthersRow]:
    """Return the rows of `OTHERS` for one day.

    Parameters
    ----------
    grouping : Grouping
        The values that are rare on the day.
    others : mapping, optional
        By dimension, values that were added up before.
    """
    counts = Counter(others or {})
    counts.update({name: len(values) for name, values in grouping.rare.items()})
    return [{"dimension": name, "values": count} for name, count in sorted(counts.items())]


def _rare(counts: Mapping[str, int], limit: int) -> set[str]:
    return set(sorted(counts, key=lambda value: (-counts[value], value))[limit:])


def _crowded(dimensions: Mapping[str, Sequence[str]], tables: Mapping[str, Table]) -> set[str]:
    values: defaultdict[str, set[Any]] = defaultdict(set)
    for name, table in tables.items():
        for dimension, column in zip(dimensions[name], zip(*table, strict=True), strict=False):
            values[dimension].update(column)
    return {dimension for dimension, distinct in values.items() if len(distinct) > MAX_VALUES}


def _regrouped(grouping: Grouping, dimensions: Sequence[str], table: Table) -> Table:
    regrouped: Table = {}
    # Sums of floats depend on the order
    for key in sorted(table, key=lambda key: tuple(map(str, key))):
        grouped_key = grouping.key(dimensions, key)
        if isinstance(table[key], dict):
            _add(regrouped.setdefault(grouped_key, defaultdict(int)), table[key])
        else:
            add_up(regrouped, grouped_key, table[key])
    return regrouped


def _add(row: Any, fields: Mapping[Any, Any]) -> None:
    for name, value in fields.items():
        row[name] += value
