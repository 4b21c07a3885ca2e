"""Take what one source delivered out of the store again, and what followed from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from pymongo.database import Database

from store.deletions import begin_deletion, end_deletion
from store.events.bucket import EVENTS, BucketType, Event, event_sources
from store.events.metric_points import POINTS
from store.events.sources import SAAS
from store.import_log import open_import
from store.overlay import DocumentView
from store.progress import Progress
from store.rollups.refresh import refresh_utc_days
from store.saas.day_index import DAY_INDEX
from store.saas.delete import delete_saas
from store.saas.records import SAAS_RECORDS
from store.values import stored_values

_KINDS = {kind.collection: kind for kind in (EVENTS, POINTS)}


def delete_source(db: Database, source: str, progress: Progress | None = None) -> int:
    """Delete exactly the events and metric points that one source delivered.

    An event that another source delivered too stays, and no longer counts as
    this one's. If the deletion is interrupted, the next start makes sums true
    for what is left, and deleting again finishes it.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    source : str
        Such as "cloudwatch" or "synthetic"; "saas" means the whole SaaS data set.
    progress : callable, optional
        Called with (days done, days in all, what is being done).

    Returns
    -------
    int
        Number of events, points or records deleted.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    if source == SAAS:
        return delete_saas(db, progress)
    fingerprint = hashlib.sha256(f"delete {source}".encode()).hexdigest()
    entry = open_import(db, f"delete {source}", "deletion", fingerprint, 0)
    deleted = 0
    touched: set[str] = set()
    try:
        begin_deletion(db, entry.id)
        for kind, day in _days(db, source, progress):
            if holding := _holding(db, kind, day, source):
                days = _days_of_sessions(db, holding)
                entry.declare_days(days)
                touched |= days
                deleted += sum(_remove(db, kind, key, source) for key in holding)
        refresh_utc_days(db, touched, entry.with_heartbeat(progress))
        end_deletion(db, entry.id)
    except BaseException:
        entry.release()
        raise
    entry.close("done", {"deleted": deleted})
    return deleted


def view_without(source: str) -> DocumentView:
    """Return what shows a stored document as it would be once a source is deleted."""

    def view(collection: str, document: dict[str, Any]) -> dict[str, Any] | None:
        if collection in (*SAAS_RECORDS, DAY_INDEX):
            return None if source == SAAS else document
        if (kind := _KINDS.get(collection)) is None:
            return document
        kept = _kept(kind.unpack(document), source)
        return kind.pack(document["_id"], kept, document["version"]) if kept else None

    return view


def _days(db: Database, source: str, progress: Progress | None) -> Iterator[tuple[BucketType, str]]:
    days = [
        (kind, day) for kind in _KINDS.values() for day in stored_values(db, kind.collection, "day")
    ]
    for done, (kind, day) in enumerate(sorted(days, key=lambda pair: pair[1])):
        if progress:
            progress(done, len(days), f"deleting {source}")
        yield kind, day


def _holding(db: Database, kind: BucketType, day: str, source: str) -> list[str]:
    return [
        str(bucket["_id"])
        for bucket in db[kind.collection].find({"day": day})
        if any(source in event_sources(event) for event in kind.unpack(bucket))
    ]


def _days_of_sessions(db: Database, keys: list[str]) -> set[str]:
    # Where a session ends changes its summary, which is found by the events that are left; and
    # metrics decide whether the events of a session count, on whatever day they are
    sessions = {"session_id": {"$in": sorted({key.split("|", 1)[1] for key in keys})}}
    return {
        str(bucket["day"])
        for kind in _KINDS.values()
        for bucket in db[kind.collection].find(sessions, {"day": 1})
    }


def _remove(db: Database, kind: BucketType, key: str, source: str) -> int:
    """Remove the source from one bucket, whoever else writes it meanwhile."""
    buckets = db[kind.collection]
    while bucket := buckets.find_one({"_id": key}):
        events = kind.unpack(bucket)
        kept = _kept(events, source)
        seen = {"_id": key, "version": bucket["version"]}
        if not kept:
            matched = buckets.delete_one(seen).deleted_count
        else:
            document = kind.pack(key, kept, bucket["version"] + 1)
            matched = buckets.replace_one(seen, document).matched_count
        if matched:
            return len(events) - len(kept)
    return 0


def _kept(events: list[Event], source: str) -> list[Event]:
    return [event for event in (_without(event, source) for event in events) if event]


def _without(event: Event, source: str) -> Event | None:
    """Return the event as the other sources delivered it, None if there is no other."""
    others = [name for name in event_sources(event) if name != source]
    if not others:
        return None
    rest: dict[str, Any] = {name: value for name, value in event.items() if name != "sources"}
    if event["source"] == source:
        rest["source"] = others[0]
    if len(others) > 1:
        rest["sources"] = others
    return rest
