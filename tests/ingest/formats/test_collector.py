"""Files of the collector and saved bodies: the same documents in every form."""

from __future__ import annotations

import gzip

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.files.compression import zstd
from ingest.files.source_file import SourceFile
from ingest.formats.collector import documents, recognise
from ingest.load import load
from ingest.record_kinds import EVENT, POINT, REJECT, SKIPPED
from tests.ingest.batches import batch, jsonl, log_event, message
from tests.ingest.files.test_length_prefixed import framed
from tests.ingest.otlp.test_decode import traces
from tests.ingest.otlp_bodies import (
    api_request,
    json_logs,
    json_metrics,
    point,
    protobuf_logs,
    protobuf_metrics,
)

COMMITS = "claude_code.commit.count"
SPANS = orjson.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "a"}]}]}]})
LINES = [
    json_logs(api_request(0), api_request(1)),
    json_metrics(COMMITS, point()),
    SPANS,
    json_logs(api_request(2)),
]
MESSAGES = [
    protobuf_logs(api_request(0), api_request(1)),
    protobuf_metrics(COMMITS, point()),
    traces(),
    protobuf_logs(api_request(2)),
]
WRAPPED = [
    orjson.dumps({"ts": 1, "contentType": "application/json", "url": "/v1/logs", "body": body})
    for body in map(orjson.loads, LINES)
]
FORMS = {
    "lines": b"\n".join(LINES),
    "lines, gzip": gzip.compress(b"\n".join(LINES)),
    "lines, zstd": zstd.compress(b"\n".join(LINES)),
    "lines without newlines": b"".join(LINES),
    "one array": b"[" + b",".join(LINES) + b"]",
    "wrapped lines": b"\n".join(WRAPPED),
    "protobuf messages": framed(*MESSAGES),
    "compressed messages of JSON": framed(*map(zstd.compress, LINES)),
    "compressed messages of protobuf": framed(*map(zstd.compress, MESSAGES)),
}


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "collected"
        path.write_bytes(content)
        return SourceFile(path, "collected")

    return written


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_documents(file, form):
    written = file(FORMS[form])
    assert recognise(written)
    mapped = list(documents(written))
    assert [kind for kind, _ in mapped] == [EVENT, EVENT, POINT, SKIPPED, EVENT]
    assert mapped == list(documents(file(FORMS["lines"])))
    assert {item["source"] for kind, item in mapped if kind != SKIPPED} == {"collector"}


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (json_logs(api_request()), [EVENT]),
        (protobuf_logs(api_request()), [EVENT]),
        (protobuf_metrics(COMMITS, point()), [POINT]),
        (orjson.dumps(orjson.loads(LINES[0]), option=orjson.OPT_INDENT_2), [EVENT, EVENT]),
        (traces(), [SKIPPED]),
    ],
)
def test_a_saved_body_is_read(file, body, kinds):
    written = file(body)
    assert recognise(written)
    assert [kind for kind, _ in documents(written)] == kinds


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\n\n\n blank lines and text",
        b'{"message": "\\"resourceLogs\\":[1]"}',
        b"\x00\x00\x00\x05hello",
        jsonl(batch(log_event(message()))),
        b"email,name\nada@example.com,Ada\n",
    ],
)
def test_other_files_are_left_to_others(file, content):
    assert not recognise(file(content))


def test_torn_and_odd_lines_are_rejected_one_by_one(file):
    content = b"\n".join([LINES[0], b'{"other": 1}', LINES[3], LINES[1][:40]])
    mapped = list(documents(file(content)))
    assert [kind for kind, _ in mapped] == [EVENT, EVENT, REJECT, EVENT, REJECT]
    reasons = [item.reason for kind, item in mapped if kind == REJECT]
    assert reasons == ["not an OTLP payload", "torn record"]


def test_a_damaged_message_does_not_hide_the_next(file):
    mapped = list(documents(file(framed(MESSAGES[0], b"\x0a\xff\xff", MESSAGES[3]))))
    assert [kind for kind, _ in mapped] == [EVENT, EVENT, REJECT, EVENT]


@given(st.data())
def test_a_changed_byte_never_stops_the_reading(file, data):
    content = bytearray(FORMS[data.draw(st.sampled_from(sorted(FORMS)))])
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    written = file(bytes(content))
    recognise(written)
    assert all(len(document) == 2 for document in documents(written))


def test_loading_in_two_forms_counts_once(db, file, tmp_path):
    first = load(db, [file(FORMS["lines"]).path])
    assert (first.inserted, first.rejected, first.skipped.total()) == (4, 0, 1)
    second = load(db, [file(FORMS["protobuf messages"]).path])
    assert (second.inserted, second.changed, second.unchanged) == (0, 0, 4)
    (day,) = db["daily_metrics"].find({})
    assert [row["value"] for row in day["rows"]] == [1]
    (day,) = db["daily_models"].find({})
    assert [row["api_requests"] for row in day["rows"]] == [3]


def test_a_dry_run_counts_points_too(db, file):
    path = file(FORMS["lines"]).path
    assert load(db, [path], dry_run=True).inserted == 4
    load(db, [path])
    assert load(db, [path], dry_run=True).unchanged == 4
