"""UTC days with events of sources that can repeat other events (`store.events.sources`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pymongo import ReplaceOne
from pymongo.database import Database

from store.events.bucket_key import BucketKey
from store.events.documents import Event
from store.events.sources import SOURCES, can_repeat

COLLECTION = "repeat_days"


def repeat_days(db: Database) -> set[str]:
    """Return the UTC days that are marked."""
    return {str(day["_id"]) for day in db[COLLECTION].find({})}


def mark_repeats(db: Database, groups: Mapping[str, Iterable[Event]]) -> None:
    """Mark the UTC days of events that can repeat others; call it before they are written.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    groups : mapping
        Events by the id of their bucket.
    """
    repeating = (
        key
        for key, events in groups.items()
        if any(can_repeat(event["source"]) for event in events)
    )
    _mark(db, {BucketKey.parse(key).day for key in repeating})


def mark_stored_repeats(db: Database) -> None:
    """Mark the days of all such events that are stored, as an older version did not."""
    repeating = [name for name in SOURCES if can_repeat(name)]
    query = {"$or": [{"source": {"$in": repeating}}, {"mixed": "source"}]}
    _mark(db, {str(bucket["day"]) for bucket in db["event_buckets"].find(query, {"day": 1})})


def _mark(db: Database, utc_days: set[str]) -> None:
    writes = [ReplaceOne({"_id": day}, {"_id": day}, upsert=True) for day in sorted(utc_days)]
    if writes:
        db[COLLECTION].bulk_write(writes, ordered=False)
