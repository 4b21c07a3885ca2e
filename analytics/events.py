"""Raw events, read back from their buckets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.frames import to_frame
from store.events.bucket import stored_buckets, unpack
from store.events.bucket_key import BucketKey
from store.events.documents import Event
from store.prices.table import Prices
from store.rollups.day_parts import whole_days
from store.rollups.definitions import TOKENS
from store.settings import reporting_zone
from store.time_zone import affected_days

__all__ = ["EVENTS", "EVENT_READS", "counted_events", "event_frame"]

EVENT_READS = ("daily_duplicates", "event_buckets", "price_rates", "sessions", "settings")
"""Collections that decide what an event looks like."""

EVENTS = {
    "timestamp": "datetime64[us, UTC]",
    "event_type": "str",
    "session_id": "str",
    "project": "str",
    "prompt_id": "str",
    "model": "str",
    "input_tokens": "Int64",
    "output_tokens": "Int64",
    "cache_read_tokens": "Int64",
    "cache_creation_tokens": "Int64",
    "total_tokens": "Int64",
    "cost_usd": "float64",
    "cost_basis": "str",
    "duration_ms": "float64",
    "tool_name": "str",
    "is_success": "boolean",
    "decision": "str",
    "decision_source": "str",
    "language": "str",
    "prompt_length": "Int64",
    "command_name": "str",
    "error_type": "str",
    "error_message": "str",
    "status_code": "Int64",
    "source": "str",
    "event_id": "str",
}


def counted_events(db: Database, session_ids: Iterable[str]) -> list[Event]:
    """Return the events of these sessions, without duplicates."""
    buckets = list(stored_buckets(db, {"session_id": {"$in": list(session_ids)}}))
    hours = {BucketKey.parse(bucket["_id"]).hour for bucket in buckets}
    days = affected_days(hours, reporting_zone(db))
    duplicates = {
        (duplicate["bucket_id"], duplicate["id"])
        for day in whole_days(db, "daily_duplicates", days)
        for duplicate in day["rows"]
    }
    return [
        event
        for bucket in buckets
        for event in unpack(bucket)
        if (bucket["_id"], event["id"]) not in duplicates
    ]


def event_frame(db: Database, events: Iterable[Event]) -> pd.DataFrame:
    """Build the frame of events, with what each request cost."""
    prices = Prices.load(db)
    rows = ({**event, "event_id": event["id"], **_cost(event, prices)} for event in events)
    return to_frame(rows, EVENTS)


def _cost(event: Event, prices: Prices) -> dict[str, Any]:
    # Cost and tokens are counted in API requests only, also where another event has them
    if event["event_type"] != "api_request":
        return dict.fromkeys((*TOKENS, "cost_usd"))
    cost, basis = prices.cost(event)
    tokens = sum(event.get(name, 0) for name in TOKENS)  # type: ignore[misc]
    return {"cost_usd": cost, "cost_basis": basis, "total_tokens": tokens}
