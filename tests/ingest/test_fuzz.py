"""Whatever a file or a request holds: no crash, nothing lost unseen, no content stored."""

from __future__ import annotations

import gzip
import os
import tomllib
from collections import Counter
from pathlib import Path

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.files.source_file import SourceFile
from ingest.load import IngestError, load
from ingest.otlp import writer
from ingest.otlp.http import receive
from ingest.record_kinds import REJECT, SAAS, SKIPPED
from ingest.sources import recognise
from tests.factories import dump
from tests.ingest.good_files import PATH, SECRET, good_files, write
from tests.ingest.otlp_bodies import (
    api_request,
    json_logs,
    json_metrics,
    point,
    protobuf_logs,
    protobuf_metrics,
)
from tests.ingest.spoiling import spoilt_bytes, spoilt_json
from tests.saas_factories import dump_saas

CORPUS = Path(__file__).parent / "corpus"
EXPECTED = tomllib.loads((CORPUS / "expected.toml").read_text())

GOOD = good_files()
JSON_FILES = [name for name in GOOD if name.endswith(("cloudwatch.jsonl", "collector.jsonl"))]
JSON_FILES += [PATH, "saas.json"]

EXCERPT_LIMIT = 200
LARGEST_DOCUMENT = 500_000

BODIES = {
    "logs": (json_logs(api_request(0), api_request(1)), protobuf_logs(api_request(0))),
    "metrics": (json_metrics("claude_code.commit.count", point()),
                protobuf_metrics("claude_code.commit.count", point())),
}  # fmt: skip


def names(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "expected.toml"
    )


def contents(db):
    return {**dump(db), **dump_saas(db), "people": list(db["people"].find({}).sort("_id"))}


def counted(summary):
    """Return the counts that are not nothing, by the names that `expected.toml` has for them."""
    counts = {
        "inserted": summary.inserted,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
        "rejected": dict(summary.reasons),
        "skipped": dict(summary.skipped),
    }
    return {name: value for name, value in counts.items() if value or name == "inserted"}


def shows_no_content(excerpt):
    """Whether an excerpt is short and shows no two words of `SECRET`."""
    parts = (SECRET[start : start + 12] for start in range(len(SECRET) - 12))
    return len(excerpt) <= EXCERPT_LIMIT and not any(words in excerpt for words in parts)


def assert_sound(path, name):
    """Read a file: everything in it is fit to be stored, rejected or passed over, and counted."""
    read, skipped = 0, Counter()
    source = recognise(SourceFile(path, name))
    for kind, document in source.documents(SourceFile(path, name)) if source else ():
        if kind == SKIPPED:
            skipped[document] += 1
            continue
        read += 1
        if kind == REJECT:
            assert shows_no_content(document.excerpt)
            assert bson.encode({document.reason: document.excerpt})
        else:
            fields = document[1] if kind == SAAS else document
            assert len(bson.encode(fields)) < LARGEST_DOCUMENT
    assert bson.encode(skipped)
    return source is not None, read, skipped


def assert_same_counts(db, path, name):
    is_known, read, skipped = assert_sound(path, name)
    if not is_known:
        with pytest.raises(IngestError):
            load(db, [path], dry_run=True)
        return
    summary = load(db, [path], dry_run=True)
    assert (summary.read, summary.skipped) == (read, skipped)


def assert_stored_once(db, path, name):
    """Load a file twice: what was read is counted, and the second load adds nothing."""
    if assert_sound(path, name)[0]:
        assert_nothing_new(db, path, load(db, [path]))


def assert_nothing_new(db, path, summary):
    """Load a file again: what was read is counted as before, and adds nothing."""
    before = contents(db)
    again = load(db, [path])
    assert contents(db) == before
    assert (again.inserted, again.changed) == (0, 0)
    assert (again.read, again.reasons, again.skipped) == (
        summary.read, summary.reasons, summary.skipped,
    )  # fmt: skip


def test_the_corpus_and_what_is_expected_of_it_are_complete():
    assert names(CORPUS) == sorted(EXPECTED)


