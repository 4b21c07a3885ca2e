"""Change counters, one per collection: the cache key of every question."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pymongo.database import Database

_REVISIONS_ID = "revisions"

_polled: dict[tuple[Any, ...], tuple[float, dict[str, int]]] = {}
_bumps: Counter[tuple[Any, ...]] = Counter()
_lock = threading.Lock()


def revision(
    db: Database, collections: Iterable[str], max_age_seconds: float = 0.0
) -> tuple[int, ...]:
    """Return how often each collection was rewritten.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read.
    collections : iterable of str
        Names, in the order of the answer.
    max_age_seconds : float
        How old counters read earlier by this process may be. A change that this
        process made itself is always included.

    Returns
    -------
    tuple of int
        One counter per name, 0 for a collection never written.
    """
    counters = _counters(db, max_age_seconds)
    return tuple(int(counters.get(name, 0)) for name in collections)


def bump(db: Database, collections: Iterable[str]) -> None:
    """Count one rewrite of each collection, which invalidates cached answers from it."""
    names = sorted(set(collections))
    if not names:
        return
    db["revisions"].update_one(
        {"_id": _REVISIONS_ID}, {"$inc": dict.fromkeys(names, 1)}, upsert=True
    )
    with _lock:
        _bumps[_identity(db)] += 1
        _polled.pop(_identity(db), None)


def _counters(db: Database, max_age_seconds: float) -> dict[str, int]:
    identity = _identity(db)
    with _lock:
        read_at, counters = _polled.get(identity, (float("-inf"), {}))
        bumps = _bumps[identity]
    if time.monotonic() - read_at <= max_age_seconds:
        return counters
    read_at_last = time.monotonic()
    counters = db["revisions"].find_one({"_id": _REVISIONS_ID}) or {}
    with _lock:
        if (
            _bumps[identity] == bumps
        ):  # else the counters may be older than a change of this process
            _polled[identity] = (read_at_last, counters)
    return counters


def _identity(db: Database) -> tuple[Any, ...]:
    # Two handles of one server are one store; a new server on a reused port is another client.
    return (id(db.client), db.name)
