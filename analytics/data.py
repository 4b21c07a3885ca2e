"""State of the store: contents, sources, imports, rejected records and filter options."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import only, to_frame
from analytics.question import question
from analytics.scope import Stage, days_in_scope, sums
from analytics.shared import all_users, days_with_events, event_span
from store.connection import store_address, store_kind
from store.failures import FAILURES
from store.people.roles import UNKNOWN
from store.revisions import revision
from store.rollups.definitions import DIMENSIONS
from store.rollups.grouping import OTHERS
from store.saas.rollups import SAAS_OTHERS
from store.settings import reporting_zone

__all__ = [
    "DataStatus",
    "FilterOptions",
    "data_status",
    "filter_options",
    "grouped_values",
    "rejects_by_reason",
    "unwritten_documents",
]


LAST_IMPORTS = 20
"""Imports that the status lists."""

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
    """Answer of `data_status`, whose docstring describes the fields."""

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
    """Show how much the store holds and how fresh it is.

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
        is_synthetic       bool             whether it has synthetic data
        rejects            int      count   records that imports rejected
        unfinished_imports int      count   imports that did not end
        imports            frame            the last 20 imports, newest first:
                                            name, format, state, started_at,
                                            ended_at, read, inserted, changed,
                                            unchanged, rejected
        ================== ======== ======= ======================================
    """
    sources = _sources(db)
    first, last = event_span(db)
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
    # The embedded store reads all documents to count them, so large collections are not counted
    people = {"user_id": {"$exists": True, "$ne": UNKNOWN}}
    counts = {
        "sessions": _sum_by(db, "daily_sessions", "sessions"),
        "users": db["users"].count_documents(people),
        "people": db["people"].estimated_document_count(),
        "daily_usage": db["daily_usage"].estimated_document_count(),
        "daily_metrics": db["daily_metrics"].count_documents({"rows.0": {"$exists": True}}),
        **{name: _sum_by(db, rollup, count) for name, (rollup, count) in _SAAS_COUNTS.items()},
        "imports": db["imports"].estimated_document_count(),
        "rejects": db["rejects"].estimated_document_count(),
    }
    rows = ({"collection": name, "documents": count} for name, count in counts.items())
    return to_frame(rows, _COUNTS)


def _sum_by(db: Database, rollup: str, count: str) -> int:
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


def _imports(db: Database) -> pd.DataFrame:
    documents = db["imports"].find().sort("started_at", -1)
    rows = ({**document, **document.get("counts", {})} for document in documents)
    return to_frame(rows, _IMPORTS)


_OPTIONS = {name: dimension.filter for name, dimension in DIMENSIONS.items() if dimension.filter}
"""Fields of the answer that list the values of a dimension."""

FILTER_OPTIONS = {
    **dict.fromkeys(_OPTIONS.values(), "tuple"),
    "event_types": "tuple",
    "first_day": "date",
    "last_day": "date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """Answer of `filter_options`, whose docstring describes the fields."""

    roles: tuple[str, ...]
    departments: tuple[str, ...]
    sources: tuple[str, ...]
    users: tuple[str, ...]
    projects: tuple[str, ...]
    repositories: tuple[str, ...]
    terminals: tuple[str, ...]
    operating_systems: tuple[str, ...]
    client_versions: tuple[str, ...]
    models: tuple[str, ...]
    tools: tuple[str, ...]
    event_types: tuple[str, ...]
    first_day: date | None
    last_day: date | None


@question(reads=("daily_usage", "daily_values", "settings", "users"), columns=FILTER_OPTIONS)
def filter_options(db: Database, filters: Filters) -> FilterOptions:
    """List the values that filters can select in a scope.

    Parameters
    ----------
    filters : Filters
        Days to look at. Nothing else is applied, so that choosing one value does not
        take away the others.

    Returns
    -------
    FilterOptions
        One value; each tuple is sorted, and empty where nothing happened.

        ================= ===== ======= ==========================================
        field             dtype unit    meaning
        ================= ===== ======= ==========================================
        roles             tuple         roles with events in the range
        departments       tuple         departments with events in the range
        sources           tuple         sources of the events in the range
        users             tuple         users that ever had an event
        projects          tuple         projects, else repositories, in the range
        repositories      tuple         repositories in the range
        terminals         tuple         terminal programs in the range
        operating_systems tuple         operating systems in the range
        client_versions   tuple         versions of the client in the range
        models            tuple         models called in the range
        tools             tuple         tools called in the range
        event_types       tuple         types of the events in the range
        first_day         date          first day with events in the whole store,
                                        or None
        last_day          date          last day with events in the whole store, or
                                        None; neither follows a wrong clock
        ================= ===== ======= ==========================================

    Notes
    -----
    The 200 most frequent values of each day.
    """
    first_day, last_day = days_with_events(db)
    values: defaultdict[str, set[str]] = defaultdict(set)
    for day in db["daily_values"].find({"day": days_in_scope(filters)}):
        for row in day["rows"]:
            values[row["dimension"]].update(row["values"])
    seen = {key for key, person in all_users(db).items() if person.get("is_seen")}
    options = {field: tuple(sorted(values[name])) for name, field in _OPTIONS.items()}
    return FilterOptions(
        **{**options, "users": tuple(sorted(seen))},
        event_types=tuple(sorted(values["event_type"])),
        first_day=first_day,
        last_day=last_day,
    )


REJECTS_BY_REASON = {
    "reason": "str",
    "import_name": "str",
    "records": "int64",
    "line": "Int64",
    "excerpt": "str",
    "rejected_at": "datetime64[us, UTC]",
}


@question(reads=("imports", "rejects"), columns=REJECTS_BY_REASON)
def rejects_by_reason(db: Database) -> pd.DataFrame:
    """List why records were rejected, with one example each.

    Returns
    -------
    pandas.DataFrame
        One row per import and reason, latest first; no rows if nothing was rejected.

        =========== =================== ===== =======================================
        column      dtype               unit  meaning
        =========== =================== ===== =======================================
        reason      str                       the same text for all of them
        import_name str                       file or stream that contains them
        records     int64               count how many there were
        line        Int64                     line of the first of them, if known
        excerpt     str                       how the first of them begins
        rejected_at datetime64[us, UTC] UTC   time of the import
        =========== =================== ===== =======================================
    """
    names = {entry["_id"]: entry["name"] for entry in db["imports"].find({}, {"name": 1})}
    # One record of each reason is enough to recognise it
    documents = db["rejects"].find({}, {"rows": {"$slice": 1}}).sort([("at", -1), ("_id", 1)])
    rows = (
        {
            "reason": document["reason"],
            "import_name": names.get(document["import_id"], ""),
            "records": document["count"],
            "rejected_at": document["at"],
            **next(iter(document["rows"]), {}),
        }
        for document in documents
    )
    return to_frame(rows, REJECTS_BY_REASON)


GROUPED_VALUES = {"dimension": "str", "values": "int64", "days": "int64"}


@question(reads=(OTHERS, SAAS_OTHERS), columns=GROUPED_VALUES)
def grouped_values(db: Database) -> pd.DataFrame:
    """List the dimensions with so many values on a day that the rarest are added up.

    Returns
    -------
    pandas.DataFrame
        One row per dimension, in their order; no rows if all values are kept apart.

        ========= ======= ======= =================================================
        column    dtype   unit    meaning
        ========= ======= ======= =================================================
        dimension str             such as "model" or "tool_name"
        values    int64   count   values that stand under "(other)" on the day that
                                  has most of them
        days      int64   count   days with such values
        ========= ======= ======= =================================================
    """
    pipeline: list[Stage] = [
        {"$unwind": "$rows"},

        # One document per dimension
        {
            "$group": {
                "_id": "$rows.dimension",
                "values": {"$max": "$rows.values"},
                "days": {"$sum": 1},
            }
        },

        {"$addFields": {"dimension": "$_id"}},
    ]  # fmt: skip
    rows = [row for name in (OTHERS, SAAS_OTHERS) for row in db[name].aggregate(pipeline)]
    return to_frame(sorted(rows, key=lambda row: str(row["_id"])), GROUPED_VALUES)


UNWRITTEN_DOCUMENTS = {
    "collection": "str",
    "document": "str",
    "code": "str",
    "failed_at": "datetime64[us, UTC]",
}


@question(reads=FAILURES, columns=UNWRITTEN_DOCUMENTS)
def unwritten_documents(db: Database) -> pd.DataFrame:
    """List the documents that the store rejected; their numbers are missing or old.

    Returns
    -------
    pandas.DataFrame
        One row per document, in the order of their names; no rows if all is written.

        ========== =================== ==== ======================================
        column     dtype               unit meaning
        ========== =================== ==== ======================================
        collection str                      where it belongs
        document   str                      its ``_id``, of a rollup the day
        code       str                      the store's error code, or the kind of
                                            error where it was not sent
        failed_at  datetime64[us, UTC] UTC  when it was tried last
        ========== =================== ==== ======================================
    """
    rows = ({**entry, "failed_at": entry["at"]} for entry in db[FAILURES].find({}).sort("_id", 1))
    return to_frame(rows, UNWRITTEN_DOCUMENTS)
