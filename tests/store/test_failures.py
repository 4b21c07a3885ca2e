"""Derived documents that the store rejects: recorded, while the others are written."""

from __future__ import annotations

import logging

import pytest
from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError, ConnectionFailure, OperationFailure

from analytics.data import unwritten_documents
from store import import_log
from store.delete import delete_source
from store.failures import FAILURES, brief, write_each
from store.fencing import write_fenced
from store.import_log import open_import, recover
from store.rollups.refresh import rebuild
from tests.factories import dump, later, load, make_event, make_request, rows

DAY, NEXT_DAY = "2026-01-20", "2026-01-21"
COLLECTIONS = (
    "session_days", "daily_usage", "daily_models", "daily_users", "daily_values",
    "daily_sessions", "daily_user_sessions", "daily_duplicates", "daily_others", "sessions",
    "users",
)  # fmt: skip


def recorded(db):
    return {(one["collection"], one["document"], one["code"]) for one in db[FAILURES].find({})}


def reject(db, collection, *keys):
    """Let the store reject some documents, as it rejects one that is too large."""
    db.drop_collection(collection)
    db.create_collection(collection, validator={"_id": {"$nin": list(keys)}})


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_other_documents_are_written_and_a_rebuild_tries_again(db, collection, caplog):
    keys = {"sessions": "session-a", "users": "user-ada", "session_days": f"{DAY}|session-a|"}
    key = keys.get(collection, DAY)
    reject(db, collection, key)
    events = [
        make_request(),
        make_event("user_prompt"),
        *(make_request(source=source, usage_key="req:1") for source in ("otlp", "transcript")),
        make_request(timestamp=later(days=1), session_id="session-b", user_id="user-b"),
    ]
    load(db, *events)
    assert recorded(db) == {(collection, key, "121")}
    assert unwritten_documents(db)["document"].to_list() == [key]
    assert [len(record.getMessage()) < 200 for record in caplog.records] == [True]
    written = {day["_id"] for day in db["daily_usage"].find({})}
    missing = {DAY} if collection in ("session_days", "daily_usage") else set()
    assert written == {DAY, NEXT_DAY} - missing
    assert NEXT_DAY in {row["day"] for row in rows(db, "daily_models")}

    rebuild(db)
    assert recorded(db) == {(collection, key, "121")}  # still rejected, and nothing stopped
    db.drop_collection(collection)
    rebuild(db)
    assert recorded(db) == set()
    assert unwritten_documents(db).empty
    rewritten = dump(db)
    db[collection].delete_many({})
    rebuild(db)
    assert dump(db) == rewritten


@pytest.mark.parametrize("value", [2**63, {"key\0": 1}, object()])
@pytest.mark.parametrize("stored", [None, ()])
def test_document_that_is_no_bson_is_recorded_and_the_others_are_written(db, value, stored):
    days = [{"_id": f"2026-01-{n}", "day": "", "rows": []} for n in range(10, 15)]
    days[2]["rows"] = [value]
    write_fenced(db, "daily_usage", days, 7, stored)
    assert {day["_id"] for day in db["daily_usage"].find({})} == {
        f"2026-01-{n}" for n in (10, 11, 13, 14)
    }
    ((collection, document, _),) = recorded(db)
    assert (collection, document) == ("daily_usage", "2026-01-12")


def test_a_document_that_is_too_large_to_be_sent_is_recorded(db, caplog, listener):
    huge = "x" * 17_000_000
    days = [{"_id": "2026-01-10", "rows": [huge]}, {"_id": "2026-01-11", "rows": []}]
    assert write_fenced(db, "daily_usage", days, 1) == set()
    assert [day["_id"] for day in db["daily_usage"].find({})] == ["2026-01-11"]
    ((*where, code),) = recorded(db)
    assert where == ["daily_usage", "2026-01-10"]
    assert code in {"DocumentTooLarge", "10334", "17420"}
    assert sum(len(caplog.handler.format(record)) for record in caplog.records) < 400
    assert all("bytes into one document of daily_usage" in one for one in listener.take_problems())


