"""Delete what one source delivered, and what was derived from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, cast

from pymongo.database import Database

from store.events.bucket import EVENTS, BucketType, Item, event_sources
from store.events.bucket_key import BucketKey
from store.events.metric_points import POINTS
from store.events.sources import SAAS
from store.import_log import open_import
from store.overlay import Document, DocumentView
from store.progress import Progress
from store.rollups.refresh import refresh_utc_days
from store.saas.day_index import DAY_INDEX
from store.saas.delete import delete_saas
from store.saas.records import SAAS_RECORDS
from store.values import stored_values

_BUCKET_TYPES: dict[str, BucketType[Any]] = {EVENTS.collection: EVENTS, POINTS.collection: POINTS}


def delete_source(db: Database, source: str, progress: Progress | None = None) -> int:
    """Delete exactly the events and metric points that one source delivered.

    An event that another source delivered too stays, without this source. If the
    deletion is interrupted, the next start refreshes what is derived from the rest,
    and deleting again finishes it.

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
        for bucket_type, day in _days(db, source, progress):
            if keys := _buckets_with(db, bucket_type, day, source):
                days = _days_of_sessions(db, keys)
                entry.declare_days(days)
                touched |= days
                deleted += sum(_remove(db, bucket_type, key, source) for key in keys)
        refresh_utc_days(db, touched, entry.with_heartbeat(progress))
    except BaseException:
        entry.release()
        raise
    entry.close("done", {"deleted": deleted})
    return deleted


def view_without(source: str) -> DocumentView:
    """Return a view of stored documents as they are once a source is deleted."""

    def view(collection: str, document: Document) -> Document | None:
        if collection in (*SAAS_RECORDS, DAY_INDEX):
            return None if source == SAAS else document
        if (bucket_type := _BUCKET_TYPES.get(collection)) is None:
            return document
        left = _events_left(bucket_type.unpack(document), source)
        if not left:
            return None
        return dict(bucket_type.pack(document["_id"], left, document["version"]))

    return view


def _days(db: Database, source: str, progress: Progress | None) -> Iterator[tuple[BucketType, str]]:
    days = [
        (bucket_type, day)
        for bucket_type in _BUCKET_TYPES.values()
        for day in stored_values(db, bucket_type.collection, "day")
    ]
    for done, (bucket_type, day) in enumerate(sorted(days, key=lambda pair: pair[1])):
        if progress:
            progress(done, len(days), f"deleting {source}")
        yield bucket_type, day


def _buckets_with(db: Database, bucket_type: BucketType, day: str, source: str) -> list[str]:
    return [
        str(bucket["_id"])
        for bucket in db[bucket_type.collection].find({"day": day})
        if any(source in event_sources(event) for event in bucket_type.unpack(bucket))
    ]


def _days_of_sessions(db: Database, keys: list[str]) -> set[str]:
    # The events left of a session, on any day, change with its end: its summary is made of them,
    # and its metrics decide which of them count
    sessions = {"session_id": {"$in": sorted({BucketKey.parse(key).session for key in keys})}}
    return {
        str(bucket["day"])
        for bucket_type in _BUCKET_TYPES.values()
        for bucket in db[bucket_type.collection].find(sessions, {"day": 1})
    }


def _remove(db: Database, bucket_type: BucketType, key: str, source: str) -> int:
    """Remove the source from one bucket, safe against concurrent writers."""
    buckets = db[bucket_type.collection]
    while bucket := buckets.find_one({"_id": key}):
        events = bucket_type.unpack(bucket)
        left = _events_left(events, source)
        expected = {"_id": key, "version": bucket["version"]}
        if not left:
            matched = buckets.delete_one(expected).deleted_count
        else:
            document = bucket_type.pack(key, left, bucket["version"] + 1)
            matched = buckets.replace_one(expected, document).matched_count
        if matched:
            return len(events) - len(left)
    return 0


def _events_left(events: Iterable[Item], source: str) -> list[Item]:
    return [event for event in (_without(event, source) for event in events) if event]


def _without(event: Item, source: str) -> Item | None:
    """Return the event as the other sources delivered it, None if there is no other."""
    others = [name for name in event_sources(event) if name != source]
    if not others:
        return None
    rest: dict[str, Any] = {name: value for name, value in event.items() if name != "sources"}
    if event["source"] == source:
        rest["source"] = others[0]
    if len(others) > 1:
        rest["sources"] = others
    return cast(Item, rest)
