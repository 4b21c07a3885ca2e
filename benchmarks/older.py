"""The older system, rewritten from its description: how it loaded, and what it asked.

Every line through the standard json module, one flat document per event,
upserted by its id in batches of 5,000 under five indexes; every chart one
aggregation over all of these.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

Event = dict[str, Any]
Stage = dict[str, Any]

INDEXES = ("event_id", "user_id", "session_id", "timestamp", "event_type")
BATCH = 5_000
_COUNTS = ("input_tokens", "output_tokens", "duration_ms")


def read_as_before(lines: Iterable[str]) -> Iterator[Event]:
    """Parse CloudWatch batches as the older loader did; yield what it took from them."""
    for line in lines:
        for log_event in json.loads(line)["logEvents"]:
            message = json.loads(log_event["message"])
            sent = message["attributes"]
            yield {
                "id": log_event["id"],
                "user_id": sent.get("user.account_uuid"),
                "session_id": sent.get("session.id"),
                "timestamp": datetime.fromisoformat(sent["event.timestamp"]),
                "event_type": sent.get("event.name") or message["body"],
                "model": sent.get("model", ""),
                **{name: int(sent[name]) for name in _COUNTS if name in sent},
                "is_success": sent.get("success") != "false",
                "error_type": f"http_{sent['status_code']}" if "status_code" in sent else "unknown",
            }


def flat_events(events: Iterable[Event], people: dict[str, Event]) -> Iterator[Event]:
    """Yield canonical events in the shape that the older system stored."""
    for event in events:
        person = people.get(event.get("user_id", ""), {})
        is_failed = event["event_type"] == "api_error" or event.get("is_success") is False
        yield {
            "event_id": event["id"],
            "user_id": event.get("user_id"),
            "session_id": event.get("session_id"),
            "timestamp": event["timestamp"],
            "event_type": event["event_type"],
            "role": person.get("role", "unknown"),
            "department": person.get("department", "unknown"),
            "language": event.get("language", "unknown"),
            "model": event.get("model", ""),
            "input_tokens": event.get("input_tokens", 0),
            "output_tokens": event.get("output_tokens", 0),
            "total_tokens": event.get("input_tokens", 0) + event.get("output_tokens", 0),
            "latency_ms": event.get("duration_ms", 0),
            "success": not is_failed,
            "error_type": event.get("error_type", "unknown_error") if is_failed else None,
        }


def load_as_before(db: Database, events: Iterable[Event]) -> int:
    """Load events as the older loader did; return how many there were."""
    for field in INDEXES:
        db["events"].create_index(field)
    count = 0
    remaining = iter(events)
    while batch := list(islice(remaining, BATCH)):
        upserts = [
            UpdateOne({"event_id": event["event_id"]}, {"$set": event}, upsert=True)
            for event in batch
        ]
        db["events"].bulk_write(upserts, ordered=False)
        count += len(batch)
    return count


def store_as_before(db: Database, events: Iterable[Event]) -> None:
    """Store events in the older shape the fastest way, for reading them only."""
    remaining = iter(events)
    while batch := list(islice(remaining, BATCH)):
        db["events"].insert_many(batch, ordered=False)


_TOKENS = {"$sum": "$total_tokens"}

OVERVIEW_PARTS: tuple[list[Stage], ...] = (
    [{"$group": {"_id": "$user_id"}}, {"$count": "users"}],
    [{"$group": {"_id": None, "events": {"$sum": 1}, "tokens": _TOKENS,
                 "succeeded": {"$sum": {"$cond": ["$success", 1, 0]}}}}],
    [{"$group": {"_id": "$session_id", "first": {"$min": "$timestamp"},
                 "last": {"$max": "$timestamp"}}},
     {"$group": {"_id": None, "sessions": {"$sum": 1},
                 "length": {"$avg": {"$subtract": ["$last", "$first"]}}}}],
)  # fmt: skip

ENDPOINTS: dict[str, tuple[str, tuple[list[Stage], ...]]] = {
    "/api/overview": ("headline_totals", OVERVIEW_PARTS),
    "/api/tokens-by-role": ("tokens_by_role", (
        [{"$group": {"_id": "$role", "tokens": _TOKENS}}, {"$sort": {"tokens": -1}}],
    )),
    "/api/events-over-time": ("events_per_day", (
        [{"$group": {"_id": {"$dateToString": {"format": "%Y-%m-%d", "date": "$timestamp"}},
                     "events": {"$sum": 1}}}, {"$sort": {"_id": 1}}],
    )),
    "/api/event-type-distribution": ("events_by_type", (
        [{"$group": {"_id": "$event_type", "events": {"$sum": 1}}}, {"$sort": {"events": -1}}],
    )),
    "/api/peak-hours": ("events_by_hour", (
        [{"$group": {"_id": {"$hour": "$timestamp"}, "events": {"$sum": 1}}},
         {"$sort": {"_id": 1}}],
    )),
    "/api/error-analysis": ("errors_by_type", (
        [{"$match": {"success": False}}, {"$group": {"_id": "$error_type", "errors": {"$sum": 1}}},
         {"$sort": {"errors": -1}}],
        [{"$group": {"_id": None, "events": {"$sum": 1}}}],
    )),
}  # fmt: skip
"""The older endpoints, the question that replaces each, and what it ran."""


def ask_as_before(db: Database, pipelines: Iterable[list[Stage]]) -> None:
    """Run the aggregations of one endpoint."""
    for pipeline in pipelines:
        list(db["events"].aggregate(pipeline))
