"""What several questions share, so that a page asks the store once for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from pymongo.collection import Collection
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import only, records, to_frame
from analytics.question import Columns, question
from analytics.scope import (
    Stage,
    coarsest,
    rows_in_scope,
    session_rows_in_scope,
)
from analytics.store.totals import total_of

__all__ = [
    "active_by_day",
    "active_rows",
    "days_of_edits",
    "days_of_models",
    "days_of_sessions",
    "days_of_usage",
    "days_with_events",
    "everybody",
    "metric_rows",
    "session_rows",
    "usage_rows",
]

Days = tuple[Mapping[str, Any], ...]
"""One row per day or per day and value; `_id` tells which. Nobody may change them."""

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

EVENT_HOURS = [f"h{hour:02}" for hour in range(24)]

_ROW = {"day": "str", "role": "str", "department": "str"}

USAGE_ROWS = {**_ROW, **USAGE, **dict.fromkeys(EVENT_HOURS, "int64")}

SESSIONS = {"sessions": "int64", "duration_seconds": "float64"}

SESSION_ROWS = {**_ROW, **SESSIONS, "durations": "object"}

MODELS = {
    "api_requests": "int64",
    "cache_read_tokens": "int64",
    "cache_creation_tokens": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}

EDITS = {"edits": "int64", "accepted": "int64", "rejected": "int64"}

ACTIVE_ROWS = {**_ROW, "users": "object"}

METRIC_ROWS = {**_ROW, "metric": "str", "type": "str", "value": "float64"}


ActiveByDay = Mapping[str, frozenset[str]]
"""Who prompted on each day that is written as ``2026-01-20``; days without prompts may lack."""


@question(reads="daily_usage", columns=USAGE_ROWS)
def usage_rows(db: Database, filters: Filters, rollup: str = "daily_usage") -> pd.DataFrame:
    """Return the rows of ``daily_usage`` in scope, or of its total by its name."""
    return _rows(db[rollup], rows_in_scope(filters), USAGE_ROWS)


@question(reads="daily_sessions", columns=SESSION_ROWS)
def session_rows(db: Database, filters: Filters, rollup: str = "daily_sessions") -> pd.DataFrame:
    """Return the rows of ``daily_sessions`` in scope, or of its total by its name."""
    return _rows(db[rollup], session_rows_in_scope(filters), SESSION_ROWS)


@question(reads="daily_active", columns=ACTIVE_ROWS)
def active_rows(db: Database, filters: Filters, rollup: str = "daily_active") -> pd.DataFrame:
    """Return the rows of ``daily_active`` in scope, or of its total by its name."""
    return _rows(db[rollup], rows_in_scope(filters), ACTIVE_ROWS)


@question(reads="daily_metrics", columns=METRIC_ROWS)
def metric_rows(db: Database, filters: Filters) -> pd.DataFrame:
    """Return the rows of ``daily_metrics`` in scope."""
    return _rows(db["daily_metrics"], rows_in_scope(filters), METRIC_ROWS)


@question(reads="daily_usage", columns=USAGE)
def days_of_usage(db: Database, filters: Filters) -> Days:
    """Add up the counters of ``daily_usage`` for each day in scope that has events."""
    rows = usage_rows(db, filters, coarsest(db, "daily_usage", filters).name)
    return _by_day(rows, USAGE)


@question(reads="daily_sessions", columns=SESSIONS)
def days_of_sessions(db: Database, filters: Filters) -> Days:
    """Add up the sessions that started on each day in scope."""
    rows = session_rows(db, filters, coarsest(db, "daily_sessions", filters).name)
    return _by_day(rows, SESSIONS)


@question(reads="daily_models", columns=MODELS)
def days_of_models(db: Database, filters: Filters) -> Days:
    """Add up the counters of ``daily_models`` for each day and model in scope."""
    return _by_day_and(db, "daily_models", filters, "model", MODELS)


@question(reads="daily_edits", columns=EDITS)
def days_of_edits(db: Database, filters: Filters) -> Days:
    """Add up the edits of files for each day and language in scope."""
    return _by_day_and(db, "daily_edits", filters, "language", EDITS)


@question(reads="daily_usage", columns={})
def days_with_events(db: Database) -> tuple[date | None, date | None]:
    """Return the first and the last day of the store that has events."""
    pipeline: list[Stage] = [
        {"$match": {"rows.0": {"$exists": True}}},
        {"$group": {"_id": None, "first": {"$min": "$_id"}, "last": {"$max": "$_id"}}},
    ]
    found = only(db[total_of("daily_usage")].aggregate(pipeline))
    if not found:
        return None, None
    return date.fromisoformat(found["first"]), date.fromisoformat(found["last"])


@question(reads="users", columns={})
def everybody(db: Database) -> Mapping[str, Mapping[str, Any]]:
    """Return every document of ``users`` by its id. Nobody may change them.

    The embedded store looks 500 people up in 200 ms, and reads as many from end to end in 13.
    """
    return {person["_id"]: person for person in db["users"].find({})}


def active_by_day(db: Database, filters: Filters) -> ActiveByDay:
    """Return who prompted on each day in scope: a union, which no sum of days can tell."""
    rows = active_rows(db, filters, coarsest(db, "daily_active", filters).name)
    return {str(day): frozenset().union(*users) for day, users in rows.groupby("day")["users"]}


def _rows(rollup: Collection, in_scope: list[Stage], columns: Columns) -> pd.DataFrame:
    # The embedded store hands rows out in half the time in which it adds them up, and one
    # answer then serves all who add them up in their own way
    days = rollup.aggregate([*in_scope, {"$group": {"_id": "$_id", "rows": {"$push": "$rows"}}}])
    # Groups come in any order, and sums of floats depend on it
    found = sorted(days, key=lambda day: str(day["_id"]))
    return to_frame(({**row, "day": day["_id"]} for day in found for row in day["rows"]), columns)


def _by_day(rows: pd.DataFrame, columns: Columns) -> Days:
    added_up = rows.groupby("day", as_index=False)[[*columns]].sum()
    return tuple({"_id": row["day"], **row} for row in records(added_up))


def _by_day_and(
    db: Database, rollup: str, filters: Filters, dimension: str, columns: Columns
) -> Days:
    named = {"day": "str", dimension: "str"}
    rows = _rows(coarsest(db, rollup, filters), rows_in_scope(filters), {**named, **columns})
    added_up = rows.groupby([*named], as_index=False)[[*columns]].sum()
    return tuple(
        {"_id": {"day": row["day"], "value": row[dimension]}, **row} for row in records(added_up)
    )
