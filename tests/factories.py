"""Canonical events with valid defaults, and random ones for properties."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from pymongo.database import Database

from store.connection import connect
from store.events.write import write_events
from store.rollups.refresh import refresh
from store.schema import DERIVED

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)

Event = dict[str, Any]


def event_id(*parts: object) -> str:
    """Return an id that depends on nothing but the parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def make_event(event_type: str = "api_request", **fields: Any) -> Event:
    """Return one valid event; a field given as None is left out."""
    defaults: Event = {
        "timestamp": NOON,
        "event_type": event_type,
        "source": "cloudwatch",
        "session_id": "session-a",
        "user_id": "user-ada",
        "email": "ada@example.com",
    }
    event = {name: value for name, value in (defaults | fields).items() if value is not None}
    event.setdefault("id", event_id(sorted(event.items(), key=str)))
    return event


def make_request(**fields: Any) -> Event:
    """Return one API request with tokens, a reported cost and a duration."""
    defaults: Event = {
        "model": "claude-opus-4-6",
        "input_tokens": 10,
        "output_tokens": 20,
        "cache_read_tokens": 300,
        "cache_creation_tokens": 40,
        "cost_usd": 0.5,
        "duration_ms": 1000,
    }
    return make_event("api_request", **(defaults | fields))


def later(**delta: float) -> datetime:
    """Return noon plus a time span."""
    return NOON + timedelta(**delta)


def new_database(url: str) -> Database:
    """Return an empty database that nothing else uses, for examples of a property or to compare.

    It is left to the end of its server: dropping it costs as much as a small load.
    """
    return connect(url, f"test_{uuid.uuid4().hex[:12]}")


def load(db: Database, *events: Event) -> None:
    """Store events and bring everything derived up to date."""
    refresh(db, write_events(db, events).bucket_ids)


def rows(db: Database, collection: str) -> list[Event]:
    """Return all rows of a rollup, each with its day."""
    days = sorted(db[collection].find({}), key=lambda day: str(day["_id"]))
    return [{"day": day["_id"], **row} for day in days for row in day["rows"]]


def everything(db: Database, names: Iterable[str]) -> dict[str, list[Event]]:
    """Return the documents of some collections, with one request for all of them."""
    documents: dict[str, list[Event]] = {name: [] for name in names}
    marked = {name: {"$addFields": {"read_from": name}} for name in documents}
    first, *others = documents
    unions = [{"$unionWith": {"coll": name, "pipeline": [marked[name]]}} for name in others]
    for document in db[first].aggregate([marked[first], *unions]):
        documents[document.pop("read_from")].append(document)
    return documents


def clear(
    db: Database, names: Iterable[str] = ("event_buckets", "metric_points", "people", *DERIVED)
) -> None:
    """Delete all documents of some collections."""
    for name, documents in everything(db, names).items():
        if documents:
            db[name].delete_many({})


def dump(db: Database) -> dict[str, list[Event]]:
    """Return everything that must not depend on the order of loading."""
    return {
        name: sorted(
            (
                {key: value for key, value in document.items() if key not in ("fence", "version")}
                for document in documents
                if set(document) != {"_id", "fence"} and document.get("rows") != []
            ),
            key=lambda document: str(document["_id"]),
        )
        for name, documents in everything(db, ("event_buckets", "metric_points", *DERIVED)).items()
    }


def random_events(max_size: int = 25) -> st.SearchStrategy[list[Event]]:
    """Strategy: events of a few people and sessions over about three days."""
    people = st.sampled_from(["ada", "grace", "linus"])
    return st.lists(
        st.builds(
            _random_event,
            kind=st.sampled_from(
                ["user_prompt", "api_request", "api_error", "tool_decision", "tool_result", "hook"]
            ),
            person=people,
            session=st.sampled_from(["1", "2", None]),
            minutes=st.integers(0, 3 * 24 * 60),
            number=st.integers(0, 50),
            source=st.sampled_from(["cloudwatch", "otlp", "transcript"]),
            flag=st.booleans(),
        ),
        max_size=max_size,
    )


def _random_event(
    kind: str, person: str, session: str | None, minutes: int, number: int, source: str, flag: bool
) -> Event:
    common: Event = {
        "timestamp": NOON + timedelta(minutes=minutes),
        "source": source,
        "session_id": f"{person}-{session}" if session else None,
        "user_id": f"user-{person}",
        "email": f"{person}@example.com",
        "department": "Data Engineering" if person == "ada" else None,
        "terminal": "vscode" if flag else "tmux",
    }
    if kind == "api_request":
        return make_request(
            **common,
            model="claude-haiku-4-5" if flag else "claude-unheard-of-1",
            input_tokens=number,
            cost_usd=number / 100 if number % 3 else None,
            duration_ms=number * 100,
            usage_key=f"req:{number % 7}" if flag else None,
        )
    outcome = {
        "user_prompt": {"command_source": "builtin" if number % 5 == 0 else None},
        "api_error": {"error_type": f"http_{400 + number % 3}", "model": "claude-haiku-4-5"},
        "tool_decision": {
            "tool_name": "Edit" if flag else "Bash",
            "decision": "accept" if number % 4 else "reject",
            "decision_source": "config",
        },
        "tool_result": {
            "tool_name": "Edit" if flag else "Bash",
            "is_success": bool(number % 4),
            "duration_ms": number,
            "language": "Python" if number % 2 else None,
        },
        "hook": {"extra": [{"k": "number", "v": number}]},
    }[kind]
    return make_event(kind, **common, **outcome)
