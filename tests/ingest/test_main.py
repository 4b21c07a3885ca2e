import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ingest.batches import batch, jsonl, session

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def environment(mongo_url, db):
    return os.environ | {"MONGO_URL": mongo_url, "DB_NAME": db.name}


@pytest.fixture
def ingest(environment):
    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "-m", "ingest", *map(str, arguments)],
            cwd=ROOT, env=environment | variables, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def telemetry(tmp_path):
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(jsonl(batch(*session("a"))))
    return path


def events(db):
    return sum(row["events"] for day in db["daily_usage"].find({}) for row in day["rows"])


def test_all_good_is_status_0_and_the_counts_are_printed(ingest, telemetry, db):
    done = ingest(telemetry)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows == [
        ["read", "10"], ["inserted", "10"], ["changed", "0"], ["unchanged", "0"], ["rejected", "0"],
    ]  # fmt: skip
    assert events(db) == 10


def test_some_rejected_is_status_1_and_json_has_exactly_these_keys(ingest):
    done = ingest(FIXTURES / "cloudwatch.jsonl", "--people", FIXTURES / "employees.csv", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "read": 18,
        "inserted": 14,
        "changed": 0,
        "unchanged": 0,
        "rejected": 4,
        "reasons": {
            "person without an e-mail address": 1,
            "message is not JSON": 1,
            "event without a valid time": 1,
            "torn record": 1,
        },
    }


def test_skipped_records_and_reasons_are_printed(ingest):
    done = ingest(FIXTURES / "cloudwatch.jsonl", "--dry-run")
    assert "1  torn record" in done.stdout
    assert "1  control message" in done.stdout
    assert done.stdout.rstrip().endswith("dry run: nothing was written")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.txt", "hello", "notes.txt is of no known format. Tried: CloudWatch"),
        ("empty.jsonl", "", "empty.jsonl: empty file"),
        ("gone.jsonl", None, "No such file or folder: "),
    ],
)
def test_nothing_done_is_status_2_and_one_clear_line(ingest, tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    done = ingest(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_store_that_does_not_answer_is_status_2_without_a_password(ingest, telemetry):
    done = ingest(telemetry, MONGO_URL="mongodb://me:secret@127.0.0.1:1/?connectTimeoutMS=100")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_an_unknown_source_to_replace_is_status_2(ingest, telemetry):
    done = ingest(telemetry, "--replace", "everything")
    assert done.returncode == 2
    assert "cloudwatch" in done.stderr


def test_progress_for_programs_is_lines_of_json_before_the_counts(ingest, telemetry):
    done = ingest(telemetry, "--progress", "json", "--json")
    *steps, counts = [json.loads(line) for line in done.stdout.splitlines()]
    assert counts["inserted"] == 10
    assert all(set(step) == {"done", "total", "label"} for step in steps)
    assert steps[-1]["done"] == steps[-1]["total"] == telemetry.stat().st_size


def test_two_runs_at_once_count_everything_once(environment, tmp_path, db):
    paths = []
    for number in range(2):
        shared = session("shared", events=30)
        own = session(f"own {number}", events=30)
        paths.append(tmp_path / f"{number}.jsonl")
        paths[-1].write_bytes(jsonl(batch(*shared), batch(*own)))
    command = [sys.executable, "-m", "ingest"]
    runs = [subprocess.Popen([*command, str(p)], cwd=ROOT, env=environment) for p in paths]
    assert [run.wait(120) for run in runs] == [0, 0]
    assert events(db) == 90


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_after_a_kill_the_same_command_makes_everything_true(
    environment, ingest, tmp_path, db, how
):
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(jsonl(*(
        batch(*session(f"s{number}", events=100, offset_ms=number * 3_600_000))
        for number in range(120)
    )))  # fmt: skip
    command = [sys.executable, "-m", "ingest", str(path)]
    run = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    while db["event_buckets"].find_one({}) is None:
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(how)
    assert run.wait(60) in (-signal.SIGKILL, 130)
    done = ingest(path, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["read"] == 12_000
    assert events(db) == 12_000
    assert db["imports"].find_one({"state": "open"}) is None
