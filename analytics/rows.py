"""Read rows of a rollup as columns, and add them up."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pymongo.collection import Collection

from analytics.question import Columns
from analytics.scope import Stage

__all__ = ["Rows", "read_rows"]

_NUMBERS = ("int64", "float64")
# Days with all rows in scope are read as they are stored: grouping takes longer, and a year of a
# large team exceeds the 100 MB that a server groups in
_UNWOUND = {"$unwind": "$rows"}


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a rollup as columns. Callers do not change them.

    For a few hundred rows these sums take a tenth of the time of pandas, and a page needs a dozen
    of them.

    Attributes
    ----------
    columns : mapping
        Arrays of numbers, lists of other values.
    """

    columns: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Return a column."""
        return self.columns[name]

    def having(self, measure: str) -> Rows:
        """Return the rows in which a measure is more than 0."""
        places = np.flatnonzero(self[measure] > 0)
        return Rows(
            {
                name: column[places]
                if isinstance(column, np.ndarray)
                else [column[place] for place in places]
                for name, column in self.columns.items()
            }
        )

    def sum_by(self, by: Sequence[str], measures: Columns) -> list[dict[str, Any]]:
        """Add measures up for each combination of values of the dimensions, in their order."""
        places: dict[tuple[Any, ...], int] = {}
        keys = zip(*(self[name] for name in by), strict=True)
        place = np.array([places.setdefault(key, len(places)) for key in keys], dtype="int64")
        sums = [_sums(self[name], place, len(places)) for name in measures]
        names = (*by, *measures)
        groups = sorted(zip(places, *sums, strict=True), key=lambda row: tuple(map(str, row[0])))
        return [dict(zip(names, (*key, *values), strict=True)) for key, *values in groups]

    def sums(self, measures: Columns) -> dict[str, Any]:
        """Add measures up over all rows."""
        return {name: self[name].sum().item() for name in measures}

    def by_day(self, measures: Columns) -> list[dict[str, Any]]:
        """Add up each day, as `fill_days` takes it."""
        return [{"_id": row["day"], **row} for row in self.sum_by(("day",), measures)]

    def by_day_and(self, dimension: str, measures: Columns) -> list[dict[str, Any]]:
        """Add up each day and value of a dimension, as `fill_days_by` takes it."""
        return [
            {"_id": {"day": row["day"], "value": row[dimension]}, **row}
            for row in self.sum_by(("day", dimension), measures)
        ]

    def collect(self, by: str, name: str) -> dict[str, list[Any]]:
        """Return the values of a column for each value of a dimension."""
        values: dict[str, list[Any]] = {}
        for key, value in zip(self[by], self[name], strict=True):
            values.setdefault(key, []).append(value)
        return values


def read_rows(rollup: Collection, in_scope: Iterable[Stage], columns: Columns) -> Rows:
    """Read the rows of a rollup that are in scope.

    Parameters
    ----------
    rollup : pymongo.collection.Collection
        A rollup, or the total of one.
    in_scope : iterable of dict
        Stages that yield its rows.
    columns : mapping
        Columns and their dtypes, besides `day`. A number that a row lacks is 0.
    """
    # The embedded store returns rows in half the time that it takes to add them up
    *pipeline, last = in_scope
    if last != _UNWOUND:
        pipeline += [last, {"$group": {"_id": "$_id", "rows": {"$push": "$rows"}}}]
    # Groups have no order, and sums of floats depend on it
    days = sorted(rollup.aggregate(pipeline), key=lambda day: str(day["_id"]))
    rows = [row for day in days for row in day["rows"]]
    return Rows(
        {
            # A very large day is several documents
            "day": [day["_id"].partition("|")[0] for day in days for _ in day["rows"]],
            **{name: _column(rows, name, dtype) for name, dtype in columns.items()},
        }
    )


def _column(rows: list[dict[str, Any]], name: str, dtype: str) -> Any:
    if dtype not in _NUMBERS:
        return [_compact(row.get(name)) for row in rows]
    numbers = np.array([row.get(name) or 0 for row in rows], dtype=dtype)
    numbers.flags.writeable = False
    return numbers


def _compact(value: Any) -> Any:
    """Return a value in less memory: few names and users occur again and again."""
    if isinstance(value, str):
        return sys.intern(value)
    if not isinstance(value, list):
        return value
    is_text = all(isinstance(item, str) for item in value)
    return tuple(map(sys.intern, value)) if is_text else np.array(value)


def _sums(column: Any, place: Any, count: int) -> list[Any]:
    # `bincount` would be shorter, but adds whole numbers up as floats
    sums = np.zeros(count, column.dtype)
    np.add.at(sums, place, column)
    return list(sums.tolist())
