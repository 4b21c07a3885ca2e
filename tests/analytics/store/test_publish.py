"""The rule by which derived documents are written."""

from __future__ import annotations

from analytics.store.publish import batches, next_token, publish


def test_tokens_only_grow(db):
    assert [next_token(db) for _ in range(3)] == [1, 2, 3]


def test_a_later_token_replaces_an_earlier_one(db):
    publish(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["old"]}], token=1)
    publish(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["new"]}], token=2)
    assert db["daily_usage"].find_one({"_id": "2026-01-20"})["rows"] == ["new"]


def test_a_late_writer_with_an_early_token_changes_nothing(db):
    publish(db, "daily_usage", [{"_id": "2026-01-20", "rows": ["new"]}], token=2)
    publish(
        db,
        "daily_usage",
        [{"_id": "2026-01-20", "rows": ["old"]}, {"_id": "2026-01-21", "rows": ["other"]}],
        token=1,
    )
    assert db["daily_usage"].find_one({"_id": "2026-01-20"})["rows"] == ["new"]
    assert db["daily_usage"].find_one({"_id": "2026-01-21"})["rows"] == ["other"]


def test_batches_hold_at_most_their_size():
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
