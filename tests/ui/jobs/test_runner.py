from __future__ import annotations

import threading
import time

import pytest

from ui.jobs.runner import Failed, Jobs


@pytest.fixture
def jobs():
    registry = Jobs()
    yield registry
    registry.close()


def finish(jobs: Jobs, seconds: float = 30):
    end = time.monotonic() + seconds
    while jobs.latest.is_running:
        assert time.monotonic() < end
        time.sleep(0.02)
    return jobs.latest


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a function that makes a module which a job can run as a command."""

    def make(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text)
        return name

    monkeypatch.setattr("ui.jobs.runner._ROOT", tmp_path)
    return make


def test_job_ends_done(jobs):
    jobs.start("A job", lambda run: run.step("A step"))
    job = finish(jobs)
    assert (job.state, job.title, job.step) == ("done", "A job", "A step")


def test_only_one_job_runs_at_a_time(jobs):
    release = threading.Event()
    jobs.start("First", lambda _run: release.wait(10) and None)
    assert jobs.start("Second", lambda _run: None) is None
    release.set()
    assert finish(jobs).title == "First"
    assert jobs.start("Third", lambda _run: None) is not None


def test_failed_job_has_the_reason(jobs):
    def work(_run):
        raise Failed("The disk is full.")

    jobs.start("A job", work)
    job = finish(jobs)
    assert (job.state, job.message) == ("failed", "The disk is full.")


def test_step_reports_its_progress(jobs):
    jobs.start("A job", lambda run: run.report(3, 4, "adding up"))
    job = finish(jobs)
    assert (job.fraction, job.step) == (0.75, "Adding up")


def test_command_reports_progress_and_returns_its_result(jobs, program):
    module = program(
        "counts",
        "import json\nprint(json.dumps({'done': 1, 'total': 2}))\nprint(json.dumps({'read': 5}))\n",
    )
    results = []
    jobs.start("A job", lambda run: results.append(run.command([module])))
    job = finish(jobs)
    assert job.state == "done", job.message
    assert results == [{"read": 5}]
    assert job.fraction == 0.5


def test_command_ignores_modules_in_the_working_directory(jobs, program, tmp_path, monkeypatch):
    module = program("counts", "print('{\"read\": 5}')\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "counts.py").write_text("print('{\"read\": 0}')\n")
    monkeypatch.chdir(folder)
    results = []
    jobs.start("A job", lambda run: results.append(run.command([module])))
    job = finish(jobs)
    assert job.state == "done", job.message
    assert results == [{"read": 5}]


def test_failed_command_is_reported_with_its_last_line(jobs, program):
    module = program("fails", "import sys\nsys.exit('ingest: no such file')\n")
    jobs.start("A job", lambda run: run.command([module]) and None)
    job = finish(jobs)
    assert (job.state, job.message) == ("failed", "ingest: no such file")


def test_command_without_a_result_has_failed(jobs, program):
    module = program("dies", 'import sys\nprint(\'{"done": 1, "total": 2}\')\nsys.exit(1)\n')
    jobs.start("A job", lambda run: run.command([module], accepts=(0, 1)) and None)
    assert finish(jobs).state == "failed"


def test_cancel_terminates_the_command(jobs, program, tmp_path):
    module = program("sleeps", "import time\nprint('{}', flush=True)\ntime.sleep(60)\n")
    jobs.start("A job", lambda run: run.command([module]) and None)
    time.sleep(0.3)
    started = time.monotonic()
    jobs.cancel()
    assert finish(jobs).state == "cancelled"
    assert time.monotonic() - started < 20


def test_folder_of_a_job_is_removed(jobs):
    seen = []

    def work(run):
        (run.folder / "upload").write_text("x")
        seen.append(run.folder)

    jobs.start("A job", work)
    finish(jobs)
    assert not seen[0].exists()


def test_close_cancels_the_running_job(jobs):
    jobs.start("A job", lambda run: [run.check() or time.sleep(0.05) for _ in range(400)] and None)
    jobs.close()
    assert not jobs.latest.is_running
