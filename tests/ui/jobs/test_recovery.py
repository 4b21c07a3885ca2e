"""Recovery of imports that a killed process or an outage interrupted, while the app runs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import connection
from store.connection import connect
from store.events.write import write_events
from store.import_log import open_import, pending_events
from tests.factories import make_request, rows
from tests.outages import StoreServer, eventually
from ui.jobs import recovery

ROOT = Path(__file__).parents[3]

LOAD = """
import time
from store.events.write import write_events
from store.connection import connect
from store.import_log import open_import
from tests.factories import make_request

entry = open_import(connect(), "telemetry.jsonl", "cloudwatch", "0" * 64, 1)
entry.declare_days(["2026-01-20"])
write_events(connect(), [make_request()])
entry.add_pending(1)
print("stored", flush=True)
time.sleep(600)
"""


@pytest.fixture
def start_recovery(monkeypatch):
    """Return the function that starts the recovery; stop it at the end."""
    yield recovery.start
    recovery.stop()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Return a running store server; `connect` opens it."""
    server = StoreServer(tmp_path / "mongodb")
    server.start()
    # Without the option, an open handle waits 30 s for a server that was killed
    monkeypatch.setenv("MONGO_URL", f"{server.url}/?serverSelectionTimeoutMS=3000")
    yield server
    connection.close()
    server.kill()


def requests(db):
    return sum(row["api_requests"] for row in rows(db, "daily_models"))


def interrupt(db):
    """Leave an import as a job does when the store fails."""
    entry = open_import(db, "activity of Ada", "manual", "0" * 64, 0)
    entry.declare_days(["2026-01-20"])
    write_events(db, [make_request()])
    entry.checkpoint({}, 1)  # on disk, so that a server killed in the next moment has it
    return entry


def test_killed_load_is_recovered_while_the_app_runs(
    db, mongo_url, db_name, monkeypatch, start_recovery
):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    start_recovery()
    loader = subprocess.Popen([sys.executable, "-c", LOAD], cwd=ROOT, stdout=subprocess.PIPE)
    assert loader.stdout.readline() == b"stored\n"
    assert (requests(db), pending_events(db)) == (0, 1)
    loader.kill()
    loader.wait()
    loader.stdout.close()
    assert eventually(lambda: requests(db) == 1)
    assert eventually(lambda: pending_events(db) == 0)


def test_job_interrupted_by_an_outage_is_recovered(server, start_recovery):
    entry = interrupt(connect())
    start_recovery()
    server.kill()
    entry.release()
    time.sleep(5)
    server.start()
    assert eventually(lambda: requests(connect()) == 1)


def test_failed_recovery_is_retried_with_one_log_line_each(server, start_recovery, caplog):
    interrupt(connect()).release()
    server.fail(["insert", "update"], 4)
    start_recovery()
    assert eventually(lambda: requests(connect()) == 1, 30)
    failures = [record for record in caplog.records if record.name == "tokenflow"]
    assert 1 <= len(failures) <= 4
    assert all("14031" in record.getMessage() and not record.exc_info for record in failures)


def test_recovery_waits_for_a_store_that_is_down(server, start_recovery):
    interrupt(connect()).release()
    connection.close()
    server.kill()
    start_recovery()
    time.sleep(5)
    server.start()
    assert eventually(lambda: requests(connect()) == 1)
