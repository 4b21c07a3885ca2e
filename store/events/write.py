"""Write events into their buckets, each exactly once.

Writers never lock: a new bucket is inserted, an existing one is merged by event id
and replaced unless another writer was faster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from random import randrange
from typing import Any

import orjson
from bson import encode
from pymongo import ReplaceOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from store.bulk_errors import taken_ids
from store.events.bucket import EVENTS, BucketType, Item, bucket_id, event_sources
from store.events.documents import Event
from store.events.repeat_days import mark_repeats
from store.retries import repeated

MAX_BUCKET_EVENTS = 20_000
"""A document holds 16 MB; no real session has this many events in one hour."""

MAX_BUCKET_BYTES = 10_000_000
"""Size of the events of a bucket, at most.

The nulls of an event for shared fields that it lacks take up to 300 bytes more: with
`MAX_BUCKET_EVENTS` of them a bucket still fits into a document.
"""

# So few events are smaller than that, whatever they contain
_FEW = 50
_VERSIONS = 2**32
_BATCH = 500


@dataclass
class Written:
    """The outcome of `write_events`."""

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Event] = field(default_factory=list)
    bucket_ids: set[str] = field(default_factory=set)


def write_events(db: Database, events: Iterable[Event]) -> Written:
    """Store each event exactly once, whatever is stored already.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    events : iterable of dict
        Canonical events: at least `id`, `timestamp`, `event_type` and `source`.

    Returns
    -------
    Written
        Counts, the events whose bucket is full, and the ids of the buckets that
        differ now, which `refresh` needs.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    return write(db, EVENTS, events)


