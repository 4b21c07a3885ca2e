"""Reading in a thread and in a process of its own: the same windows, and no reader left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ingest import worker
from ingest.files.source_file import find_files
from ingest.load import load
from ingest.sources import recognise
from tests.factories import dump
from tests.ingest.batches import batch, jsonl, session

ROOT = Path(__file__).parents[2]


@pytest.fixture
def files(tmp_path):
    """Write two files of telemetry and one with a torn line."""
    for number in range(2):
        batches = [batch(*session(f"s{number}-{n}", events=30)) for n in range(20)]
        (tmp_path / f"{number}.jsonl").write_bytes(jsonl(*batches))
    (tmp_path / "torn.jsonl").write_bytes(jsonl(batch(*session("t"))) + b'{"messageType"')
    return tmp_path


@pytest.fixture
def processes(monkeypatch):
    """Read everything in a process of its own, and note which."""
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(worker, "MUCH", 0)
    monkeypatch.setattr(worker.subprocess, "Popen", Noted)
    return started


def plan_of(folder):
    return [(file, recognise(file)) for file in find_files([folder])]


def everything(plan, user=None):
    with worker.reading(plan, user) as read:
        return [list(read(file, source, lambda _count: None)) for file, source in plan]


def test_both_ways_read_the_same(files, processes, monkeypatch):
    plan = plan_of(files)
    there = everything(plan)
    assert len(processes) == 1
    monkeypatch.setattr(worker, "MUCH", 10**12)
    assert everything(plan) == there
    assert len(processes) == 1
    assert [sum(len(window.get("event", ())) for window in windows) for windows in there] == [
        600, 600, 10,
    ]  # fmt: skip


def test_the_process_runs_our_code_whatever_lies_in_the_working_directory(
    files, processes, tmp_path, monkeypatch
):
    plan = plan_of(files)
    for name in ("ingest", "analytics"):
        (tmp_path / "project" / name).mkdir(parents=True)
        (tmp_path / "project" / name / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path / "project")
    assert everything(plan)


def test_a_load_makes_the_same_store_either_way(db, files, processes, monkeypatch, mongo_url):
    from store.connection import connect

    other = connect(mongo_url, f"{db.name}_beside")
    try:
        counts = load(db, [files])
        monkeypatch.setattr(worker, "MUCH", 10**12)
        assert load(other, [files]).as_dict() == counts.as_dict()
        assert dump(other) == dump(db)
    finally:
        other.client.drop_database(other.name)


def test_progress_is_reported_while_files_are_read(db, files, processes):
    steps = []
    load(db, [files], progress=lambda done, total, label: steps.append((done, total, label)))
    assert "1.jsonl" in {label for _, _, label in steps}
    assert all(done <= total for done, total, _ in steps)


def test_transcripts_belong_to_whom_was_named(tmp_path, processes):
    (tmp_path / "t.jsonl").write_text(
        '{"type":"user","uuid":"u-1","sessionId":"s-1","timestamp":"2026-01-20T12:00:00.000Z",'
        '"cwd":"/work/shop","message":{"role":"user","content":"hello"}}\n'
    )
    ((window,),) = everything(plan_of(tmp_path), user="Ada@Example.com")
    assert [event["user_id"] for event in window["event"]] == ["ada@example.com"]


def test_a_reader_ends_with_a_load_that_fails(db, files, processes):
    def stop(_done, _total, _label):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        load(db, [files], progress=stop)
    assert processes[0].poll() is not None


def test_a_reader_that_dies_is_a_clear_error(files, processes):
    plan = plan_of(files)
    with worker.reading(plan) as read:
        (process,) = processes
        process.kill()  # before it has imported what it needs
        file, source = plan[0]
        with pytest.raises(worker.ReaderError, match="ended with status -9"):
            list(read(file, source, lambda _count: None))


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a matter of POSIX")
def test_a_reader_ends_when_its_loader_is_killed(files, tmp_path):
    pid_file = tmp_path / "reader.pid"
    code = (
        "import sys, pathlib, time\n"
        "from ingest import worker as reader\n"
        "from tests.ingest.test_worker import plan_of\n"
        "reader.MUCH = 0\n"
        "start = reader.subprocess.Popen\n"
        "def noted(*a, **k):\n"
        "    process = start(*a, **k)\n"
        "    pathlib.Path(sys.argv[2]).write_text(str(process.pid))\n"
        "    return process\n"
        "reader.subprocess.Popen = noted\n"
        "with reader.reading(plan_of(pathlib.Path(sys.argv[1]))) as read:\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    loader = subprocess.Popen(
        [worker.sys.executable, "-c", code, str(files), str(pid_file)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    with loader:
        assert loader.stdout.readline() == b"ready\n"
        loader.send_signal(signal.SIGKILL)
    pid = int(pid_file.read_text())
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _is_running(pid):
        time.sleep(0.05)
    assert not _is_running(pid)


def _is_running(pid):
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
