"""Raw events in buckets: one document per session and UTC hour.

A bucket is a pure function of the set of its events, so the same events give
the same store in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast

from bson.codec_options import CodecOptions
from pymongo.database import Database

from store.events.bucket_key import BucketKey, is_sessionless, sessionless
from store.events.documents import Event, EventBucket, SharedFields
from store.time_bounds import plausible_buckets

Item = TypeVar("Item", bound=Event)

SHARED_FIELDS = tuple(SharedFields.__annotations__)
"""Fields stored once per bucket; an event that differs has its own."""


class BucketType(NamedTuple, Generic[Item]):
    """What buckets hold: their collection, and how one is packed and unpacked."""

    collection: str
    pack: Callable[[str, Iterable[Item], int], Mapping[str, Any]]
    unpack: Callable[[Any], list[Item]]


def bucket_id(event: Event) -> str:
    """Return the `_id` of the bucket that an event belongs to."""
    moment = event["timestamp"]
    return str(BucketKey(_hour(moment.toordinal(), moment.hour), session_key(event)))


@lru_cache(maxsize=4096)
def _hour(ordinal: int, hour: int) -> str:
    # To format a date takes ten times as long as to look it up
    return f"{date.fromordinal(ordinal).isoformat()}T{hour:02}"


def session_key(event: Event) -> str:
    """Return the session's id, or what replaces it in events without one.

    These share a bucket per user and first digit of the event's id: a whole gateway may be one
    such "user", and the digit spreads its events.
    """
    if session_id := event.get("session_id"):
        return str(session_id)
    return sessionless(event.get("user_id", "-"), event["id"][:1])


def pack(key: str, events: Iterable[Event], version: int = 1) -> EventBucket:
    """Build a bucket from its events, in an order that only the events decide."""
    hour_and_session = BucketKey.parse(key)
    ordered = sorted(events, key=event_order)
    shared, varying = _shared_values(ordered)
    omitted = set(shared) - set(varying)
    if not hour_and_session.is_sessionless:
        omitted.add("session_id")
    bucket: dict[str, Any] = {
        "_id": key,
        "day": hour_and_session.day,
        "session_id": hour_and_session.session,
        "version": version,
        **shared,
        "mixed": varying,
    }
    bucket["events"] = [_packed(event, omitted, shared, varying) for event in ordered]
    return cast(EventBucket, bucket)


def unpack(bucket: EventBucket) -> list[Event]:
    """Return the events of a bucket as they were given to `write_events`."""
    stored = cast(dict[str, Any], bucket)
    header = {name: stored[name] for name in SHARED_FIELDS if name in stored}
    if not is_sessionless(bucket["session_id"]):
        header["session_id"] = bucket["session_id"]
    if not bucket["mixed"]:
        return [cast(Event, {**header, **event}) for event in bucket["events"]]
    events = ({**header, **event} for event in bucket["events"])
    return [
        cast(Event, {name: value for name, value in event.items() if value is not None})
        for event in events
    ]


def with_events(bucket: EventBucket, events: list[Event]) -> EventBucket:
    """Return a bucket with some of its packed events in place of all."""
    changed = bucket.copy()
    changed["events"] = events
    return changed


def event_order(event: Event) -> tuple[datetime, int, str]:
    """Sort key of events: time, then the client's own sequence, then the id."""
    return event["timestamp"], event.get("sequence", 0), event["id"]


def _shared_values(events: list[Event]) -> tuple[dict[str, Any], list[str]]:
    """Return the values that a bucket stores once, and the fields on which its events differ."""
    rows = [tuple(map(event.get, SHARED_FIELDS)) for event in events]
    if rows.count(rows[0]) == len(rows):  # the case of nearly every bucket
        first = zip(SHARED_FIELDS, rows[0], strict=True)
        return {name: value for name, value in first if value is not None}, []
    shared: dict[str, Any] = {}
    varying = []
    for name, values in zip(SHARED_FIELDS, zip(*rows, strict=True), strict=True):
        value: Any = values[0]
        if values.count(value) != len(values):
            varying.append(name)
            value = next(value for value in values if value is not None)
        if value is not None:
            shared[name] = value
    return shared, varying


def _packed(event: Event, omitted: set[str], shared: dict[str, Any], varying: list[str]) -> Event:
    packed: dict[str, Any] = {name: value for name, value in event.items() if name not in omitted}
    for name in varying:
        if event.get(name) == shared[name]:
            packed.pop(name, None)
        elif name not in event:
            packed[name] = None
    return cast(Event, packed)


def event_sources(event: Event) -> list[str]:
    """Return every source that delivered an event."""
    return event.get("sources") or [event["source"]]


def buckets_of_days(db: Database, utc_days: Iterable[str]) -> Iterator[EventBucket]:
    """Yield the buckets of some UTC days, in the order of their ids."""
    for day in sorted(set(utc_days)):
        yield from sorted(stored_buckets(db, {"day": day}), key=lambda bucket: bucket["_id"])


def stored_buckets(
    db: Database, query: dict[str, Any], utc_days: Sequence[str] = ()
) -> Iterable[EventBucket]:
    """Find plausible buckets; the driver decodes instants in its own UTC zone fastest.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read.
    query : dict
        Condition on one indexed field.
    utc_days : sequence of str
        UTC days, if only some are needed; a stage of its own, so that the embedded store uses the
        index of the field.
    """
    buckets = db.get_collection("event_buckets", codec_options=_CODECS)
    if not utc_days:
        return plausible_buckets(buckets.find(query))
    on_days: list[dict[str, Any]] = [{"$match": query}, {"$match": {"day": {"$in": [*utc_days]}}}]
    return plausible_buckets(buckets.aggregate(on_days))


_CODECS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
EVENTS = BucketType("event_buckets", pack, unpack)
