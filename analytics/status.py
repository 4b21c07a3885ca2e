"""How much the store holds, where it came from and how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from pymongo.database import Database

from analytics.frames import only, to_frame
from analytics.question import question
from analytics.scope import Stage, sums
from analytics.shared import days_with_events
from analytics.store.buckets import buckets_of_days
from analytics.store.connection import store_address, store_kind
from analytics.store.local_time import utc_days_of
from analytics.store.revisions import revision
from analytics.store.roles import UNKNOWN
from analytics.store.settings import reporting_zone
from analytics.store.time_bounds import EARLIEST, latest
from analytics.store.totals import total_of

__all__ = ["DataStatus", "data_status"]

LAST_IMPORTS = 20
"""How many imports are shown."""

READS = (
    "daily_metrics",
    "daily_sessions",
    "daily_usage",
    "event_buckets",
    "imports",
    "people",
    "rejects",
    "saas_daily_audits",
    "saas_daily_devices",
    "saas_daily_requests",
    "saas_directory",
    "settings",
    "users",
)

_SAAS_COUNTS = {
    "saas_users": ("saas_directory", "users"),
    "saas_sessions": ("saas_daily_devices", "sessions"),
    "saas_requests": ("saas_daily_requests", "requests"),
    "saas_audit_logs": ("saas_daily_audits", "events"),
}
"""Where the records of the SaaS data set are counted, and as what; nothing counts its tokens."""

SYNTHETIC = "synthetic"

DATA_STATUS = {
    "store_kind": "str",
    "store_address": "str",
    "database": "str",
    "time_zone": "str",
    "revision": "int",
    "collections": "frame",
    "sources": "frame",
    "first_timestamp": "datetime",
    "last_timestamp": "datetime",
    "is_synthetic": "bool",
    "rejects": "int",
    "unfinished_imports": "int",
    "imports": "frame",
}

_COUNTS = {"collection": "str", "documents": "int64"}
_SOURCES = {"source": "str", "events": "int64"}
_IMPORTS = {
    "name": "str",
    "format": "str",
    "state": "str",
    "started_at": "datetime64[us, UTC]",
    "ended_at": "datetime64[us, UTC]",
    "read": "int64",
    "inserted": "int64",
    "changed": "int64",
    "unchanged": "int64",
    "rejected": "int64",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataStatus:
    """What `data_status` answers; its docstring tells each field's meaning."""

    store_kind: str
    store_address: str
    database: str
    time_zone: str
    revision: int
    collections: pd.DataFrame
    sources: pd.DataFrame
    first_timestamp: datetime | None
    last_timestamp: datetime | None
    is_synthetic: bool
    rejects: int
    unfinished_imports: int
    imports: pd.DataFrame


@question(reads=READS, columns=DATA_STATUS)
def data_status(db: Database) -> DataStatus:
    """Tell how much the store holds and how fresh it is.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.

    Returns
    -------
    DataStatus
        One value for the whole store, whatever the scope. No credentials in it.

        ================== ======== ======= ======================================
        field              dtype    unit    meaning
        ================== ======== ======= ======================================
        store_kind         str              "embedded" or "mongodb"
        store_address      str              directory or host, without credentials
        database           str              name of the database
        time_zone          str              reporting time zone of days and hours
        revision           int      count   rewrites so far; changes with the data
        collections        frame            collection, documents; sessions with a
                                            prompt or an API request, users with
                                            an id, whole days of ``daily_usage``,
                                            those of ``daily_metrics`` with
                                            metrics, records of the SaaS data set
        sources            frame            source, events; most events first
        first_timestamp    datetime UTC     first event, or None
        last_timestamp     datetime UTC     last event, or None; neither follows
                                            a wrong clock
        is_synthetic       bool             whether made-up data is among it
        rejects            int      count   records that imports refused
        unfinished_imports int      count   imports that did not end
        imports            frame            the last 20 imports, newest first:
                                            name, format, state, started_at,
                                            ended_at, read, inserted, changed,
                                            unchanged, rejected
        ================== ======== ======= ======================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    filter_options : What can be chosen in a scope.

    Notes
    -----
    Source: rollups ``daily_metrics``, ``daily_sessions``, ``daily_usage``,
    ``saas_daily_audits``, ``saas_daily_devices`` and ``saas_daily_requests`` and
    collections ``event_buckets``, ``imports``, ``people``, ``rejects``,
    ``saas_directory``, ``settings`` and ``users``, as they are now.

    Examples
    --------
    >>> data_status(db).time_zone
    'UTC'
    """
    sources = _sources(db)
    first, last = _span(db)
    imports = _imports(db)
    return DataStatus(
        store_kind=store_kind(db),
        store_address=store_address(db),
        database=db.name,
        time_zone=str(reporting_zone(db)),
        revision=sum(revision(db, READS)),
        collections=_collections(db),
        sources=sources,
        first_timestamp=first,
        last_timestamp=last,
        is_synthetic=SYNTHETIC in set(sources["source"]),
        rejects=int(imports["rejected"].sum()),
        unfinished_imports=int((imports["state"] == "open").sum()),
        imports=imports.head(LAST_IMPORTS),
    )


def _collections(db: Database) -> pd.DataFrame:
    # Counting documents reads them all on the embedded store, so the many are never counted
    people = {"user_id": {"$exists": True, "$ne": UNKNOWN}}
    counts = {
        "sessions": _added_up(db, total_of("daily_sessions"), "sessions"),
        "users": db["users"].count_documents(people),
        "people": db["people"].estimated_document_count(),
        "daily_usage": db["daily_usage"].estimated_document_count(),
        "daily_metrics": db["daily_metrics"].count_documents({"rows.0": {"$exists": True}}),
        **{name: _added_up(db, rollup, count) for name, (rollup, count) in _SAAS_COUNTS.items()},
        "imports": db["imports"].estimated_document_count(),
        "rejects": db["rejects"].estimated_document_count(),
    }
    rows = ({"collection": name, "documents": count} for name, count in counts.items())
    return to_frame(rows, _COUNTS)


def _added_up(db: Database, rollup: str, count: str) -> int:
    pipeline: list[Stage] = [{"$unwind": "$rows"}, {"$group": {"_id": None, **sums(count)}}]
    return int(only(db[rollup].aggregate(pipeline)).get(count, 0))


def _sources(db: Database) -> pd.DataFrame:
    pipeline: list[Stage] = [
        {"$unwind": "$rows"},

        # One document per source
        {"$group": {"_id": "$rows.source", "events": {"$sum": "$rows.events"}}},

        {"$sort": {"events": -1, "_id": 1}},

        {"$addFields": {"source": "$_id"}},
    ]  # fmt: skip
    return to_frame(db["daily_usage"].aggregate(pipeline), _SOURCES)


def _span(db: Database) -> tuple[datetime | None, datetime | None]:
    # Every event belongs to somebody, if only to "unknown", and people are few.
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
    found = only(db["users"].aggregate(pipeline))
    first, last = found.get("first"), found.get("last")
    if first and last and (first < EARLIEST or last > latest()):
        return _plausible_span(db)
    return first, last


def _plausible_span(db: Database) -> tuple[datetime | None, datetime | None]:
    """Return the same in a store of an older version, which also counted wrong clocks."""
    first, last = days_with_events(db)
    if first is None or last is None:
        return None, None
    limit = latest()
    return (
        min(_moments_on(db, first), default=EARLIEST),
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


def _imports(db: Database) -> pd.DataFrame:
    documents = db["imports"].find().sort("started_at", -1)
    rows = ({**document, **document.get("counts", {})} for document in documents)
    return to_frame(rows, _IMPORTS)
