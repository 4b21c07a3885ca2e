"""Stages and conditions that every question shares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from analytics.filters import Filters
from analytics.store.roles import UNKNOWN

__all__ = [
    "LONGEST_DAY_LIST",
    "PROMPTED",
    "by_day",
    "days_in_scope",
    "ratio",
    "rows_in_scope",
    "session_rows_in_scope",
    "sums",
]

Stage = dict[str, Any]

LONGEST_DAY_LIST = 2_000
"""Days named one by one, which the embedded store finds fastest; longer ranges are compared."""

PROMPTED = {"rows.prompts": {"$gt": 0}, "rows.user_id": {"$ne": UNKNOWN}}
"""What makes a person active: a prompt. Events that name nobody make nobody active."""


def days_in_scope(filters: Filters) -> Stage:
    """Return the condition on a day written as ``2026-01-20``."""
    if (filters.end - filters.start) > timedelta(days=LONGEST_DAY_LIST):
        return {"$gte": filters.start.isoformat(), "$lt": filters.end.isoformat()}
    return {"$in": [day.isoformat() for day in filters.days()]}


def rows_in_scope(filters: Filters, where: Stage | None = None) -> list[Stage]:
    """Return the stages that yield the rows of a rollup that are in scope.

    Parameters
    ----------
    filters : Filters
        Days, roles, departments and sources.
    where : dict, optional
        Further conditions on the rows.
    """
    return _rows(filters, "rows.source", where)


def session_rows_in_scope(filters: Filters, where: Stage | None = None) -> list[Stage]:
    """Return `rows_in_scope` for rollups of sessions, which may have several sources."""
    return _rows(filters, "rows.sources", where)


def sums(*names: str) -> Stage:
    """Return one accumulator per column that is added up over rows."""
    return {name: {"$sum": f"$rows.{name}"} for name in names}


def by_day(dimension: str) -> Stage:
    """Return the group key of one day and one value of a dimension."""
    return {"day": "$_id", "value": f"$rows.{dimension}"}


def ratio(part: float, whole: float) -> float | None:
    """Return part ÷ whole, None if there is nothing to divide by."""
    return part / whole if whole else None


def _rows(filters: Filters, source_field: str, where: Stage | None) -> list[Stage]:
    wanted = {
        "rows.role": filters.roles,
        "rows.department": filters.departments,
        source_field: filters.sources,
    }
    conditions = {field: {"$in": list(values)} for field, values in wanted.items() if values}
    conditions |= where or {}
    stages: list[Stage] = [{"$match": {"_id": days_in_scope(filters)}}, {"$unwind": "$rows"}]
    return [*stages, {"$match": conditions}] if conditions else stages
