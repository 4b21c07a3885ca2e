"""The overlay of a dry run over a store."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

from store.overlay import Overlay

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


def test_what_was_put_stands_before_what_is_stored(db):
    db["people"].insert_many([{"_id": "a", "name": "old"}, {"_id": "b", "name": "old"}])
    with Overlay(db) as overlay:
        overlay.put("people", [{"_id": "b", "name": "new"}, {"_id": "c", "name": "new"}])
        assert overlay.find("people", ["a", "b", "c", "d"]) == {
            "a": {"_id": "a", "name": "old"},
            "b": {"_id": "b", "name": "new"},
            "c": {"_id": "c", "name": "new"},
        }
        assert {key: one["name"] for key, one in overlay.find_all("people").items()} == {
            "a": "old", "b": "new", "c": "new",
        }  # fmt: skip
        assert overlay.find("elsewhere", ["b"]) == {}
    assert {one["_id"]: one["name"] for one in db["people"].find({})} == {"a": "old", "b": "old"}


def test_the_last_version_counts_and_comes_back_as_from_the_store(db):
    given = {"_id": "a", "at": NOON.replace(microsecond=1999), "tokens": (1, 2), "b": b"\0"}
    db["people"].insert_one(given)
    stored = db["people"].find_one({"_id": "a"})
    with Overlay(db) as overlay:
        overlay.put("events", [{"_id": "a"}])
        overlay.put("events", [given])
        assert overlay.find("events", ["a"]) == {"a": stored}


def test_what_the_view_takes_away_is_not_there_unless_it_was_put(db):
    db["people"].insert_many([{"_id": "a"}, {"_id": "b"}])
    view = {"a": None, "b": {"_id": "b", "seen": True}}
    with Overlay(db, lambda _name, one: view[one["_id"]]) as overlay:
        assert overlay.find("people", ["a", "b"]) == {"b": {"_id": "b", "seen": True}}
        overlay.put("people", [{"_id": "a"}])
        assert overlay.find_all("people") == {"a": {"_id": "a"}, "b": {"_id": "b", "seen": True}}


def test_what_is_put_is_not_held_in_memory(db):
    with Overlay(db) as overlay:
        tracemalloc.start()
        for number in range(50):
            numbers = list(range(number * 20_000, (number + 1) * 20_000))
            overlay.put("events", [{"_id": str(number), "numbers": numbers}])
        current, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(overlay.find("events", ["49"])["49"]["numbers"]) == 20_000
    assert current < 1_000_000
    assert peak < 10_000_000
