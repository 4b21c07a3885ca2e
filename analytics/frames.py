"""Build frames from documents; columns and dtypes do not depend on the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.filters import Filters
from analytics.question import Columns

__all__ = ["fill_days", "fill_days_by", "only", "to_frame"]

Document = Mapping[str, Any]


def to_frame(documents: Iterable[Document], columns: Columns) -> pd.DataFrame:
    """Build a frame with exactly these columns.

    A value that a document lacks is 0 in a column of counts and blank elsewhere.
    """
    rows = list(documents)
    typed = {
        name: _CONVERTERS[dtype]([row.get(name) for row in rows]) for name, dtype in columns.items()
    }
    return pd.DataFrame(typed, columns=list(columns), index=pd.RangeIndex(len(rows)))


def only(documents: Iterable[Document]) -> Document:
    """Return the only document, or an empty one if there is none."""
    return next(iter(documents), {})


def fill_days(
    documents: Iterable[Document],
    filters: Filters,
    columns: Columns,
    blank: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Build a frame with one row for every day in scope.

    Parameters
    ----------
    documents : iterable of mapping
        At most one per day, which stands in `_id` as ``2026-01-20``.
    filters : Filters
        Which days.
    columns : mapping
        Columns and dtypes; the first is `day`.
    blank : tuple of str
        Columns that stay blank on a day without a document; the others are 0.
    """
    known = {document["_id"]: document for document in documents}
    quiet = {name: 0 for name in columns if name not in blank}
    days = [day.isoformat() for day in filters.days()]
    return to_frame(({**quiet, **known.get(day, {}), "day": day} for day in days), columns)


def fill_days_by(documents: Iterable[Document], filters: Filters, columns: Columns) -> pd.DataFrame:
    """Build a frame with one row for every day in scope and every value that occurs.

    Parameters
    ----------
    documents : iterable of mapping
        `_id` holds the day and the value.
    filters : Filters
        Which days.
    columns : mapping
        Three columns and their dtypes: `day`, the dimension, what was measured.
    """
    _, dimension, measure = columns
    known = {
        (document["_id"]["day"], document["_id"]["value"]): document[measure]
        for document in documents
    }
    values = sorted({value for _, value in known})
    rows = (
        {"day": day, dimension: value, measure: known.get((day, value), 0)}
        for day in (day.isoformat() for day in filters.days())
        for value in values
    )
    return to_frame(rows, columns)


def _counts(values: list[Any]) -> Any:
    return np.array([value or 0 for value in values], dtype="int64")


def _numbers(values: list[Any]) -> Any:
    return np.array([np.nan if value is None else value for value in values], dtype="float64")


def _optional_counts(values: list[Any]) -> Any:
    return pd.array([None if value is None else int(value) for value in values], dtype="Int64")


def _as(dtype: str) -> Callable[[list[Any]], Any]:
    def convert(values: list[Any]) -> Any:
        return pd.Series(values, dtype=dtype)

    return convert


_CONVERTERS: dict[str, Callable[[list[Any]], Any]] = {
    "int64": _counts,
    "float64": _numbers,
    "str": _as("str"),
    "bool": _as("bool"),
    "Int64": _optional_counts,
    "boolean": _as("boolean"),
    "datetime64[us]": lambda values: np.array(values, dtype="datetime64[us]"),
    "datetime64[us, UTC]": _as("datetime64[us, UTC]"),
}
