"""The collections of a store, their indexes, and the upgrade of a store of an older version."""

from __future__ import annotations

from datetime import UTC, datetime

from pymongo import IndexModel
from pymongo.database import Database

from store.errors import StoreError
from store.failures import FAILURES
from store.prices.table import OVERRIDES
from store.revisions import bump
from store.rollups.day_parts import PARTS
from store.rollups.grouping import OTHERS
from store.rollups.per_user import PEOPLE_ROLLUPS, monthly_of
from store.rollups.totals import total_of
from store.saas.day_index import DAY_INDEX
from store.saas.records import SAAS_RECORDS
from store.saas.refresh import SAAS_DERIVED
from store.saas.rollups import SAAS_ROLLUPS
from store.settings import DEFAULT_ZONE, SETTINGS_ID

SCHEMA_VERSION = 6

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
"""Rollups of the events of one day."""

SESSION_ROLLUPS = ("daily_sessions", "daily_user_sessions")
"""Rollups of the sessions that started on one day."""

TOTALS = tuple(
    total_of(name) for name in (*EVENT_ROLLUPS, *SESSION_ROLLUPS) if name not in PEOPLE_ROLLUPS
)
"""The same without roles, departments and sources, for filters that select none of these."""

METRIC_ROLLUPS = ("daily_metrics",)
"""Rollups of the metric points of one day."""

MONTHLY_ROLLUPS = tuple(monthly_of(name) for name in PEOPLE_ROLLUPS)
"""Rollups by user, added up over the days of one month."""

ROLLUPS = (*EVENT_ROLLUPS, *METRIC_ROLLUPS, *SESSION_ROLLUPS, *TOTALS, *MONTHLY_ROLLUPS)
"""Rollups that are read by their day, a month by its first day."""

DERIVED = (*ROLLUPS, OTHERS, "daily_duplicates", "sessions", "users")
"""Everything that a rebuild derives from `event_buckets`, `metric_points` and `people`."""

COLLECTIONS = (
    *("event_buckets", "metric_points", "people"),
    *DERIVED,
    *(*SAAS_RECORDS, DAY_INDEX, *SAAS_DERIVED),
    *("imports", "rejects", FAILURES, OVERRIDES, "settings", "counters", PARTS, "revisions"),
)
"""Every collection of a store; `store.documents` describes their documents."""

_RESHAPED_IN = 6
"""Version since which derived documents have their present fields."""

_FORMER = ("daily_twins", "saas_places")
"""Derived collections that have another name since then."""

_INDEXES = {
    "event_buckets": ("day", "session_id"),
    "metric_points": ("day", "session_id"),
    "sessions": ("day", "user_id"),
    "imports": ("state", "started_at"),
    "saas_requests": ("day",),
    "saas_audit_logs": ("day",),
    # The embedded store finds a range of days by this index, but not by that of `_id`
    **dict.fromkeys((*ROLLUPS, *SAAS_ROLLUPS), ("day",)),
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
