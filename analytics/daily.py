"""Sums of each day that several questions share, so that a page asks the store once for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.database import Database

from analytics.filters import Filters
from analytics.question import Columns, question
from analytics.scope import by_day, coarsest, rows_in_scope, session_rows_in_scope, sums

__all__ = ["days_of_models", "days_of_sessions", "days_of_usage"]

Days = tuple[Mapping[str, Any], ...]
"""One document per day or per day and value; `_id` tells which. Nobody may change them."""

_TOKENS = {
    "input_tokens": "int64",
    "output_tokens": "int64",
    "cache_read_tokens": "int64",
    "cache_creation_tokens": "int64",
    "total_tokens": "int64",
}

USAGE = {
    "events": "int64",
    "prompts": "int64",
    "api_requests": "int64",
    "api_errors": "int64",
    "tool_calls": "int64",
    "tool_failures": "int64",
    **_TOKENS,
    "cost_usd": "float64",
    "computed_cost_usd": "float64",
    "unpriced_requests": "int64",
    "unpriced_tokens": "int64",
}

SESSIONS = {"sessions": "int64", "duration_seconds": "float64"}

MODELS = {
    "api_requests": "int64",
    "cache_read_tokens": "int64",
    "cache_creation_tokens": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads="daily_usage", columns=USAGE)
def days_of_usage(db: Database, filters: Filters) -> Days:
    """Add up the counters of ``daily_usage`` for each day in scope that has events."""
    return _asked(db, "daily_usage", rows_in_scope(filters), "$_id", USAGE, filters)


@question(reads="daily_sessions", columns=SESSIONS)
def days_of_sessions(db: Database, filters: Filters) -> Days:
    """Add up the sessions that started on each day in scope."""
    return _asked(db, "daily_sessions", session_rows_in_scope(filters), "$_id", SESSIONS, filters)


@question(reads="daily_models", columns=MODELS)
def days_of_models(db: Database, filters: Filters) -> Days:
    """Add up the counters of ``daily_models`` for each day and model in scope."""
    model = by_day("model")
    return _asked(db, "daily_models", rows_in_scope(filters), model, MODELS, filters)


def _asked(
    db: Database, rollup: str, rows: list[Any], key: Any, columns: Columns, filters: Filters
) -> Days:
    pipeline = [*rows, {"$group": {"_id": key, **sums(*columns)}}]
    found = coarsest(db, rollup, filters).aggregate(pipeline)
    # Groups come in any order, and sums of floats depend on it
    return tuple(sorted(found, key=lambda day: str(day["_id"])))
