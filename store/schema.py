"""The collections of a store, their indexes, and the upgrade of a store of an older version."""

from __future__ import annotations

from datetime import UTC, datetime

from pymongo import IndexModel
from pymongo.database import Database

from store.errors import StoreError
from store.events.repeat_days import COLLECTION as REPEAT_DAYS
from store.failures import FAILURES
from store.prices.table import OVERRIDES
from store.revisions import bump
from store.rollups.daily import HOURS_ACTIVE, VALUES
from store.rollups.day_duplicates import DUPLICATES
from store.rollups.day_parts import PARTS
from store.rollups.definitions import ROLLUPS
from store.rollups.facts import FACTS
from store.rollups.grouping import OTHERS
from store.saas.day_index import DAY_INDEX
from store.saas.records import SAAS_RECORDS
from store.saas.refresh import SAAS_DERIVED
from store.saas.rollups import SAAS_ROLLUPS
from store.settings import DEFAULT_ZONE, SETTINGS_ID

SCHEMA_VERSION = 7

SESSION_ROLLUPS = ("daily_sessions", "daily_user_sessions")
"""Rollups of the sessions that started on one day."""

DAILY_ROLLUPS = (*ROLLUPS, HOURS_ACTIVE, VALUES, *SESSION_ROLLUPS)
"""Rollups that are read by their day."""

DERIVED = (FACTS, *DAILY_ROLLUPS, OTHERS, DUPLICATES, "sessions", "users")
"""Everything that a rebuild derives from `event_buckets`, `metric_points` and `people`."""

COLLECTIONS = (
    *("event_buckets", "metric_points", REPEAT_DAYS, "people"),
    *DERIVED,
    *(*SAAS_RECORDS, DAY_INDEX, *SAAS_DERIVED),
    *("imports", "rejects", FAILURES, OVERRIDES, "settings", "counters", PARTS, "revisions"),
)
"""Every collection of a store; `store.documents` describes their documents."""

_RESHAPED_IN = 7
"""Version since which derived documents have their present fields."""

_FORMER = (
    *("daily_twins", "saas_places", "daily_latency", "daily_active"),
    *("monthly_users", "monthly_user_sessions"),
    *(
        f"daily_{name}_total"
        for name in (
            *("usage", "hours", "events", "models", "latency", "tools", "decisions", "edits"),
            *("errors", "projects", "active", "sessions"),
        )
    ),
)
"""Derived collections of older versions."""

_INDEXES = {
    "event_buckets": ("day", "session_id"),
    "metric_points": ("day", "session_id"),
    FACTS: ("day", "session_id", "rows.user_id", "rows.project"),
    "sessions": ("day", "user_id"),
    "imports": ("state", "started_at"),
    "saas_requests": ("day",),
    "saas_audit_logs": ("day",),
    # The embedded store finds a range of days by this index, but not by that of `_id`
    **dict.fromkeys((*DAILY_ROLLUPS, *SAAS_ROLLUPS), ("day",)),
}


def ensure_schema(db: Database) -> None:
    """Create indexes and settings in a new store; upgrade one of an older version.

    Raises
    ------
    StoreError
        If a newer version of Tokenflow wrote this store.
    """
    settings = db["settings"].find_one({"_id": SETTINGS_ID}) or {}
    stored_version = settings.get("schema_version", 0)
    if stored_version == SCHEMA_VERSION:
        return
    if stored_version > SCHEMA_VERSION:
        msg = (
            f"The database {db.name!r} was written by a newer Tokenflow (schema {stored_version}, "
            f"this one knows {SCHEMA_VERSION}). Update Tokenflow, or set DB_NAME to another name."
        )
        raise StoreError(msg)
    if stored_version:
        _request_rebuild(db, stored_version)
    if 0 < stored_version < _RESHAPED_IN:
        _drop_derived(db)
    for collection, fields in _INDEXES.items():
        db[collection].create_indexes([IndexModel(field) for field in fields])
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


def _request_rebuild(db: Database, stored_version: int) -> None:
    """Log what an interrupted import of the directory would leave: the next start rebuilds all."""
    now = datetime.now(UTC)
    entry = {
        "name": f"upgrade from schema {stored_version} to {SCHEMA_VERSION}",
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


def _drop_derived(db: Database) -> None:
    """Drop what this version cannot read; pages are served while it is rebuilt."""
    for collection in (*DERIVED, *SAAS_DERIVED, DAY_INDEX, PARTS, FAILURES, *_FORMER):
        db.drop_collection(collection)
    bump(db, (*DERIVED, *SAAS_DERIVED, FAILURES))
