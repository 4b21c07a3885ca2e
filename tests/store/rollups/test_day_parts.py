"""Days too large for one document: stored in several, read as one."""

from __future__ import annotations

import dataclasses
from datetime import date

import pandas as pd
import pytest
from bson import encode
from hypothesis import given, settings
from hypothesis import strategies as st

import analytics
from analytics import Filters
from store.connection import connect
from store.fencing import next_fence
from store.rollups import day_parts
from store.rollups.day_parts import MAX_BYTES, PARTS, whole_days, write_days
from store.rollups.refresh import rebuild
from store.schema import ROLLUPS
from tests.factories import dump, later, load, make_event, make_request

DAY = "2026-01-20"
JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))


@pytest.fixture
def small(monkeypatch):
    """Make documents so small that every day has parts."""
    monkeypatch.setattr(day_parts, "MAX_BYTES", 400)
    monkeypatch.setattr(day_parts, "MAX_LIST", 2)


def day_of(*rows):
    return {"_id": DAY, "day": DAY, "rows": list(rows)}


def stored(db, collection="daily_models"):
    parts = db[collection].find({"day": DAY})
    return [row for part in sorted(parts, key=lambda part: part["_id"]) for row in part["rows"]]


def numbered(count):
    return [{"model": f"m{n:03}" + "x" * 80, "api_requests": n} for n in range(count)]


def test_rows_are_spread_over_documents_of_a_bounded_size(db, small):
    write_days(db, {"daily_models": [day_of(*numbered(20))]}, 1)
    parts = list(db["daily_models"].find({}))
    assert len(parts) > 3
    assert all(len(encode({"rows": part["rows"]})) < 500 for part in parts)
    assert stored(db) == numbered(20)
    assert [part for part in whole_days(db, "daily_models", [DAY]) if part["day"] != DAY] == []
    assert sum(len(part["rows"]) for part in whole_days(db, "daily_models", [DAY])) == 20


def test_long_lists_are_split_and_numbers_stored_once(db, small):
    row = {
        "role": "dev",
        "sources": ["otlp"],
        "sessions": 5,
        "durations": [1.0, 2.0, 3.0, 4.0, 5.0],
    }
    write_days(db, {"daily_sessions": [day_of(row, *numbered(9))]}, 1)
    pieces = [row for row in stored(db, "daily_sessions") if "role" in row]
    assert [piece["durations"] for piece in pieces] == [[1.0, 2.0], [3.0, 4.0], [5.0]]
    assert [piece.get("sessions", 0) for piece in pieces] == [5, 0, 0]
    assert {tuple(piece["sources"]) for piece in pieces} == {("otlp",)}


def test_a_day_of_ordinary_size_is_one_document(db):
    load(db, *(make_request(model=f"m{n}", sequence=n) for n in range(50)))
    assert db[PARTS].find_one({}) is None
    assert all("parts" not in day for name in ROLLUPS for day in db[name].find({}))


def test_no_part_is_left_behind_when_a_day_shrinks_or_grows(db, small):
    for count in (30, 4, 0, 12, 3):
        write_days(db, {"daily_models": [day_of(*numbered(count))]}, next_fence(db))
        assert stored(db) == numbered(count)


@given(counts=st.lists(st.integers(0, 25), min_size=2, max_size=4), order=st.randoms())
@settings(max_examples=10)
def test_in_whatever_order_writers_come_the_latest_token_stays(db, counts, order):
    db["daily_models"].delete_many({})
    writers = list(enumerate(counts, 1))
    order.shuffle(writers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day_parts, "MAX_BYTES", 400)
        for fence, count in writers:
            write_days(db, {"daily_models": [day_of(*numbered(count))]}, fence)
    assert stored(db) == numbered(counts[-1])


def test_writer_overtaken_between_its_parts_removes_them(db, small, monkeypatch):
    write_fenced, later_fence = day_parts.write_fenced, 9

    def overtaken(db, collection, documents, fence, stored=None):
        documents = list(documents)
        if fence == 1 and any(one["_id"] == DAY for one in documents):
            write_days(db, {"daily_models": [day_of(*numbered(2))]}, later_fence)
        return write_fenced(db, collection, documents, fence, stored)

    monkeypatch.setattr(day_parts, "write_fenced", overtaken)
    write_days(db, {"daily_models": [day_of(*numbered(30))]}, 1)
    assert stored(db) == numbered(2)


def test_every_question_answers_the_same(db, db_name, mongo_url, monkeypatch):
    events = [
        make(
            user_id=f"user-{n % 7}", email=f"{n % 7}@example.com", department=f"dep-{n % 5}",
            session_id=f"s{n % 9}", project=f"p{n % 6}", model=f"m{n % 4}", sequence=n,
            timestamp=later(days=n % 2, minutes=n), **fields,
        )
        for n in range(60)
        for make, fields in [
            (make_request, {}),
            (make_event, {"event_type": "user_prompt"}),
            (make_event, {"event_type": "api_error", "error_type": f"http_{500 + n % 3}"}),
            (make_event, {"event_type": "tool_result", "tool_name": f"t{n % 5}", "duration_ms": n}),
        ]
    ]  # fmt: skip
    other = connect(mongo_url, f"{db_name}_whole")
    try:
        load(other, *events)
        with monkeypatch.context() as patch:
            patch.setattr(day_parts, "MAX_BYTES", 400)
            patch.setattr(day_parts, "MAX_LIST", 2)
            load(db, *events)
            assert db["daily_users"].find_one({"_id": f"{DAY}|1"})
            assert db["session_days"].find_one({"parts": {"$gt": 1}})
            for filters in (JANUARY, Filters(date(2026, 1, 20), date(2026, 1, 21))):
                for name in analytics.__all__:
                    assert_same(name, *(answer(name, store, filters) for store in (db, other)))
        rebuild(db)
        assert dump(db) == dump(other)
    finally:
        other.client.drop_database(other.name)


def answer(name, db, filters):
    ask = getattr(analytics, name)
    if not hasattr(ask, "reads"):
        return None
    known = {"db": db, "filters": filters, "session_id": "s1", "user_id": "user-1"}
    names = ask.__wrapped__.__code__.co_varnames[: ask.__wrapped__.__code__.co_argcount]
    return ask(**{key: known[key] for key in names if key in known})


def assert_same(name, one, other):
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            if field.name not in ("revision", "database", "collections"):
                assert_same(name, getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other, name


def test_a_row_alone_always_fits():
    longest = "\N{GRINNING FACE}" * 256
    people = [longest] * day_parts.MAX_LIST
    measures = {f"measure_{n}": [2**53] * day_parts.MAX_LIST for n in range(6)}
    assert len(encode({"user_id": people, **measures})) < MAX_BYTES
    histogram = {name: list(range(2_000)) for name in ("buckets", "counts")}
    dimensions = {f"dimension_{n}": longest for n in range(6)}
    assert len(encode({**dimensions, **histogram, **{f"n{n}": 2**53 for n in range(50)}})) < 100_000
