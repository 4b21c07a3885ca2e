"""Raw events, kept in buckets: one document per session and UTC hour.

A bucket is a pure function of the set of its events, so the same events give
the same store in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from bson.codec_options import CodecOptions
from pymongo.database import Database

from store.time_bounds import plausible_buckets

Event = dict[str, Any]

SHARED_FIELDS = (
    "user_id", "email", "name", "account_id", "install_id", "organization_id",
    "department", "team", "level", "location", "project", "repository", "branch",
    "terminal", "os", "os_version", "arch", "host_name", "client_version",
    "entrypoint", "service_name", "product", "labels", "source",
)  # fmt: skip
"""Fields kept once per bucket; an event that differs keeps its own."""


class BucketType(NamedTuple):
    """What is kept in buckets: where, and how a bucket is packed and unpacked."""

    collection: str
    pack: Callable[[str, Iterable[Event], int], dict[str, Any]]
    unpack: Callable[[dict[str, Any]], list[Event]]


def bucket_id(event: Event) -> str:
    """Return the `_id` of the bucket that an event belongs to."""
    moment = event["timestamp"]
    return f"{_hour(moment.toordinal(), moment.hour)}|{session_key(event)}"


@lru_cache(maxsize=4096)
def _hour(ordinal: int, hour: int) -> str:
    # To write a date costs ten times as much as to look it up
    return f"{date.fromordinal(ordinal).isoformat()}T{hour:02}"


def session_key(event: Event) -> str:
    """Return the session's id, or a stand-in for events that have none.

    Events without a session share buckets per person; the first digit of the
    event's id spreads them, since a whole gateway may be such a "person".
    """
    if session_id := event.get("session_id"):
        return str(session_id)
    return f"u:{event.get('user_id', '-')}#{event['id'][:1]}"


def pack(key: str, events: Iterable[Event], version: int = 1) -> dict[str, Any]:
    """Build a bucket document from its events.

    Returns
    -------
    dict
        `_id`, `day` (UTC), `session_id`, `version`, the shared fields, `mixed`
        (the shared fields on which the events differ) and `events` in order.
    """
    ordered = sorted(events, key=event_order)
    shared, mixed = _shared_values(ordered)
    omitted = set(shared) - set(mixed)
    if not is_sessionless(key):
        omitted.add("session_id")
    bucket: dict[str, Any] = {
        "_id": key,
        "day": key[:10],
        "session_id": key.split("|", 1)[1],
        "version": version,
        **shared,
        "mixed": mixed,
    }
    bucket["events"] = [_packed(event, omitted, shared, mixed) for event in ordered]
    return bucket


def unpack(bucket: dict[str, Any]) -> list[Event]:
    """Return the events of a bucket as they were given to `write_events`."""
    header = {name: bucket[name] for name in SHARED_FIELDS if name in bucket}
    if not is_sessionless(bucket["_id"]):
        header["session_id"] = bucket["session_id"]
    if not bucket["mixed"]:
        return [{**header, **event} for event in bucket["events"]]
    return [
        {name: value for name, value in (header | event).items() if value is not None}
        for event in bucket["events"]
    ]


def event_order(event: Event) -> tuple[datetime, int, str]:
    """Sort key of events: time, then the client's own sequence, then the id."""
    return event["timestamp"], event.get("sequence", 0), event["id"]


def is_sessionless(key: str) -> bool:
    """Tell whether a bucket holds events without a session."""
    return key.split("|", 1)[1].startswith("u:")


def _shared_values(events: list[Event]) -> tuple[dict[str, Any], list[str]]:
    told = [tuple(map(event.get, SHARED_FIELDS)) for event in events]
    if told.count(told[0]) == len(told):  # what nearly every bucket is
        first = zip(SHARED_FIELDS, told[0], strict=True)
        return {name: value for name, value in first if value is not None}, []
    shared = {}
    mixed = []
    for name, values in zip(SHARED_FIELDS, zip(*told, strict=True), strict=True):
        value = values[0]
        if values.count(value) != len(values):
            mixed.append(name)
            value = next(event[name] for event in events if name in event)
        if value is not None:
            shared[name] = value
    return shared, mixed


def _packed(event: Event, omitted: set[str], shared: Event, mixed: list[str]) -> Event:
    packed = {name: value for name, value in event.items() if name not in omitted}
    for name in mixed:
        if event.get(name) == shared[name]:
            packed.pop(name, None)
        elif name not in event:
            packed[name] = None
    return packed


def event_sources(event: Event) -> list[str]:
    """Return every source that delivered an event."""
    return event.get("sources") or [event["source"]]


def buckets_of_days(db: Database, utc_days: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the buckets of some UTC days, in the order of their ids."""
    for day in sorted(set(utc_days)):
        yield from sorted(stored_buckets(db, {"day": day}), key=lambda bucket: str(bucket["_id"]))


def stored_buckets(db: Database, wanted: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Find plausible buckets; their moments are UTC by the driver's own zone, decoded fastest."""
    return plausible_buckets(db.get_collection("event_buckets", codec_options=_CODECS).find(wanted))


_CODECS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
EVENTS = BucketType("event_buckets", pack, unpack)
