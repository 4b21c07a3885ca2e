from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from analytics import headline_totals
from store.settings import reporting_zone
from tests.ui.apps import shown
from ui.jobs.panel import outcome
from ui.jobs.runner import Job, Jobs
from ui.jobs.tasks import DataSet, delete, import_files, import_uploads, load_demo, recompute
from ui.scope import EVERYTHING

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "cloudwatch"
TELEMETRY = SAMPLES / "telemetry_logs.jsonl.gz"

needs_samples = pytest.mark.skipif(
    not TELEMETRY.exists(), reason="no folder shared/samples beside the checkout"
)


@pytest.fixture
def jobs(mongo_url, db_name, monkeypatch):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    registry = Jobs()
    yield registry
    registry.close()


def finish(jobs: Jobs, seconds: float = 120):
    end = time.monotonic() + seconds
    while jobs.latest.is_running:
        assert time.monotonic() < end
        time.sleep(0.05)
    return jobs.latest


def first_records(count: int) -> bytes:
    with gzip.open(TELEMETRY) as lines:
        return b"".join(line for line, _ in zip(lines, range(count), strict=False))


@needs_samples
def test_uploaded_files_are_imported_and_deleted(db, jobs):
    upload = first_records(5) + b"not a record\n"
    people = (SAMPLES / "employees.csv").read_bytes()
    jobs.start("Import", import_uploads([("../../escape.jsonl", upload)], people))
    job = finish(jobs)
    assert job.state == "done", job.message
    assert job.counts["rejected"] == 1
    assert headline_totals(db, EVERYTHING).events == job.counts["inserted"] > 0

    jobs.start("Delete", delete("cloudwatch"))
    deletion = finish(jobs)
    assert deletion.counts["deleted"] == job.counts["inserted"]
    assert deletion.step.startswith("Recalculating")
    assert headline_totals(db, EVERYTHING).events == 0


def test_import_of_another_file_fails_with_one_line(db, jobs, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear store\n")
    jobs.start("Import", import_files([letter], None))
    job = finish(jobs)
    assert job.state == "failed"
    assert "letter.txt" in job.message
    assert "\n" not in job.message


def test_failed_upload_is_reported_with_its_name(db, jobs):
    jobs.start("Import", import_uploads([("letter.txt", b"Dear store")], None))
    job = finish(jobs)
    assert job.state == "failed"
    assert job.message.startswith("ingest: letter.txt is")


def test_outcome_of_a_demo_load_cancelled_while_generating(db, jobs):
    job = jobs.start("Loading", load_demo(DataSet(sessions=100_000)))
    while job.step != "Generating":
        time.sleep(0.001)
    jobs.cancel()
    assert finish(jobs).state == "cancelled"
    assert shown(outcome(job)).endswith("Nothing was loaded.")


def test_outcome_of_a_cancelled_import():
    assert "Events stored before the cancellation remain" in outcome(
        Job("Import", state="cancelled")
    )


def test_outcome_of_a_cancelled_recalculation(db, jobs):
    job = jobs.start("Pricing", recompute())
    while job.step != "Recalculating":
        time.sleep(0.001)
    jobs.cancel()
    assert finish(jobs).state == "cancelled"
    assert "until you recalculate costs" in outcome(job)
    assert "imported" not in outcome(job)


def test_recalculation_in_another_time_zone(db, jobs):
    jobs.start("Zone", recompute("Asia/Tokyo"))
    assert finish(jobs).state == "done"
    assert reporting_zone(db).key == "Asia/Tokyo"
    jobs.start("Zone", recompute("Mars/Olympus"))
    job = finish(jobs)
    assert (job.state, "'Mars/Olympus' is not a time zone" in job.message) == ("failed", True)
