import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pymongo import MongoClient

from store import import_log
from store.events.write import write_events
from store.import_log import (
    LEASE,
    MAX_REJECTS,
    ImportRun,
    open_import,
    record_rejects,
    recover,
    unfinished_days,
)
from store.people.directory import apply_people
from store.revisions import revision
from tests.factories import make_event

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry_of(db, entry):
    return db["imports"].find_one({"_id": entry.id})


def begin(db, name="file"):
    return open_import(db, name, "cloudwatch", "a" * 64, 10)


def requests(db):
    days = db["daily_usage"].find({})
    return sum(row.get("api_requests", 0) for day in days for row in day["rows"])


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_an_import_is_written_down_before_anything_else(db):
    entry = entry_of(db, begin(db))
    assert entry["state"] == "open"
    assert (entry["name"], entry["format"], entry["size"]) == ("file", "cloudwatch", 10)
    assert entry["days"] == []
    assert entry["_id"].startswith("a" * 16)


def test_the_same_content_is_another_import_each_time(db):
    assert begin(db).id != begin(db).id


def test_the_intent_holds_all_days_that_were_ever_meant(db):
    entry = begin(db)
    entry.declare_days(["2026-01-21"])
    entry.declare_days(["2026-01-20", "2026-01-21"])
    assert entry_of(db, entry)["days"] == ["2026-01-20", "2026-01-21"]


def test_a_sign_of_life_moves_the_lease(db):
    with at(NOW) as clock:
        entry = begin(db)
        clock.shift(timedelta(seconds=1))
        entry.heartbeat()
        assert entry_of(db, entry)["lease_until"] == NOW + LEASE
        clock.shift(LEASE / 2)
        entry.heartbeat()
        assert entry_of(db, entry)["lease_until"] == NOW + timedelta(seconds=1) + LEASE * 1.5


def test_closing_keeps_the_counts_and_is_a_new_revision(db):
    before = revision(db, ["imports"])
    entry = begin(db)
    entry.close("done", {"read": 5})
    closed = entry_of(db, entry)
    assert (closed["state"], closed["counts"]) == ("done", {"read": 5})
    assert closed["ended_at"] >= closed["started_at"]
    assert revision(db, ["imports"]) != before


def test_rejected_records_are_bounded_and_counted(db):
    entry = begin(db)
    rows = [{"line": line, "excerpt": "{"} for line in range(MAX_REJECTS + 10)]
    record_rejects(db, entry.id, "not JSON", 5000, rows)
    (reject,) = db["rejects"].find({"import_id": entry.id})
    assert (reject["reason"], reject["count"]) == ("not JSON", 5000)
    assert len(reject["rows"]) == MAX_REJECTS
    assert reject["rows"][0] == {"line": 0, "excerpt": "{"}


def test_a_living_import_is_left_alone(db):
    entry = begin(db)
    assert recover(db) == 0
    assert entry_of(db, entry)["state"] == "open"


@pytest.mark.parametrize("how", ["lease ran out", "abandoned"])
def test_recovery_adds_up_what_a_dead_import_wrote(db, how):
    with at(NOW) as clock:
        entry = begin(db)
        entry.declare_days(["2026-01-20"])
        write_events(db, [make_event()])
        assert requests(db) == 0
        if how == "abandoned":
            entry.release()
        else:
            clock.shift(LEASE + timedelta(seconds=1))
        assert recover(db) == 1
        assert requests(db) == 1
        assert entry_of(db, entry)["state"] == "recovered"
        assert recover(db) == 0


def test_an_import_whose_process_is_gone_is_dead_before_its_lease_runs_out(db):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    entry = begin(db)
    db["imports"].update_one({"_id": entry.id}, {"$set": {"process.pid": gone.pid}})
    assert recover(db) == 1


def test_a_process_of_another_machine_is_not_looked_for(db):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    entry = begin(db)
    elsewhere = {"process": {"host": "elsewhere", "pid": gone.pid}}
    db["imports"].update_one({"_id": entry.id}, {"$set": elsewhere})
    assert recover(db) == 0


def test_a_dead_change_of_the_directory_is_applied_to_every_day(db):
    with at(NOW):
        write_events(db, [make_event()])
        first = begin(db)
        first.declare_days(["2026-01-20"])
        first.release()
        recover(db)
        second = begin(db)
        second.declare_people()
        apply_people(db, [{"email": "ada@example.com", "role": "tester"}])
        second.release()
        recover(db)
    (day,) = db["daily_usage"].find({})
    assert {row["role"] for row in day["rows"]} == {"tester"}


def test_an_import_that_was_taken_for_dead_opens_itself_again(db):
    with at(NOW) as clock:
        entry = begin(db)
        clock.shift(LEASE * 2)
        assert recover(db) == 1
        entry.declare_days(["2026-01-20"])
        assert entry_of(db, entry)["state"] == "open"


def test_two_starts_at_once_repair_once(db):
    with at(NOW) as clock:
        begin(db)
        clock.shift(LEASE * 2)
        (dead,) = db["imports"].find({})
        assert import_log._recover(db, dead)
        assert not import_log._recover(db, dead)


def test_days_of_open_imports_are_known_to_others(db):
    one, other = begin(db), begin(db)
    one.declare_days(["2026-01-20"])
    other.declare_days(["2026-01-21"])
    assert unfinished_days(db, [one.id]) == {"2026-01-21"}
    other.close("done", {})
    assert unfinished_days(db, [one.id]) == set()


def test_a_store_that_is_gone_does_not_hide_why_an_import_ended():
    gone = MongoClient("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=50)
    with gone:
        ImportRun(gone["gone"], "some import").release()
