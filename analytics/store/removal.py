"""Take one source's events out of the store again, and what followed from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from pymongo.database import Database

from analytics.store.buckets import Event, event_sources, pack, unpack
from analytics.store.ledger import open_import
from analytics.store.refresh import refresh_utc_days
from analytics.store.saas_removal import delete_saas

Progress = Callable[[int, int, str], None]

SAAS = "saas"
"""Stands for the SaaS data set, which has no events."""


def delete_source(db: Database, source: str, progress: Progress | None = None) -> int:
    """Delete exactly the events that one source delivered.

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
        Number of events or records deleted.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    if source == SAAS:
        return delete_saas(db, progress)
    days = sorted(str(day) for day in db["event_buckets"].distinct("day"))
    fingerprint = hashlib.sha256(f"delete {source}".encode()).hexdigest()
    entry = open_import(db, f"delete {source}", "deletion", fingerprint, 0)
    deleted = 0
    touched = []
    try:
        for done, day in enumerate(days):
            if progress:
                progress(done, len(days), f"deleting {source}")
            if holding := _holding(db, day, source):
                entry.intend([day])
                touched.append(day)
                deleted += sum(_remove(db, key, source) for key in holding)
        refresh_utc_days(db, touched, progress)
    except BaseException:
        entry.abandon()
        raise
    entry.close("done", {"deleted": deleted})
    return deleted


def _holding(db: Database, day: str, source: str) -> list[str]:
    return [
        str(bucket["_id"])
        for bucket in db["event_buckets"].find({"day": day})
        if any(source in event_sources(event) for event in unpack(bucket))
    ]


def _remove(db: Database, key: str, source: str) -> int:
    """Remove the source from one bucket, whoever else writes it meanwhile."""
    buckets = db["event_buckets"]
    while bucket := buckets.find_one({"_id": key}):
        events = unpack(bucket)
        kept = [event for event in (_without(event, source) for event in events) if event]
        seen = {"_id": key, "version": bucket["version"]}
        if not kept:
            matched = buckets.delete_one(seen).deleted_count
        else:
            matched = buckets.replace_one(
                seen, pack(key, kept, bucket["version"] + 1)
            ).matched_count
        if matched:
            return len(events) - len(kept)
    return 0


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
