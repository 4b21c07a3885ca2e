"""The collections of a store, and their indexes: made once per schema version."""

from __future__ import annotations

from datetime import UTC, datetime

from pymongo import IndexModel
from pymongo.database import Database

from store.errors import StoreError
from store.rollups.grouping import OTHERS
from store.rollups.per_user import PEOPLE_ROLLUPS, monthly_of
from store.rollups.totals import total_of
from store.saas.rollups import SAAS_ROLLUPS
from store.settings import DEFAULT_ZONE, SETTINGS_ID

SCHEMA_VERSION = 5

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
    "daily_active",
    "daily_users",
)
"""Rollups folded from one day's events."""

SESSION_ROLLUPS = ("daily_sessions", "daily_user_sessions")
"""Rollups folded from the sessions that started on one day."""

TOTALS = tuple(
    total_of(name) for name in (*EVENT_ROLLUPS, *SESSION_ROLLUPS) if name not in PEOPLE_ROLLUPS
)
"""The same without roles, departments and sources, for those who choose none."""

METRIC_ROLLUPS = ("daily_metrics",)
"""Rollups folded from one day's metric points."""

MONTHLY_ROLLUPS = tuple(monthly_of(name) for name in PEOPLE_ROLLUPS)
"""Rollups of people added up over the days of one month."""

ROLLUPS = (*EVENT_ROLLUPS, *METRIC_ROLLUPS, *SESSION_ROLLUPS, *TOTALS, *MONTHLY_ROLLUPS)
"""Found by their day, a month by its first; a day is one document unless it is very large."""

DERIVED = (*ROLLUPS, OTHERS, "daily_duplicates", "sessions", "users")
"""Everything that a rebuild makes anew from `event_buckets`, `metric_points` and `people`."""

_RESHAPED = {4: ("daily_users",)}
"""By version, the rollups whose older rows would be misread."""

_RENAMED = {5: ("daily_twins",)}
"""By version, the derived collections that have another name since."""

_INDEXES = {
    "event_buckets": ("day", "session_id"),
    "metric_points": ("day", "session_id"),
    "sessions": ("day", "user_id"),
    "imports": ("state", "started_at"),
    "rejects": ("import_id",),
    "saas_requests": ("day",),
    "saas_audit_logs": ("day",),
    **dict.fromkeys((*ROLLUPS, *SAAS_ROLLUPS), ("day",)),
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
        db[collection].create_indexes([IndexModel(field) for field in fields])
    if found:
        _clear_reshaped(db, found)
        _ask_for_rebuild(db, found)
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


def _clear_reshaped(db: Database, found: int) -> None:
    """Remove what this version cannot read; pages are served while everything is rebuilt."""
    for version, rollups in _RESHAPED.items():
        for rollup in rollups if found < version else ():
            db[rollup].delete_many({})
    for version, collections in _RENAMED.items():
        for collection in collections if found < version else ():
            db.drop_collection(collection)


def _ask_for_rebuild(db: Database, found: int) -> None:
    """Leave what an interrupted import of the directory would: the next start makes all anew."""
    now = datetime.now(UTC)
    entry = {
        "name": f"upgrade from schema {found} to {SCHEMA_VERSION}",
        "format": "upgrade",
        "state": "open",
        "days": [],
        "is_directory": True,
        "is_saas": False,
        "process": {"host": "", "pid": 0},
        "started_at": now,
        "lease_until": now,
    }
    key = f"schema-{SCHEMA_VERSION}"
    db["imports"].update_one({"_id": key}, {"$setOnInsert": entry}, upsert=True)
