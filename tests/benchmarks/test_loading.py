"""The older loader reads the same events, and a profile lists the slowest functions."""

from __future__ import annotations

import cProfile

from benchmarks import older
from benchmarks.loading import hottest
from ingest.files.source_file import SourceFile
from ingest.record_kinds import EVENT
from ingest.sources import recognise
from tests.ingest.batches import batch, jsonl, session


def test_the_older_loader_reads_the_same_events(tmp_path):
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(jsonl(batch(*session("s1", events=12)), batch(*session("s2", events=3))))
    before = list(older.flat_events(older.read_as_before(path.read_text("utf-8").splitlines()), {}))
    file = SourceFile(path, path.name)
    ours = [event for kind, event in recognise(file).documents(file) if kind == EVENT]
    assert len(ours) == 15
    for old, new in zip(before, ours, strict=True):
        assert old["timestamp"] == new["timestamp"]
        assert old["session_id"] == new["session_id"]
        assert old["event_type"] == new["event_type"]
        assert old["model"] == new.get("model", "")
        assert old["input_tokens"] == new.get("input_tokens", 0)


def slow():
    number = 0
    while number < 200_000:
        number += 1


def quick():
    slow()


def test_the_function_that_takes_most_by_itself_comes_first():
    profile = cProfile.Profile()
    profile.runcall(quick)
    slowest, *others = hottest(profile, events=2)
    assert slowest[:2] == ("test_loading.slow", 0.5)
    whole = {name: cumulative for name, _, _, cumulative in others}
    assert whole["test_loading.quick"] >= slowest[3] >= slowest[2] > 0
