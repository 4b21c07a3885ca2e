"""Deletions that are running: meanwhile, buckets read a moment ago may be outdated."""

from __future__ import annotations

from typing import Any, NamedTuple

from pymongo.database import Database

_KEY = {"_id": "deletions"}


class Deletions(NamedTuple):
    """How many deletions ever began, and those that have not ended."""

    begun: int
    running: tuple[str, ...]


def deletions(db: Database) -> Deletions:
    """Return the deletions that ever began and those that run."""
    known: dict[str, Any] = db["counters"].find_one(_KEY) or {}
    return Deletions(int(known.get("begun", 0)), tuple(known.get("running", ())))


def begin_deletion(db: Database, import_id: str) -> None:
    """Record that a deletion is about to remove events."""
    begun = {"$inc": {"begun": 1}, "$addToSet": {"running": import_id}}
    db["counters"].update_one(_KEY, begun, upsert=True)


def end_deletion(db: Database, import_id: str) -> None:
    """Record that everything derived is refreshed after a deletion."""
    db["counters"].update_one(_KEY, {"$pull": {"running": import_id}})
