"""The same telemetry is in every format, and the loader finds it there."""

from __future__ import annotations

from collections import Counter

import pytest

from analytics import Filters, headline_totals
from benchmarks.formats import FORMATS, batches_of
from benchmarks.sources import count_documents, write_all
from benchmarks.workspace import LAST_DAY, run
from ingest.load import load
from store.events import metric_points
from store.events.bucket import unpack

EVENTS = 600


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    run(
        "generators", "telemetry", "--seed", "42", "--end", LAST_DAY.isoformat(), "--users", "4",
        "--sessions", "12", "--days", "3", "--output", str(folder), "--progress", "none",
    )  # fmt: skip
    return folder / "telemetry_logs.jsonl"


@pytest.fixture(scope="module")
def files(log, tmp_path_factory):
    return write_all(tmp_path_factory.mktemp("formats"), log, EVENTS)


def events_of(db):
    return [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]


def test_about_so_many_events_are_taken(log):
    counts = [len(batch["logEvents"]) for batch in batches_of(log, EVENTS)]
    assert EVENTS <= sum(counts) < EVENTS + max(counts)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_recognised_without_rejected_records(db, files, name):
    summary = load(db, [files[name]])
    assert summary.rejected == 0
    assert summary.inserted == count_documents(files[name]) > EVENTS / 2


@pytest.mark.parametrize("name", [name for name in FORMATS if "Collector" in name])
def test_the_collector_holds_the_events_of_the_batches(db, files, name):
    summary = load(db, [files["CloudWatch batches"]])
    again = load(db, [files[name]])
    assert (again.inserted, again.read) == (0, summary.inserted)


@pytest.mark.parametrize("name", ["transcripts", "the older CSV"])
def test_other_formats_hold_as_many_calls_and_tokens(db, files, name):
    load(db, [files["CloudWatch batches"]])
    batches = [event for event in events_of(db) if event["event_type"] == "api_request"]
    db["event_buckets"].delete_many({})
    load(db, [files[name]])
    other = [event for event in events_of(db) if event["event_type"] == "api_request"]
    for field in ("input_tokens", "output_tokens"):
        assert sum(event[field] for event in other) == sum(event[field] for event in batches)
    assert Counter(event["model"] for event in other) == Counter(e["model"] for e in batches)


def test_metrics_hold_as_many_tokens_and_no_events(db, files):
    load(db, [files["CloudWatch batches"]])
    tokens = sum(
        event.get(f"{kind}_tokens", 0)
        for event in events_of(db)
        if event["event_type"] == "api_request"
        for kind in ("input", "output", "cache_read", "cache_creation")
    )
    whole = Filters(LAST_DAY.replace(day=1), LAST_DAY.replace(day=28))
    assert headline_totals(db, whole).total_tokens == tokens
    load(db, [files["metrics, JSON lines"]])
    points = [
        point for bucket in db["metric_points"].find({}) for point in metric_points.unpack(bucket)
    ]
    total = sum(point["value"] for point in points if point["metric"] == "token.usage")
    assert total == tokens
    assert headline_totals(db, whole).total_tokens == tokens
