"""Fenced writes of derived documents."""

from __future__ import annotations

from store.fencing import next_fence, write_fenced


def test_tokens_only_grow(db):
    assert [next_fence(db) for _ in range(3)] == [1, 2, 3]


def test_a_later_token_replaces_an_earlier_one(db):
    write_fenced(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["old"]}], fence=1)
    write_fenced(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["new"]}], fence=2)
    assert db["daily_usage"].find_one({"_id": "2026-01-20"})["rows"] == ["new"]


def test_a_late_writer_with_an_early_token_changes_nothing(db):
    write_fenced(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["new"]}], fence=2)
    write_fenced(
        db,
        "daily_usage",
        [{"_id": "2026-01-20", "rows": ["old"]}, {"_id": "2026-01-21", "rows": ["other"]}],
        fence=1,
    )
    assert db["daily_usage"].find_one({"_id": "2026-01-20"})["rows"] == ["new"]
    assert db["daily_usage"].find_one({"_id": "2026-01-21"})["rows"] == ["other"]


def test_what_was_not_there_is_inserted_and_the_tokens_decide_where_it_was(db):
    write_fenced(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["newest"]}], fence=9)
    write_fenced(db, "daily_usage", [{"_id": "2026-01-21", "rows": ["oldest"]}], fence=1)
    days = [{"_id": f"2026-01-{day}", "rows": ["mine"]} for day in (20, 21, 22)]
    write_fenced(db, "daily_usage", days, fence=5, stored=())  # both appeared a moment ago
    stored = {day["_id"]: (day["rows"], day["fence"]) for day in db["daily_usage"].find({})}
    assert stored == {
        "2026-01-20": (["newest"], 9),
        "2026-01-21": (["mine"], 5),
        "2026-01-22": (["mine"], 5),
    }


def test_result_names_the_newer_documents(db):
    write_fenced(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["newest"]}], fence=9)
    days = [{"_id": f"2026-01-{day}", "rows": ["mine"]} for day in (20, 21)]
    assert write_fenced(db, "daily_usage", days, fence=5, stored=()) == {"2026-01-20"}
    assert write_fenced(db, "daily_usage", days, fence=6) == {"2026-01-20"}
    assert write_fenced(db, "daily_usage", days, fence=10) == set()
