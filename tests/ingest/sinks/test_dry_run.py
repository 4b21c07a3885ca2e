"""A dry run counts what the load after it counts, to the last record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.worker
from ingest.load import IngestError, load
from ingest.sinks import saas
from store.events import write as bucket_writing
from store.saas import records
from tests.factories import clear, everything
from tests.ingest.batches import batch, jsonl, session
from tests.ingest.good_files import PATH, good_files, write
from tests.ingest.spoiling import spoilt_bytes, spoilt_json

GOOD = good_files()
JSON_LINES = ["cloudwatch.jsonl", "collector.jsonl", PATH]
TABLES = ["events.csv", "sessions.csv", "employees.csv"]


@pytest.fixture(autouse=True)
def _small_windows_and_buckets(monkeypatch):
    monkeypatch.setattr(ingest.worker, "WINDOW", 3)
    monkeypatch.setattr(saas, "WINDOW", 5)
    monkeypatch.setattr(bucket_writing, "MAX_BUCKET_EVENTS", 6)
    monkeypatch.setattr(records, "MAX_BUCKET_RECORDS", 3)


def outcome(db, paths, **options):
    """Return all counts of a load, or that there was nothing to load."""
    try:
        summary = load(db, paths, **options)
    except IngestError as error:
        return str(error)
    return summary.as_dict(), summary.skipped


def state(db):
    stored = everything(db, sorted(db.list_collection_names()))
    return {name: sorted(documents, key=repr) for name, documents in stored.items()}


def assert_same_counts(db, paths, **options):
    before = state(db)
    preview = outcome(db, paths, dry_run=True, **options)
    assert state(db) == before
    assert outcome(db, paths, **options) == preview


@st.composite
def repeated(draw: st.DrawFn, name: str) -> bytes:
    """Strategy: the records of a good file in any order, some often, some changed or torn."""
    if name == "saas.json":
        return json.dumps({array: _versions(draw, records) for array, records in _saas()}).encode()
    head, *lines = (b"", *GOOD[name].splitlines()) if name in JSON_LINES else _table(name)
    drawn = draw(st.lists(st.sampled_from(lines), min_size=1, max_size=8))
    for place in draw(st.sets(st.integers(0, len(drawn) - 1), max_size=2)):
        spoilt = spoilt_json if name in JSON_LINES and draw(st.booleans()) else spoilt_bytes
        drawn[place] = draw(spoilt(drawn[place]))
    return b"".join(line + b"\n" for line in ([head] if head else []) + drawn)


def _saas():
    return json.loads(GOOD["saas.json"]).items()


def _table(name):
    return GOOD[name].splitlines()


def _versions(draw, records):
    drawn = draw(st.lists(st.sampled_from(records), max_size=8))
    change = {"status": "blocked", "status_code": 500, "last_login_at": "2026-02-01T00:00:00Z"}
    changes = [dict([item]) for item in change.items()]
    return [{**one, **draw(st.sampled_from([{}, *changes]))} for one in drawn]


@pytest.mark.parametrize("name", [*JSON_LINES, *TABLES, "saas.json"])
@given(data=st.data())
@settings(max_examples=8)
def test_a_dry_run_counts_as_the_load_that_follows(db, tmp_path, name, data):
    clear(db, db.list_collection_names())
    numbers = range(data.draw(st.integers(1, 3)))
    paths = [write(tmp_path / str(n), name, data.draw(repeated(name))) for n in numbers]
    assert_same_counts(db, paths)
    # And against a store that holds part of it already
    more = write(tmp_path / "more", name, data.draw(repeated(name)))
    assert_same_counts(db, [more, *paths])


def test_all_formats_together_and_what_describes_people_apart(db, tmp_path):
    paths = [write(tmp_path / "in", name, content) for name, content in GOOD.items()]
    assert_same_counts(db, paths, people=tmp_path / "in" / "employees.csv", user="ada@example.com")


def test_a_copy_in_the_same_run_is_unchanged(db, tmp_path):
    content = jsonl(*(batch(*session(f"s{n}", events=5)) for n in range(4)))
    for name in ("one.jsonl", "two.jsonl"):
        write(tmp_path, name, content)
    counts = load(db, [tmp_path], dry_run=True)
    assert (counts.read, counts.inserted, counts.unchanged) == (40, 20, 20)


def test_people_of_two_files_are_distinguished(db, tmp_path):
    write(tmp_path, "a.csv", b"email,name\nada@example.com,Ada\nbob@example.com,Bob\n")
    write(tmp_path, "b.csv", b"email,name\nada@example.com,Ada L.\nbob@example.com,Bob\n")
    counts = load(db, [tmp_path], dry_run=True)
    assert (counts.inserted, counts.changed, counts.unchanged) == (2, 1, 1)


def test_a_full_hour_rejects_as_many_as_the_load_would(db, tmp_path):
    path = write(tmp_path, "in.jsonl", jsonl(batch(*session("s", events=10))))
    counts = load(db, [path], dry_run=True)
    assert (counts.inserted, counts.rejected) == (6, 4)
    assert_same_counts(db, [path])


@pytest.mark.parametrize("source", ["cloudwatch", "synthetic", "saas", "collector"])
def test_what_is_to_be_replaced_is_thought_away(db, tmp_path, source):
    paths = [write(tmp_path / "in", name, content) for name, content in GOOD.items()]
    load(db, paths)
    assert_same_counts(db, paths, replace=source)
