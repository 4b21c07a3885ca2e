"""The rollups that questions ask, and values that several of them share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pymongo.database import Database

from analytics.engine import Table
from analytics.filters import Filters
from analytics.frames import only
from analytics.question import question
from analytics.scope import Stage
from store.events.bucket import buckets_of_days
from store.people.roles import UNKNOWN
from store.settings import reporting_zone
from store.time_bounds import EARLIEST, latest, local_day_bounds
from store.time_zone import utc_days_of

__all__ = [
    "DECISIONS",
    "EDITS",
    "ERRORS",
    "EVENTS",
    "METRICS",
    "MODELS",
    "PROJECTS",
    "SESSIONS",
    "TOOLS",
    "USAGE",
    "USERS",
    "USER_SESSIONS",
    "active_by_day",
    "all_users",
    "days_with_events",
    "event_span",
]

USAGE = Table("daily_usage")
MODELS = Table("daily_models")
TOOLS = Table("daily_tools")
DECISIONS = Table("daily_decisions")
EDITS = Table("daily_edits")
ERRORS = Table("daily_errors")
EVENTS = Table("daily_events")
METRICS = Table("daily_metrics")
PROJECTS = Table("daily_projects")
USERS = Table("daily_users")
SESSIONS = Table("daily_sessions")
USER_SESSIONS = Table("daily_user_sessions")
ACTIVE_HOURS = Table("daily_hours")


def active_by_day(db: Database, filters: Filters) -> dict[str, set[str]]:
    """Return the users with a prompt on each day in scope that has any."""
    users = USERS.rows(db, filters).having("prompts").collect("day", "user_id")
    return {day: known for day, same in users.items() if (known := {*same} - {UNKNOWN})}


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
    span = only(db["daily_usage"].aggregate(pipeline))
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
