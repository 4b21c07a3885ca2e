"""The collections of a store, and their indexes: made once per schema version."""

from __future__ import annotations

from pymongo.database import Database

from analytics.errors import StoreError
from analytics.store.settings import DEFAULT_ZONE, SETTINGS_ID

SCHEMA_VERSION = 1

EVENT_ROLLUPS = (
    "daily_usage",
    "daily_hours",
    "daily_events",
    "daily_models",
    "daily_latency",
    "daily_tools",
    "daily_decisions",
    "daily_edits",
    "daily_errors",
    "daily_projects",
    "daily_users",
)
"""Rollups folded from one day's events."""

SESSION_ROLLUPS = ("daily_sessions",)
"""Rollups folded from the sessions that started on one day."""

METRIC_ROLLUPS = ("daily_metrics",)
"""Rollups folded from one day's metric points."""

DERIVED = (*EVENT_ROLLUPS, *METRIC_ROLLUPS, *SESSION_ROLLUPS, "daily_twins", "sessions", "users")
"""Everything that a rebuild makes anew from `event_buckets`, `metric_points` and `people`."""

_INDEXES = {
    "event_buckets": ("day", "session_id"),
    "metric_points": ("day", "session_id"),
    "sessions": ("day", "user_id"),
    "imports": ("state", "started_at"),
    "rejects": ("import_id",),
    "saas_requests": ("day",),
    "saas_audit_logs": ("day",),
}


def ensure_schema(db: Database) -> None:
    """Create indexes and settings where this store has none yet.

    Raises
    ------
    StoreError
        If a newer version of Tokenflow wrote this store.
    """
    settings = db["settings"].find_one({"_id": SETTINGS_ID}) or {}
    found = settings.get("schema_version", 0)
    if found == SCHEMA_VERSION:
        return
    if found > SCHEMA_VERSION:
        msg = (
            f"The database {db.name!r} was written by a newer Tokenflow (schema {found}, "
            f"this one knows {SCHEMA_VERSION}). Update Tokenflow, or set DB_NAME to another name."
        )
        raise StoreError(msg)
    for collection, fields in _INDEXES.items():
        for field in fields:
            db[collection].create_index(field)
    db["settings"].update_one(
        {"_id": SETTINGS_ID},
        {
            "$set": {
                "schema_version": SCHEMA_VERSION,
                "time_zone": settings.get("time_zone", DEFAULT_ZONE),
            }
        },
        upsert=True,
    )