def write(db: Database, bucket_type: BucketType[Item], events: Iterable[Item]) -> Written:
    """Store what has an `id`, a `timestamp` and a session exactly once; see `write_events`.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    bucket_type : BucketType
        What is written, and to which collection.
    events : iterable of dict
        What to write.

    Returns
    -------
    Written
        Counts, the events whose bucket is full, and the ids of the buckets that
        differ now, which `refresh` needs.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    groups: dict[str, list[Item]] = defaultdict(list)
    for event in events:
        groups[bucket_id(event)].append(event)
    if bucket_type.collection == EVENTS.collection:
        mark_repeats(db, groups)
    written = Written()
    ids = iter(sorted(groups))
    while batch := list(islice(ids, _BATCH)):
        _write_batch(db, bucket_type, {key: groups[key] for key in batch}, written)
    return written


def merge(old: Iterable[Item], new: Iterable[Item], written: Written) -> dict[str, Item]:
    """Merge events by id; count in `written` which are new, more complete or known."""
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
    """Free space of a bucket; the size of few events is not even computed."""

    def __init__(self, events: Mapping[str, Event]) -> None:
        self._events = events
        self._bytes: int | None = None

    def takes(self, event: Event, instead_of: Event | None = None) -> bool:
        """Return whether an event fits, and count its size if it does."""
        if len(self._events) < _FEW:
            return True
        if self._bytes is None:
            self._bytes = sum(map(_weight, self._events.values()))
        weight = self._bytes + _weight(event) - (_weight(instead_of) if instead_of else 0)
        if weight > MAX_BUCKET_BYTES:
            return False
        self._bytes = weight
        return True


def _weight(event: Event) -> int:
    return len(encode(event))


def _union(one: Item, other: Item) -> Item:
    # Which version of an event stays depends on the two alone, so order does not matter
    best = (one if _completeness(one) >= _completeness(other) else other).copy()
    sources = sorted({source for event in (one, other) for source in event_sources(event)})
    if len(sources) > 1:
        best["sources"] = sources
    return best


def _completeness(event: Event) -> tuple[list[int], int, bytes]:
    bare = {name: value for name, value in event.items() if name != "sources"}
    canonical = orjson.dumps(bare, option=orjson.OPT_SORT_KEYS, default=str)
    return list(event.get("dedupe_rank", ())), len(bare), canonical


def _write_batch(
    db: Database, bucket_type: BucketType[Item], groups: dict[str, list[Item]], written: Written
) -> None:
    buckets = _stored(db, bucket_type, sorted(groups))
    fresh = {key: events for key, events in groups.items() if key not in buckets}
    taken = _insert_new(db, bucket_type, fresh, written)
    overtaken = taken | _replace_stored(db, bucket_type, buckets, groups, written)
    for key in sorted(overtaken):
        _merge_existing(db, bucket_type, key, groups[key], None, written)


def _replace_stored(
    db: Database,
    bucket_type: BucketType[Item],
    buckets: Mapping[str, Any],
    groups: Mapping[str, list[Item]],
    written: Written,
) -> set[str]:
    """Merge events into stored buckets at once; return the keys where others were faster."""
    counts: dict[str, Written] = {}
    documents: dict[str, Any] = {}
    for key, bucket in buckets.items():
        counts[key] = Written()
        merged = merge(bucket_type.unpack(bucket), groups[key], counts[key])
        if counts[key].inserted + counts[key].changed:
            documents[key] = bucket_type.pack(key, merged.values(), _next(bucket["version"]))
    overtaken = _compare_and_swap_all(db, bucket_type, buckets, documents)
    for key in buckets.keys() - overtaken:
        _add(written, counts[key], key)
    return overtaken


def _compare_and_swap_all(
    db: Database,
    bucket_type: BucketType[Item],
    buckets: Mapping[str, Any],
    documents: Mapping[str, Any],
) -> set[str]:
    """Replace buckets that have not changed; return the keys of those that have."""
    if not documents:
        return set()
    collection = db[bucket_type.collection]
    swaps = [
        ReplaceOne({"_id": key, "version": buckets[key]["version"]}, document)
        for key, document in documents.items()
    ]
    if collection.bulk_write(swaps, ordered=False).matched_count == len(swaps):
        return set()
    # The answer does not name the others; no two writers give a bucket the same version
    versions = {
        bucket["_id"]: bucket["version"]
        for bucket in collection.find({"_id": {"$in": sorted(documents)}}, {"version": 1})
    }
    return {key for key, document in documents.items() if versions.get(key) != document["version"]}


def _next(version: int) -> int:
    """Return a later version, which no other writer chooses after the same one."""
    return version + 1 + randrange(_VERSIONS)


@repeated
def _stored(db: Database, bucket_type: BucketType[Item], keys: list[str]) -> dict[str, Any]:
    return {
        bucket["_id"]: bucket for bucket in db[bucket_type.collection].find({"_id": {"$in": keys}})
    }


def _insert_new(
    db: Database, bucket_type: BucketType[Item], groups: dict[str, list[Item]], written: Written
) -> set[str]:
    """Insert new buckets and return the keys that another writer took meanwhile."""
    counts: dict[str, Written] = {}
    documents = []
    for key, events in groups.items():
        counts[key] = Written()
        documents.append(bucket_type.pack(key, merge((), events, counts[key]).values(), 1))
    lost: set[str] = set()
    if documents:
        try:
            db[bucket_type.collection].insert_many(documents, ordered=False)
        except BulkWriteError as error:
            lost = taken_ids(error, documents)
    for key in groups.keys() - lost:
        _add(written, counts[key], key)
    return lost


def _merge_existing(
    db: Database,
    bucket_type: BucketType[Item],
    key: str,
    events: list[Item],
    bucket: Mapping[str, Any] | None,
    written: Written,
) -> None:
    while True:
        bucket = bucket or db[bucket_type.collection].find_one({"_id": key})
        counts = Written()
        merged = merge(bucket_type.unpack(bucket) if bucket else (), events, counts)
        if not counts.inserted + counts.changed:
            break
        if _compare_and_swap(db, bucket_type, key, bucket, merged):
            break
        bucket = None  # another writer was faster: read it again
    _add(written, counts, key)


def _compare_and_swap(
    db: Database,
    bucket_type: BucketType[Item],
    key: str,
    bucket: Mapping[str, Any] | None,
    merged: dict[str, Item],
) -> bool:
    if bucket is None:
        return not _insert_new(db, bucket_type, {key: list(merged.values())}, Written())
    version = bucket["version"]
    document = bucket_type.pack(key, merged.values(), _next(version))
    answer = db[bucket_type.collection].replace_one({"_id": key, "version": version}, document)
    return answer.matched_count == 1


def _add(total: Written, part: Written, key: str) -> None:
    total.inserted += part.inserted
    total.changed += part.changed
    total.unchanged += part.unchanged
    total.rejected += part.rejected
    if part.inserted or part.changed:
        total.bucket_ids.add(key)
