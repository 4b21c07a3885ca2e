"""Pipeline stages and conditions for a scope."""

from __future__ import annotations

from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database

from analytics.filters import Filters
from store.rollups.totals import total_of

__all__ = [
    "days_in_scope",
    "found_by",
    "is_everything",
    "pick_rollup",
    "ratio",
    "rows_in_scope",
    "session_rows_in_scope",
    "sums",
]

Stage = dict[str, Any]


def pick_rollup(db: Database, rollup: str, filters: Filters) -> Collection:
    """Return the smallest collection that can answer.

    Its rows have a role, a department and a source only if one of these is
    chosen, so a question by one of them reads the rollup itself.
    """
    return db[total_of(rollup) if is_everything(filters) else rollup]


def is_everything(filters: Filters) -> bool:
    """Return whether no role, department or source is chosen."""
    return not (filters.roles or filters.departments or filters.sources)


def days_in_scope(filters: Filters) -> Stage:
    """Return the condition on a day written as ``2026-01-20``."""
    return {"$gte": filters.start.isoformat(), "$lt": filters.end.isoformat()}


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


def found_by(indexed: str, conditions: Stage) -> list[Stage]:
    """Return the stages that find documents by one field, then compare the others.

    MongoDB merges the two; the embedded store uses an index only for a stage with a
    single field, and else reads the whole collection.
    """
    others = {field: value for field, value in conditions.items() if field != indexed}
    return [{"$match": {indexed: conditions[indexed]}}, {"$match": others}]


def sums(*names: str) -> Stage:
    """Return one accumulator per column that is added up over rows."""
    return {name: {"$sum": f"$rows.{name}"} for name in names}


def ratio(part: float, whole: float) -> float | None:
    """Return part ÷ whole, None if there is nothing to divide by."""
    return part / whole if whole else None


def _rows(filters: Filters, source_field: str, where: Stage | None) -> list[Stage]:
    selections = {
        "rows.role": filters.roles,
        "rows.department": filters.departments,
        source_field: filters.sources,
    }
    conditions = {field: {"$in": list(values)} for field, values in selections.items() if values}
    conditions |= where or {}
    stages: list[Stage] = [{"$match": {"day": days_in_scope(filters)}}, {"$unwind": "$rows"}]
    return [*stages, {"$match": conditions}] if conditions else stages
