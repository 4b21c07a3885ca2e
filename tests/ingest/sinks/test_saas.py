"""A SaaS data set loads exactly once, whatever happens on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from analytics import Filters
from analytics import saas as ask
from ingest.load import load
from ingest.sinks import saas
from store.import_log import open_import, recover
from store.saas.records import SAAS_RECORDS, read_records
from tests.factories import rows
from tests.saas_factories import NOON, dump_saas, make, raw, store, write_file

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "../shared/samples/saas"
DATED = ("requests", "audit_logs")
EVER = Filters(date(2026, 1, 1), date(2027, 1, 1))

needs_sample = pytest.mark.skipif(
    not SAMPLE.exists(), reason="no folder shared/samples beside the checkout"
)


def dataset(requests=40):
    return {
        "users": [raw("users", n) for n in range(3)],
        "sessions": [raw("sessions", n) for n in range(3)],
        "tokens": [raw("tokens", 1, revoked=True, revoked_at=NOON)],
        "requests": [
            raw("requests", n, timestamp=NOON + timedelta(minutes=n)) for n in range(requests)
        ],
        "audit_logs": [raw("audit_logs", n) for n in range(2)],
    }


@pytest.fixture
def path(tmp_path):
    return write_file(tmp_path / "dataset.json", dataset())


@needs_sample
def test_the_sample_gives_the_figures_that_stand_beside_it(db):
    expected = json.loads((SAMPLE / "EXPECTED.json").read_text())
    arrays = ("users", "sessions", "tokens", "requests", "audit_logs")
    counts = load(db, [SAMPLE / "synthetic_saas_dataset.json.gz"])
    assert counts.inserted == sum(expected[name] for name in arrays)
    assert counts.rejected == 0
    stored = {name: sum(1 for _ in read_records(db, f"saas_{name}")) for name in arrays}
    assert stored == {name: expected[name] for name in arrays}
    statuses = ask.requests_by_status(db, EVER)
    pairs = zip(statuses["status_code"].astype(str), statuses["requests"], strict=True)
    assert dict(pairs) == expected["status_codes"]
    assert ask.requests_per_day(db, EVER)["without_session"].sum() == expected["no_session"]
    assert ask.rate_limited_per_day(db, EVER)["rate_limited"].sum() == expected["rate_limited"]
    actions = ask.audit_events_by_action(db, EVER)
    assert dict(zip(actions["action"], actions["events"], strict=True)) == expected["actions"]
    tokens = read_records(db, "saas_tokens")
    assert sum("revoked_at" in token for token in tokens) == expected["revoked_tokens"]
    failures = ask.failed_logins_by_address(db, EVER)["failed_logins"].sum()
    assert failures == expected["actions"]["login_failed"]


@needs_sample
def test_the_sample_has_as_many_misused_tokens_as_answers_that_say_so(db):
    load(db, [SAMPLE / "synthetic_saas_dataset.json.gz"])
    messages = Counter(
        request.get("error_message") for request in read_records(db, "saas_requests")
    )
    reuse = ask.token_reuse_after_revocation(db, EVER)
    assert reuse["requests"].sum() == messages["Token revoked"] > 0
    assert reuse["succeeded"].sum() == 0


def test_the_same_file_again_changes_nothing(db, path):
    assert load(db, [path]).inserted == 49
    before = dump_saas(db)
    again = load(db, [path])
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 49)
    assert dump_saas(db) == before


def test_files_that_overlap_add_up_in_any_order(db, tmp_path):
    parts = []
    for number, (start, stop) in enumerate([(0, 30), (20, 40)]):
        part = {**dataset(), "requests": dataset()["requests"][start:stop]}
        parts.append(write_file(tmp_path / f"{1 - number}.json", part))
    assert load(db, parts).inserted == 49
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 40


def test_windows_smaller_than_the_file_make_no_difference(db, path, monkeypatch):
    monkeypatch.setattr(saas, "WINDOW", 7)
    assert load(db, [path]).inserted == 49
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 40


def test_a_dry_run_counts_what_would_happen_and_writes_nothing(db, path):
    counts = load(db, [path], dry_run=True)
    assert counts.inserted == 49
    assert all(db[name].find_one({}) is None for name in SAAS_RECORDS)
    load(db, [path])
    assert load(db, [path], dry_run=True).unchanged == 49


def test_two_versions_of_one_record_in_a_file_are_known_again(db, tmp_path):
    versions = {"requests": [raw("requests", 1, status_code=code) for code in (200, 401, 200)]}
    path = write_file(tmp_path / "twice.json", versions)
    first = load(db, [path], dry_run=True)
    assert (first.inserted, first.changed, first.unchanged) == (1, 1, 1)
    assert load(db, [path]).as_dict() == first.as_dict()
    before = dump_saas(db)
    for dry_run in (True, False):
        again = load(db, [path], dry_run=dry_run)
        assert (again.inserted, again.changed, again.unchanged) == (0, 0, 3)
    assert dump_saas(db) == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_record_that_comes_again_with_another_day_counts_once(db, tmp_path, order):
    paths = [
        write_file(
            tmp_path / f"{number}.json",
            {array: [raw(array, 1, timestamp=NOON + timedelta(days=days))] for array in DATED},
        )
        for number, days in enumerate(order)
    ]
    preview = load(db, paths, dry_run=True)
    assert preview.inserted == 2
    assert preview.changed + preview.unchanged == 2
    assert load(db, paths).as_dict() == preview.as_dict()
    requests = ask.requests_per_day(db, EVER)
    assert requests["requests"].sum() == 1
    [record] = read_records(db, "saas_requests")
    assert record["timestamp"] == NOON + timedelta(days=1)
    assert ask.audit_events_by_action(db, EVER)["events"].sum() == 1
    replacing = [load(db, paths[:1], replace="saas", dry_run=dry) for dry in (True, False)]
    assert [counts.inserted for counts in replacing] == [2, 2]


def test_replacing_leaves_the_new_data_set_alone(db, path, tmp_path):
    load(db, [path])
    fresh = {"users": [raw("users", "new")], "requests": [raw("requests", "new")]}
    counts = load(db, [write_file(tmp_path / "fresh.json", fresh)], replace="saas")
    assert counts.inserted == 2
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 1
    assert ask.user_status(db, EVER)["users"].sum() == 1


def test_nothing_of_it_becomes_telemetry(db, path):
    load(db, [path])
    assert rows(db, "daily_usage") == []
    assert db["event_buckets"].find_one({}) is None


def test_an_import_that_died_before_its_sums_is_recovered(db):
    entry = open_import(db, "dataset.json", "saas", "0" * 64, 1)
    entry.declare_saas()
    store(db, make("requests", 1), make("users", 1))
    entry.release()
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 0
    assert recover(db) == 1
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 1
    assert ask.user_status(db, EVER)["users"].sum() == 1


def test_a_load_beside_an_unfinished_import_refreshes_for_both(db, tmp_path):
    open_import(db, "other.json", "saas", "0" * 64, 1).declare_saas()
    store(db, make("requests", "of the other", timestamp=NOON - timedelta(days=3)))
    load(db, [write_file(tmp_path / "own.json", {"requests": [raw("requests", "own")]})])
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 2


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
def test_after_a_kill_the_same_command_makes_everything_true(db, mongo_url, tmp_path):
    path = write_file(tmp_path / "large.json", dataset(requests=15_000))
    environment = {**os.environ, "MONGO_URL": mongo_url, "DB_NAME": db.name}
    command = [sys.executable, "-m", "ingest", str(path)]
    run = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    while db["saas_requests"].find_one({}, {"_id": 1}) is None:
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    assert run.wait(60) == -signal.SIGKILL
    done = subprocess.run([*command, "--json"], cwd=ROOT, env=environment, capture_output=True)
    assert done.returncode == 0
    assert json.loads(done.stdout)["read"] == 15_009
    assert ask.requests_per_day(db, EVER)["requests"].sum() == 15_000
    assert db["imports"].find_one({"state": "open"}) is None