@pytest.mark.parametrize("name", [n for n, case in EXPECTED.items() if "unreadable" not in case])
def test_every_record_of_the_corpus_is_stored_once_or_rejected(db, name):
    summary = load(db, [CORPUS / name])
    assert counted(summary) == EXPECTED[name]
    rejects = {row["reason"]: row for row in db["rejects"].find({})}
    assert {reason: row["count"] for reason, row in rejects.items()} == summary.reasons
    for reject in rejects.values():
        assert len(reject["rows"]) == reject["count"]
        assert all(shows_no_content(row["excerpt"]) for row in reject["rows"])
    (entry,) = db["imports"].find({})
    assert (entry["state"], entry["counts"]["read"]) == ("done", summary.read)
    assert_sound(CORPUS / name, name)
    assert_nothing_new(db, CORPUS / name, summary)


@pytest.mark.parametrize("name", [n for n, case in EXPECTED.items() if "unreadable" in case])
def test_a_file_of_which_nothing_can_be_read_is_rejected_with_a_reason(db, name):
    with pytest.raises(IngestError, match=EXPECTED[name]["unreadable"]):
        load(db, [CORPUS / name])
    assert db["imports"].count_documents({}) == 0


def test_the_whole_corpus_at_once_loses_nothing(db):
    files = [CORPUS / name for name in EXPECTED]
    summary = load(db, files)
    unreadable = [name for name, case in EXPECTED.items() if "unreadable" in case]
    expected = len(unreadable) + sum(
        case.get("inserted", 0)
        + case.get("changed", 0)
        + case.get("unchanged", 0)
        + sum(case.get("rejected", {}).values())
        for case in EXPECTED.values()
    )
    assert summary.read == expected
    assert db["imports"].count_documents({"state": "rejected"}) == len(unreadable)


def test_no_words_of_the_good_files_reach_the_store(db, tmp_path):
    load(db, [write(tmp_path, name, content) for name, content in GOOD.items()])
    for collection in db.list_collection_names():
        for document in db[collection].find({}):
            assert SECRET[:20] not in repr(document)


@pytest.mark.skipif(os.name != "posix", reason="names of files are text there")
def test_a_name_that_is_no_text_is_no_reason_not_to_load(db, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jsonl"))
    path.write_bytes(GOOD[PATH])
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / os.fsdecode(b"unknown \xff")).write_bytes(b"?")
    summary = load(db, [tmp_path])
    assert (summary.inserted, summary.reasons) == (7, {"unknown format": 1})


@pytest.mark.parametrize("name", GOOD)
@given(data=st.data())
@settings(max_examples=25)
def test_spoilt_bytes_are_read_rejected_or_passed_over(db, tmp_path, name, data):
    content = data.draw(spoilt_bytes(GOOD[name]))
    assert_same_counts(db, write(tmp_path, name, content), name)


@pytest.mark.parametrize("name", JSON_FILES)
@given(data=st.data())
@settings(max_examples=50)
def test_spoilt_values_are_read_rejected_or_passed_over(db, tmp_path, name, data):
    content = data.draw(spoilt_json(GOOD[name]))
    assert_same_counts(db, write(tmp_path, name, content), name)


@pytest.mark.parametrize("name", GOOD)
@given(data=st.data())
@settings(max_examples=5)
def test_spoilt_files_are_stored_once(db, tmp_path, name, data):
    spoilt = spoilt_json if name in JSON_FILES else spoilt_bytes
    assert_stored_once(db, write(tmp_path, name, data.draw(spoilt(GOOD[name]))), name)


@pytest.mark.parametrize("signal", ["logs", "metrics", "traces"])
@given(data=st.data())
@settings(max_examples=50)
def test_the_receiver_answers_whatever_is_sent(db, signal, data):
    in_json, in_protobuf = BODIES.get(signal, BODIES["logs"])
    body, kind = data.draw(
        st.tuples(
            spoilt_json(in_json) | spoilt_bytes(in_json) | st.binary(), st.just("application/json")
        )
        | st.tuples(
            spoilt_bytes(in_protobuf) | st.binary(),
            st.sampled_from(["application/x-protobuf", "text/plain", ""]),
        )
    )
    headers = {"content-type": kind}
    if data.draw(st.booleans()):
        headers["content-encoding"] = "gzip"
        body = gzip.compress(body) if data.draw(st.booleans()) else body
    answer = receive(db, signal, headers, body)
    assert 200 <= answer.status < 500
    assert answer.status < 300 or answer.body


@pytest.fixture(autouse=True)
def _live_ends():
    yield
    writer.close()
