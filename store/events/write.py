"""Write events into their buckets, each exactly once.

Writers never lock: a new bucket is inserted, an existing one is merged by event
id and replaced if nobody else did meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson
from bson import encode
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from store.bulk_errors import taken_ids
from store.events.bucket import EVENTS, BucketType, Event, bucket_id, event_sources
from store.retries import repeated

MAX_BUCKET_EVENTS = 20_000
"""A document holds 16 MB; no real session has this many events in one hour."""

MAX_BUCKET_BYTES = 10_000_000
"""What the events of a bucket may weigh.

To say what an event lacks that others have takes 300 bytes more: with `MAX_BUCKET_EVENTS` of them
a bucket still fits into a document.
"""

# So few events weigh less than that, whatever they hold
_FEW = 50
_BATCH = 500


@dataclass
class Written:
    """What became of the events given to `write_events`."""

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Event] = field(default_factory=list)
    bucket_ids: set[str] = field(default_factory=set)


def write_events(db: Database, events: Iterable[Event]) -> Written:
    """Store events exactly once, whatever is there already.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    events : iterable of dict
        Canonical events: `id`, `timestamp`, `event_type`, `source` and whatever
        else is known.

    Returns
    -------
    Written
        Counts, the events that found their bucket full, and the ids of the
        buckets that differ now (what `refresh` wants to know).

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    return write(db, EVENTS, events)


def write(db: Database, kind: BucketType, events: Iterable[Event]) -> Written:
    """Store what has an `id`, a `timestamp` and a session exactly once; see `write_events`.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    kind : BucketType
        What is written, and so where.
    events : iterable of dict
        What to write.

    Returns
    -------
    Written
        Counts, the events that found their bucket full, and the ids of the
        buckets that differ now (what `refresh` wants to know).

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    groups: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        groups[bucket_id(event)].append(event)
    written = Written()
    ids = iter(sorted(groups))
    while batch := list(islice(ids, _BATCH)):
        _write_batch(db, kind, {key: groups[key] for key in batch}, written)
    return written


def merge(old: Iterable[Event], new: Iterable[Event], written: Written) -> dict[str, Event]:
    """Merge events by id, counting what is new, better or known in `written`."""
    merged = {event["id"]: event for event in old}
    room = _Room(merged)
    for event in new:
        known = merged.get(event["id"])
        if known is None:
            if len(merged) >= MAX_BUCKET_EVENTS or not room.takes(event):
                written.rejected.append(event)
                continue
            merged[event["id"]] = event
            written.inserted += 1
        elif known == event or (best := _union(known, event)) == known:
            written.unchanged += 1
        elif room.takes(best, known):
            merged[event["id"]] = best
            written.changed += 1
        else:
            written.rejected.append(event)
    return merged


class _Room:
    """What a bucket can still take; few events are not even weighed."""

    def __init__(self, held: dict[str, Event]) -> None:
        self._held = held
        self._bytes: int | None = None

    def takes(self, event: Event, instead_of: Event | None = None) -> bool:
        """Tell whether an event fits, and count it if it does."""
        if len(self._held) < _FEW:
            return True
        if self._bytes is None:
            self._bytes = sum(map(_weight, self._held.values()))
        weight = self._bytes + _weight(event) - (_weight(instead_of) if instead_of else 0)
        if weight > MAX_BUCKET_BYTES:
            return False
        self._bytes = weight
        return True


def _weight(event: Event) -> int:
    return len(encode(event))


def _union(one: Event, other: Event) -> Event:
    # Which version of an event wins depends on nothing but the two, so order cannot matter.
    best = {**(one if _completeness(one) >= _completeness(other) else other)}
    sources = sorted({source for event in (one, other) for source in event_sources(event)})
    if len(sources) > 1:
        best["sources"] = sources
    return best


def _completeness(event: Event) -> tuple[list[int], int, bytes]:
    bare = {name: value for name, value in event.items() if name != "sources"}
    canonical = orjson.dumps(bare, option=orjson.OPT_SORT_KEYS, default=str)
    return list(event.get("dedupe_rank", ())), len(bare), canonical


def _write_batch(
    db: Database, kind: BucketType, groups: dict[str, list[Event]], written: Written
) -> None:
    buckets = _stored(db, kind, sorted(groups))
    fresh = {key: events for key, events in groups.items() if key not in buckets}
    lost = _insert_new(db, kind, fresh, written)
    for key in sorted(set(buckets) | lost):
        _merge_existing(db, kind, key, groups[key], buckets.get(key), written)


@repeated
def _stored(db: Database, kind: BucketType, keys: list[str]) -> dict[str, dict[str, Any]]:
    return {bucket["_id"]: bucket for bucket in db[kind.collection].find({"_id": {"$in": keys}})}


def _insert_new(
    db: Database, kind: BucketType, groups: dict[str, list[Event]], written: Written
) -> set[str]:
    """Insert new buckets and return the keys that another writer took meanwhile."""
    counts: dict[str, Written] = {}
    documents = []
    for key, events in groups.items():
        counts[key] = Written()
        documents.append(kind.pack(key, merge((), events, counts[key]).values(), 1))
    lost: set[str] = set()
    if documents:
        try:
            db[kind.collection].insert_many(documents, ordered=False)
        except BulkWriteError as error:
            lost = taken_ids(error, documents)
    for key in groups.keys() - lost:
        _add(written, counts[key], key)
    return lost


def _merge_existing(
    db: Database,
    kind: BucketType,
    key: str,
    events: list[Event],
    bucket: dict[str, Any] | None,
    written: Written,
) -> None:
    while True:
        bucket = bucket or db[kind.collection].find_one({"_id": key})
        counts = Written()
        merged = merge(kind.unpack(bucket) if bucket else (), events, counts)
        if not counts.inserted + counts.changed:
            break
        if _compare_and_swap(db, kind, key, bucket, merged):
            break
        bucket = None  # somebody else wrote it: read it again
    _add(written, counts, key)


def _compare_and_swap(
    db: Database,
    kind: BucketType,
    key: str,
    bucket: dict[str, Any] | None,
    merged: dict[str, Event],
) -> bool:
    if bucket is None:
        return not _insert_new(db, kind, {key: list(merged.values())}, Written())
    version = bucket["version"]
    document = kind.pack(key, merged.values(), version + 1)
    answer = db[kind.collection].replace_one({"_id": key, "version": version}, document)
    return answer.matched_count == 1


def _add(total: Written, part: Written, key: str) -> None:
    total.inserted += part.inserted
    total.changed += part.changed
    total.unchanged += part.unchanged
    total.rejected += part.rejected
    if part.inserted or part.changed:
        total.bucket_ids.add(key)
