"""What is stored reaches the rollups by itself, whatever became of the store meanwhile."""

from __future__ import annotations

import contextlib
import time
from itertools import pairwise

import pytest

from ingest.otlp import writer
from ingest.otlp.http import receive
from store import connection
from store.connection import connect
from store.import_log import pending_events
from tests.factories import rows
from tests.ingest.otlp_bodies import api_request, json_logs
from tests.outages import StoreServer, eventually, kill_server, state

JSON = {"content-type": "application/json"}
RECORDS = 40


@pytest.fixture
def embedded(data_dir):
    """Return the directory of an embedded store of the test's own."""
    yield data_dir
    writer.close()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Return a running server that `connect` opens."""
    server = StoreServer(tmp_path / "mongodb")
    server.start()
    monkeypatch.setenv("MONGO_URL", server.url)
    yield server
    server.recover()
    writer.close()
    connection.close()
    server.kill()


def post():
    body = json_logs(*(api_request(number) for number in range(RECORDS)))
    return receive(connect(), "logs", JSON, body).status


def total(db):
    return sum(row["api_requests"] for row in rows(db, "daily_models"))


def is_summed(seconds=30):
    return eventually(lambda: total(connect()) == RECORDS, seconds) and eventually(
        lambda: pending_events(connect()) == 0, 5
    )


def is_started_again(directory, before):
    with contextlib.suppress(FileNotFoundError):
        return state(directory)["pid"] != before["pid"]
    return False


@pytest.mark.parametrize("is_visited", [True, False], ids=["visited", "unvisited"])
@pytest.mark.parametrize("is_moved", [True, False], ids=["another port", "same port"])
def test_sums_resume_after_the_embedded_server_was_killed(embedded, is_visited, is_moved):
    assert post() == 200
    before = state(embedded)
    kill_server(embedded)
    if is_moved:
        (embedded / "server.json").unlink()
    if not is_visited:
        # No one else opens the store: the pending sums alone start its server again
        assert eventually(lambda: is_started_again(embedded, before))
    assert is_summed()
    assert (state(embedded)["port"] != before["port"]) == is_moved


def test_records_that_come_after_an_outage_count_with_those_from_before(embedded):
    assert post() == 200
    kill_server(embedded)
    body = json_logs(*(api_request(number) for number in range(RECORDS, 2 * RECORDS)))
    assert eventually(lambda: receive(connect(), "logs", JSON, body).status == 200)
    assert eventually(lambda: total(connect()) == 2 * RECORDS, 30)
    assert eventually(lambda: not list(connect()["imports"].find({"state": "open"})), 10)


def test_sums_resume_after_a_mongodb_was_away(server, caplog):
    assert post() == 200
    server.kill()
    time.sleep(8)
    server.start()
    assert is_summed(12)
    lines = [record.getMessage() for record in caplog.records if record.name == "tokenflow"]
    assert 1 <= len(lines) <= 6
    assert all(len(line) < 300 and "\n" not in line for line in lines)
    assert not any(record.exc_info for record in caplog.records if record.name == "tokenflow")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_sums_resume_after_the_store_rejected_their_writes(server, times):
    connect()
    server.fail(["update"], times)  # events of new sessions are inserted, rollups are updated
    assert eventually(lambda: post() == 200)
    assert is_summed()


def test_a_failure_that_lasts_is_retried_with_growing_pauses_until_it_ends(server, caplog):
    assert post() == 200
    server.fail(["aggregate", "find"])
    time.sleep(10)
    failures = [record for record in caplog.records if record.name == "tokenflow"]
    assert 2 <= len(failures) <= 5
    pauses = [later.created - earlier.created for earlier, later in pairwise(failures)]
    assert pauses == sorted(pauses)
    for record in failures:
        assert "14031" in record.getMessage()
        assert record.exc_info is None
        assert len(record.getMessage()) < 300
    server.recover()
    assert is_summed()


def test_events_that_are_not_in_the_rollups_yet_are_counted(db, monkeypatch):
    monkeypatch.setattr(writer, "PAUSE_SECONDS", 600)
    for first in (0, 20, 20):
        body = json_logs(*(api_request(number) for number in range(first, first + 20)))
        assert receive(db, "logs", JSON, body).status == 200
    assert pending_events(db) == 40
    writer.close()
    assert pending_events(db) == 0
    assert total(db) == 40
