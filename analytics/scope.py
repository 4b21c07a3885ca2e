"""Pipeline stages and conditions for a scope."""

from __future__ import annotations

from typing import Any

from analytics.filters import Filters
from store.people.roles import UNKNOWN

__all__ = ["days_in_scope", "found_by", "ratio", "rows_in_scope", "session_conditions", "sums"]

Stage = dict[str, Any]


def days_in_scope(filters: Filters) -> Stage:
    """Return the condition on a day written as ``2026-01-20``."""
    return {"$gte": filters.start.isoformat(), "$lt": filters.end.isoformat()}


def rows_in_scope(filters: Filters, source_field: str = "source") -> list[Stage]:
    """Return the stages that yield the days of a rollup, each with its rows in scope.

    Parameters
    ----------
    filters : Filters
        Days, roles, departments and sources.
    source_field : str
        ``sources`` for rollups of sessions, which may have several sources.
    """
    stages: list[Stage] = [{"$match": {"day": days_in_scope(filters)}}]
    fields = {"role": "role", "department": "department", "source": source_field}
    selected = filters.selected()
    conditions = {
        f"rows.{field}": {"$in": list(selected[name])}
        for name, field in fields.items()
        if name in selected
    }
    if conditions:
        group = {"$group": {"_id": "$_id", "rows": {"$push": "$rows"}}}
        stages += [{"$unwind": "$rows"}, {"$match": conditions}, group]
    return stages


def session_conditions(filters: Filters) -> Stage:
    """Return the conditions on the documents of `sessions` in scope."""
    fields = {"source": "sources", "model": "models", "tool_name": "tool_uses.tool_name"}
    conditions: Stage = {"day": days_in_scope(filters), "is_counted": True}
    for name, values in filters.selected().items():
        # A session lacks a field that no event of it has
        missing = (None,) if UNKNOWN in values else ()
        conditions[fields.get(name, name)] = {"$in": [*values, *missing]}
    if filters.weekdays:
        conditions["weekday"] = {"$in": list(filters.weekdays)}
    return conditions


def found_by(indexed: str, conditions: Stage) -> list[Stage]:
    """Return the stages that find documents by one field, then compare the others.

    MongoDB merges the two; the embedded store uses an index only for a stage with a
    single field, and else reads the whole collection.
    """
    others = {field: value for field, value in conditions.items() if field != indexed}
    stages: list[Stage] = [{"$match": {indexed: conditions[indexed]}}]
    return [*stages, {"$match": others}] if others else stages


def sums(*names: str) -> Stage:
    """Return one accumulator per column that is added up over rows."""
    return {name: {"$sum": f"$rows.{name}"} for name in names}


def ratio(part: float, whole: float) -> float | None:
    """Return part ÷ whole, None if there is nothing to divide by."""
    return part / whole if whole else None
