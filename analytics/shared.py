"""Rows and values that several questions share, so that a page reads them once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import only
from analytics.question import question
from analytics.rows import Rows, read_rows
from analytics.scope import Stage, is_everything, pick_rollup, rows_in_scope, session_rows_in_scope
from store.events.bucket import buckets_of_days
from store.rollups.totals import total_of
from store.settings import reporting_zone
from store.time_bounds import EARLIEST, latest, local_day_bounds
from store.time_zone import utc_days_of

__all__ = [
    "active_by_day",
    "active_rows",
    "all_users",
    "days_with_events",
    "edit_rows",
    "event_span",
    "fewest_session_rows",
    "fewest_usage_rows",
    "metric_rows",
    "model_rows",
    "session_rows",
    "usage_rows",
]

MAX_ANSWERS = 12
"""Answers of each kind that are kept; the rows of a year of 500 people take up to 5 MB."""

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

_ROW = {"role": "str", "department": "str"}

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

MODEL_ROWS = {"model": "str", **MODELS}

EDITS = {"edits": "int64", "accepted": "int64", "rejected": "int64"}

EDIT_ROWS = {"language": "str", **EDITS}

ACTIVE_ROWS = {**_ROW, "users": "object"}

METRIC_ROWS = {"metric": "str", "type": "str", "value": "float64"}


@question(reads="daily_usage", columns=USAGE_ROWS, max_answers=MAX_ANSWERS)
def usage_rows(db: Database, filters: Filters, is_total: bool = False) -> Rows:
    """Return the rows of ``daily_usage`` in scope, or of its total, which knows days only."""
    return read_rows(_rollup(db, "daily_usage", is_total), rows_in_scope(filters), USAGE_ROWS)


@question(reads="daily_sessions", columns=SESSION_ROWS, max_answers=MAX_ANSWERS)
def session_rows(db: Database, filters: Filters, is_total: bool = False) -> Rows:
    """Return the rows of ``daily_sessions`` in scope, or of its total, which knows days only."""
    rollup = _rollup(db, "daily_sessions", is_total)
    return read_rows(rollup, session_rows_in_scope(filters), SESSION_ROWS)


@question(reads="daily_active", columns=ACTIVE_ROWS, max_answers=MAX_ANSWERS)
def active_rows(db: Database, filters: Filters, is_total: bool = False) -> Rows:
    """Return the rows of ``daily_active`` in scope, or of its total, which knows days only."""
    return read_rows(_rollup(db, "daily_active", is_total), rows_in_scope(filters), ACTIVE_ROWS)


@question(reads="daily_models", columns=MODEL_ROWS, max_answers=MAX_ANSWERS)
def model_rows(db: Database, filters: Filters) -> Rows:
    """Return the API requests in scope by model."""
    return read_rows(pick_rollup(db, "daily_models", filters), rows_in_scope(filters), MODEL_ROWS)


@question(reads="daily_edits", columns=EDIT_ROWS, max_answers=MAX_ANSWERS)
def edit_rows(db: Database, filters: Filters) -> Rows:
    """Return the edits of files in scope."""
    return read_rows(pick_rollup(db, "daily_edits", filters), rows_in_scope(filters), EDIT_ROWS)


@question(reads="daily_metrics", columns=METRIC_ROWS, max_answers=MAX_ANSWERS)
def metric_rows(db: Database, filters: Filters) -> Rows:
    """Return the metrics of clients in scope."""
    return read_rows(db["daily_metrics"], rows_in_scope(filters), METRIC_ROWS)


def fewest_usage_rows(db: Database, filters: Filters) -> Rows:
    """Return the smallest set of rows with the usage of each day in scope."""
    return usage_rows(db, filters, is_total=is_everything(filters))


def fewest_session_rows(db: Database, filters: Filters) -> Rows:
    """Return the smallest set of rows with the sessions of each day in scope."""
    return session_rows(db, filters, is_total=is_everything(filters))


def active_by_day(db: Database, filters: Filters) -> dict[str, set[str]]:
    """Return the users with a prompt on each day in scope that has any."""
    users = active_rows(db, filters, is_total=is_everything(filters)).collect("day", "users")
    return {day: set().union(*same) for day, same in users.items()}


@question(reads=("daily_usage", "settings"), columns={})
def days_with_events(db: Database) -> tuple[date | None, date | None]:
    """Return the first and the last day of the store that has events.

    Days of wrong clocks, which older versions stored, are left out.
    """
    first, last = local_day_bounds(reporting_zone(db))
    pipeline: list[Stage] = [
        {"$match": {"day": {"$gte": str(first), "$lte": str(last)}, "rows.0": {"$exists": True}}},
        {"$group": {"_id": None, "first": {"$min": "$day"}, "last": {"$max": "$day"}}},
    ]
    span = only(db[total_of("daily_usage")].aggregate(pipeline))
    if not span:
        return None, None
    return date.fromisoformat(span["first"]), date.fromisoformat(span["last"])


@question(reads=("daily_usage", "event_buckets", "settings", "users"), columns={})
def event_span(db: Database) -> tuple[datetime | None, datetime | None]:
    """Return the time of the first and of the last event of the store, without wrong clocks."""
    # Every event belongs to a user, if only to "unknown", and users are few
    pipeline: list[Stage] = [
        {"$match": {"is_seen": True}},
        {
            "$group": {
                "_id": None,
                "first": {"$min": "$first_seen_at"},
                "last": {"$max": "$last_seen_at"},
            }
        },
    ]
    span = only(db["users"].aggregate(pipeline))
    first, last = span.get("first"), span.get("last")
    if first and last and (first < EARLIEST or last > latest()):
        return _plausible_span(db)
    return first, last


def _plausible_span(db: Database) -> tuple[datetime | None, datetime | None]:
    """Return the same in a store of an older version, which counted wrong clocks too."""
    first, last = days_with_events(db)
    if first is None or last is None:
        return None, None
    limit = latest()
    return (
        min([*_moments_on(db, first), limit]),
        min(max(_moments_on(db, last), default=limit), limit),
    )


def _moments_on(db: Database, day: date) -> list[datetime]:
    """Return when the plausible events of a day happened."""
    zone = reporting_zone(db)
    moments = [
        event["timestamp"]
        for bucket in buckets_of_days(db, utc_days_of(str(day), zone))
        for event in bucket["events"]
    ]
    return [moment for moment in moments if moment.astimezone(zone).date() == day]


@question(reads="users", columns={})
def all_users(db: Database) -> Mapping[str, Mapping[str, Any]]:
    """Return every document of ``users`` by its id. Callers do not change them.

    The embedded store finds 500 users by id in 200 ms, and reads all of them in 13.
    """
    return {person["_id"]: person for person in db["users"].find({})}


def _rollup(db: Database, name: str, is_total: bool) -> Collection:
    return db[total_of(name) if is_total else name]
