"""A real loader process is killed at random moments; loading again makes the store whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time

import pytest

from ingest.load import load
from store.import_log import recover
from tests.factories import dump, new_database
from tests.ingest.batches import batch, jsonl, session
from tokenflow.load import load as command

ROUNDS = 20


@pytest.fixture
def telemetry(tmp_path):
    """Write 900 events of 60 sessions over five days."""
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(jsonl(*(
        batch(*session(f"s{number}", events=15, offset_ms=number * 7_200_000))
        for number in range(60)
    )))  # fmt: skip
    return path


def run_loader(mongo_url, name, path):
    os.environ |= {"MONGO_URL": mongo_url, "DB_NAME": name}
    command.main([str(path), "--progress", "none"])


def start(db, mongo_url, path):
    # Forked from a server that has imported all this, a process starts in milliseconds
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__, "ingest.load"])
    loader = processes.Process(target=run_loader, args=(mongo_url, db.name, path))
    loader.start()
    return loader


def wait_for_import(db, loader):
    while not list(db["imports"].find({})):
        assert loader.is_alive()
        time.sleep(0.005)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a matter of POSIX")
def test_a_load_killed_at_random_moments_ends_in_the_same_store(mongo_url, telemetry):
    undisturbed = new_database(mongo_url)
    loader = start(undisturbed, mongo_url, telemetry)
    wait_for_import(undisturbed, loader)
    began = time.monotonic()
    loader.join(120)
    assert loader.exitcode == 0
    seconds = time.monotonic() - began
    expected = dump(undisturbed)

    interrupted = 0
    for _ in range(ROUNDS):
        db = new_database(mongo_url)
        loader = start(db, mongo_url, telemetry)
        wait_for_import(db, loader)
        moment = random.uniform(0, seconds)
        time.sleep(moment)
        loader.kill()
        loader.join(60)
        interrupted += loader.exitcode == -signal.SIGKILL
        recover(db)
        # What is there after the repair is in itself consistent: sums equal what is stored
        stored = sum(len(bucket["events"]) for bucket in db["event_buckets"].find({}))
        rollups = db["daily_usage"].find({})
        assert sum(row["events"] for day in rollups for row in day["rows"]) == stored, moment
        load(db, [telemetry])
        assert dump(db) == expected, moment
        assert db["imports"].find_one({"state": "open"}) is None
    assert interrupted >= ROUNDS // 2, "most rounds must have hit a running load"