def test_a_document_written_since_is_struck_out_and_a_later_failure_stays(db):
    load(db, make_request())
    entry = {"collection": "daily_usage", "document": DAY, "code": "1", "at": later()}
    db[FAILURES].insert_one({"_id": "old", **entry, "fence": 1})
    db[FAILURES].insert_one({"_id": "new", **entry, "fence": 10**6})
    load(db, make_request(sequence=1))
    assert [failure["_id"] for failure in db[FAILURES].find({})] == ["new"]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailure("gone"),
        OperationFailure("not authorized", 13),
        OperationFailure("internal server error", 1),
        BulkWriteError({"writeErrors": [{"index": 0, "code": 14031, "errmsg": "no disk"}]}),
        BulkWriteError({"writeErrors": [{"index": 0, "code": 8, "errmsg": "WT_PANIC: ..."}]}),
    ],
)
def test_what_is_wrong_with_the_whole_store_is_no_failure_of_a_document(db, error):
    def write(documents):
        raise error

    with pytest.raises(type(error)):
        write_each(db, "daily_usage", [{"_id": DAY, "fence": 1}], write)
    assert recorded(db) == set()


def test_error_is_one_short_line_without_the_document():
    operation = {"_id": DAY, "rows": ["secret" * 100_000]}
    failure = {"index": 0, "code": 10334, "errmsg": "too large", "op": operation}
    lines = [
        brief(BulkWriteError({"writeErrors": [failure]})),
        brief(InvalidDocument(f"Invalid document: {operation}")),
        brief(OperationFailure("failed\n" + "x" * 10_000)),
        brief(ValueError("y" * 10_000)),
    ]
    assert all(len(line) < 310 and "\n" not in line and "secret" not in line for line in lines)
    assert lines[0] == "BulkWriteError [10334]"
    assert brief(ConnectionFailure("127.0.0.1:1: rejected")) == "127.0.0.1:1: rejected"


def dead(db, name, days):
    entry = open_import(db, name, "cloudwatch", "0" * 64, 1)
    entry.declare_days(days)
    entry.release()
    return entry.id


def test_a_dead_import_that_cannot_be_repaired_holds_up_nothing(db, monkeypatch, caplog):
    load(db, make_request())
    bad = dead(db, "bad.jsonl", ["2026-01-20"])
    good = dead(db, "good.jsonl", ["2026-01-21"])
    refresh_utc_days = import_log.refresh_utc_days

    def poisoned(db, days, *rest):
        if "2026-01-20" in days:
            raise ValueError("x" * 1_000_000)
        refresh_utc_days(db, days, *rest)

    monkeypatch.setattr(import_log, "refresh_utc_days", poisoned)
    assert recover(db) == 1
    states = {entry["_id"]: entry["state"] for entry in db["imports"].find({})}
    assert states == {bad: "open", good: "recovered"}
    assert sum(len(caplog.handler.format(record)) for record in caplog.records) < 500
    assert delete_source(db, "cloudwatch") == 1
    assert recover(db) == 0
    monkeypatch.undo()
    assert recover(db) == 1


def test_recovery_raises_while_the_store_is_gone(db, monkeypatch):
    dead(db, "bad.jsonl", ["2026-01-20"])

    def gone(*_):
        raise ConnectionFailure("gone")

    monkeypatch.setattr(import_log, "refresh_utc_days", gone)
    with pytest.raises(ConnectionFailure):
        recover(db)


def test_failures_are_logged_for_those_who_run_the_app(db, caplog):
    caplog.set_level(logging.WARNING, "tokenflow")
    write_fenced(db, "users", [{"_id": "x" * 5_000, "value": 2**63}], 1)
    (record,) = caplog.records
    assert "OverflowError" in record.getMessage()
    assert len(record.getMessage()) < 400
