"""Live records are on disk at once, in the sums soon, and in neither twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import time_machine
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from ingest.files.json_records import Reject
from ingest.otlp import writer
from ingest.otlp.writer import Batch, otlp_writer
from ingest.record_kinds import EVENT, POINT, REJECT, SKIPPED
from store.events import metric_points
from store.events.bucket import unpack
from store.import_log import recover
from store.rollups.refresh import refresh
from tests.factories import dump, load, make_request, rows
from tests.points import make_point

ROOT = Path(__file__).parents[3]


@pytest.fixture
def live_db(db):
    yield db
    writer.close()


def batch(*events, points=()):
    return Batch.of([*((EVENT, event) for event in events), *((POINT, item) for item in points)])


def total(db, name="events"):
    return sum(row.get(name, 0) for row in rows(db, "daily_usage"))


def the_import(db):
    (entry,) = db["imports"].find({})
    return entry


def test_a_record_is_stored_at_once_and_in_the_rollups_at_closing(live_db):
    otlp_writer(live_db).store(batch(make_request(), points=[make_point()]))
    assert len(list(live_db["event_buckets"].find({}))) == 1
    assert the_import(live_db)["state"] == "open"
    assert the_import(live_db)["days"] == ["2026-01-20"]
    writer.close()
    assert total(live_db) == 1
    assert rows(live_db, "daily_metrics")[0]["value"] == 1
    assert the_import(live_db)["state"] == "done"
    assert the_import(live_db)["counts"]["inserted"] == 2


def test_sums_follow_without_closing(live_db):
    otlp_writer(live_db).store(batch(make_request()))
    deadline = time.monotonic() + 30
    while the_import(live_db)["state"] != "done":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert total(live_db) == 1


def test_one_entry_serves_a_whole_hour(live_db, monkeypatch):
    for number in range(3):
        otlp_writer(live_db).store(batch(make_request(sequence=number)))
        otlp_writer(live_db)._refresh()
        assert the_import(live_db)["state"] == "done"
    assert the_import(live_db)["counts"]["inserted"] == 3


def test_a_new_hour_has_an_entry_of_its_own_however_busy_the_old_one_was(live_db):
    store = otlp_writer(live_db)
    with time_machine.travel("2026-01-20T12:59:59Z", tick=False):
        store.store(batch(make_request()))
        assert the_import(live_db)["counts"]["inserted"] == 1
    with time_machine.travel("2026-01-20T13:00:00Z", tick=False):
        store.store(batch(make_request(sequence=1)))
    writer.close()
    entries = {entry["name"]: entry for entry in live_db["imports"].find({})}
    assert sorted(entries) == ["live telemetry 2026-01-20T12", "live telemetry 2026-01-20T13"]
    assert {entry["state"] for entry in entries.values()} == {"done"}
    assert total(live_db) == 2


def test_many_writers_that_repeat_each_other_count_once(live_db):
    events = [make_request(sequence=number) for number in range(60)]
    threads = [
        threading.Thread(
            target=lambda part: otlp_writer(live_db).store(batch(*part)), args=(events[n:],)
        )
        for n in range(0, 40, 5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert total(live_db, "api_requests") == 60
    counts = the_import(live_db)["counts"]
    assert (counts["inserted"], counts["read"]) == (60, sum(60 - n for n in range(0, 40, 5)))


def test_what_is_rejected_is_recorded(live_db):
    documents = [
        (REJECT, Reject(0, "event without a name", "a, b")),
        (SKIPPED, "points of a gauge"),
    ]
    for _ in range(2):
        otlp_writer(live_db).store(Batch.of(documents))
    writer.close()
    (rejected,) = live_db["rejects"].find({})
    assert (rejected["reason"], rejected["count"]) == ("event without a name", 2)
    assert rejected["rows"] == [{"line": 0, "excerpt": "a, b"}] * 2
    assert the_import(live_db)["counts"]["skipped"] == {"points of a gauge": 2}


def test_all_rejections_are_counted_and_the_first_thousand_kept(live_db):
    reject = (REJECT, Reject(0, "event without a name"))
    for size in (1500, 10):
        otlp_writer(live_db).store(Batch.of([reject] * size))
    writer.close()
    (rejected,) = live_db["rejects"].find({})
    assert (rejected["count"], len(rejected["rows"])) == (1510, 1000)
    assert the_import(live_db)["counts"]["rejected"] == 1510


def test_every_request_of_a_failed_write_gets_the_error(monkeypatch):
    client = MongoClient("mongodb://127.0.0.1:9/", serverSelectionTimeoutMS=100)
    store = otlp_writer(client["nowhere"])
    failures = []

    def send(number):
        try:
            store.store(batch(make_request(sequence=number)))
        except PyMongoError as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 4
    client.close()
    writer.close()


def test_a_write_that_fails_half_way_leaves_its_days_in_doubt(live_db, monkeypatch):
    store = otlp_writer(live_db)
    plain = writer.write

    def half(db, kind, documents):
        plain(db, kind, documents)
        raise PyMongoError("the answer was lost")

    monkeypatch.setattr(writer, "write", half)
    with pytest.raises(PyMongoError):
        store.store(batch(make_request()))
    monkeypatch.undo()
    store.store(batch(make_request()))
    writer.close()
    assert total(live_db) == 1
    assert the_import(live_db)["counts"]["unchanged"] == 1


def test_after_closing_the_next_record_opens_it_again(live_db):
    for number in range(2):
        otlp_writer(live_db).store(batch(make_request(sequence=number)))
        writer.close()
    assert total(live_db) == 2
    assert len(list(live_db["imports"].find({"state": "done"}))) == 2


VICTIM = """
import sys, time
from store.connection import connect
from ingest.otlp import writer
from ingest.otlp.writer import Batch, otlp_writer
from tests.factories import later, make_event, make_request
from tests.points import make_point

writer.PAUSE_SECONDS = 0.2
store = otlp_writer(connect())
number = 0
while True:
    events = [make_request(sequence=number, timestamp=later(minutes=number))]
    events.append(make_event("user_prompt", sequence=number, timestamp=later(minutes=number)))
    documents = [("event", event) for event in events]
    store.store(Batch.of([*documents, ("point", make_point(minute=number))]))
    number += 1
    print(number, flush=True)
"""


@pytest.mark.parametrize("survived", [1, 8, 20, 45])
def test_a_kill_at_any_moment_loses_nothing_that_was_answered(db, mongo_url, db_name, survived):
    environment = {"MONGO_URL": mongo_url, "DB_NAME": db_name, "PYTHONPATH": str(ROOT)}
    victim = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(VICTIM)],
        env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    answered = 0
    while answered < survived:
        answered = int(victim.stdout.readline())
    victim.send_signal(signal.SIGKILL)
    answered = max([answered, *(int(line) for line in victim.stdout.read().split())])
    victim.wait()
    victim.stdout.close()

    recover(db)
    stored_documents = dump(db)
    events = [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]
    points = [
        point for bucket in db["metric_points"].find({}) for point in metric_points.unpack(bucket)
    ]
    assert {event["sequence"] for event in events} >= set(range(answered))
    assert total(db) == len(events)
    assert len(points) >= answered

    for name in stored_documents:
        db[name].delete_many({})
    load(db, *events)
    refresh(db, metric_points.write_points(db, points).bucket_ids)
    assert dump(db) == stored_documents
