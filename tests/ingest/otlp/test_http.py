"""OTLP over HTTP, without HTTP: every answer by the rules, every record once."""

from __future__ import annotations

import codecs
import gzip

import orjson
import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)
from pymongo import MongoClient

from ingest.otlp import writer
from ingest.otlp.http import LIMIT, MAX_RECORDS, TOKEN_VARIABLE, receive, reject
from store.events.bucket import unpack
from tests.factories import rows
from tests.ingest.otlp_bodies import (
    api_request,
    json_logs,
    json_metrics,
    point,
    protobuf_logs,
    protobuf_metrics,
)

JSON = {"content-type": "application/json"}
PROTOBUF = {"content-type": "application/x-protobuf"}
ZIPPED = {"content-encoding": "gzip"}
COMMITS = "claude_code.commit.count"


@pytest.fixture
def live_db(db):
    with time_machine.travel("2026-01-20T13:00Z"):  # an hour after the records
        yield db
        writer.close()


@pytest.fixture
def nowhere():
    client = MongoClient("mongodb://127.0.0.1:9/", serverSelectionTimeoutMS=100)
    yield client["nowhere"]
    client.close()
    writer.close()


def stored(db):
    return [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]


def test_one_batch_in_every_encoding_and_twice_is_stored_once(live_db):
    events = [api_request(number) for number in range(5)]
    in_json, in_protobuf = json_logs(*events), protobuf_logs(*events)
    for _ in range(2):
        for headers, body in (
            (JSON, in_json),
            (JSON | ZIPPED, gzip.compress(in_json)),
            (JSON | {"content-encoding": "GZIP"}, gzip.compress(in_json)),
            (JSON | {"content-encoding": "x-gzip"}, gzip.compress(in_json)),
            (JSON | ZIPPED, gzip.compress(in_json[:700]) + gzip.compress(in_json[700:])),
            (JSON, codecs.BOM_UTF8 + in_json),
            (JSON | ZIPPED, gzip.compress(codecs.BOM_UTF8 + in_json)),
            ({"content-type": "application/json; charset=utf-8"}, in_json),
            (PROTOBUF, in_protobuf),
            (PROTOBUF | ZIPPED, gzip.compress(in_protobuf)),
        ):
            answer = receive(live_db, "logs", headers, body)
            assert answer.status == 200
            is_json = answer.content_type == "application/json"
            assert answer.body == (b"{}" if is_json else b"")
    assert len(stored(live_db)) == 5
    assert {event["source"] for event in stored(live_db)} == {"otlp"}
    writer.close()
    (entry,) = live_db["imports"].find({})
    assert (entry["counts"]["inserted"], entry["counts"]["unchanged"]) == (5, 95)
    assert sum(row["api_requests"] for row in rows(live_db, "daily_models")) == 5


def test_metrics_are_stored_once_and_never_added_to_events(live_db):
    receive(live_db, "logs", JSON, json_logs(api_request()))
    for headers, body in (
        (JSON, json_metrics("claude_code.cost.usage", point(value=0.25))),
        (PROTOBUF, protobuf_metrics("claude_code.cost.usage", point(value=0.25))),
    ):
        assert receive(live_db, "metrics", headers, body).status == 200
    writer.close()
    assert [row["value"] for row in rows(live_db, "daily_metrics")] == [0.25]
    assert [row["cost_usd"] for row in rows(live_db, "daily_usage")] == [0.25]


def test_traces_are_taken_and_not_kept(live_db):
    for headers, body in ((JSON, b'{"resourceSpans": []}'), (PROTOBUF, b"")):
        assert receive(live_db, "traces", headers, body).status == 200
    assert not list(live_db["imports"].find({}))


def test_an_empty_request_is_a_success(live_db):
    assert receive(live_db, "logs", JSON, b"{}") == (200, "application/json", b"{}")
    assert receive(live_db, "logs", PROTOBUF, b"") == (200, "application/x-protobuf", b"")


def test_rejected_records_are_counted_and_the_others_stored(live_db):
    events = [api_request(), {"event.timestamp": "2026-01-20T12:00:00Z"}]
    answer = receive(live_db, "logs", JSON, json_logs(*events))
    assert answer.status == 200
    assert orjson.loads(answer.body) == {
        "partialSuccess": {
            "rejectedLogRecords": "1",
            "errorMessage": "event without a name (1)",
        }
    }
    answer = receive(live_db, "logs", PROTOBUF, protobuf_logs(*events))
    partial = ExportLogsServiceResponse.FromString(answer.body).partial_success
    assert (partial.rejected_log_records, partial.error_message) == (1, "event without a name (1)")
    assert len(stored(live_db)) == 1


def test_rejected_points_are_counted(live_db):
    points = [point(), point() | {"time": 0}]
    answer = receive(live_db, "metrics", JSON, json_metrics(COMMITS, *points))
    assert orjson.loads(answer.body)["partialSuccess"]["rejectedDataPoints"] == "1"
    answer = receive(live_db, "metrics", PROTOBUF, protobuf_metrics(COMMITS, *points))
    partial = ExportMetricsServiceResponse.FromString(answer.body).partial_success
    assert partial.rejected_data_points == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (JSON, b"not json", 400),
        (JSON, b"[]", 400),
        (PROTOBUF, b"\xff\xff", 400),
        (JSON | ZIPPED, b"no gzip", 400),
        (JSON | ZIPPED, gzip.compress(b"{}")[:-4], 400),
        (JSON | ZIPPED, gzip.compress(b"{}") + b"tail", 400),
        (JSON | {"content-encoding": "br"}, b"{}", 415),
        ({"content-type": "text/plain"}, b"{}", 415),
        ({}, b"{}", 415),
        (JSON, b" " * (LIMIT + 1), 413),
        (JSON | ZIPPED, gzip.compress(b" " * (LIMIT + 1)), 413),
        (JSON | {"content-length": str(LIMIT + 1)}, b"", 413),
        (JSON, json_logs(*[{}] * (MAX_RECORDS + 1)), 413),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_gets_a_reason_and_is_not_sent_again(live_db, headers, body, status):
    answer = receive(live_db, "logs", headers, body)
    assert answer.status == status
    if answer.content_type == "application/json":
        assert orjson.loads(answer.body)["message"].endswith(".")
    else:
        assert answer.body.startswith(b"\x08\x03\x12")


def test_a_long_message_in_protobuf_has_its_length_before_it(monkeypatch):
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    answer = reject(PROTOBUF)
    text = answer.body[3:].decode()
    assert text.endswith("with the value of TOKENFLOW_INGEST_TOKEN.")
    assert answer.body[2:3] == bytes([0x12])


def test_while_the_store_is_down_clients_are_asked_to_come_again(nowhere):
    for headers, body in (
        (JSON, json_logs(api_request())),
        (PROTOBUF, protobuf_logs(api_request())),
    ):
        answer = receive(nowhere, "logs", headers, body)
        assert answer.status == 503
        assert answer.headers == {"Retry-After": "1"}
        assert answer.content_type == headers["content-type"]


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (None, 401),
        ("Bearer wrong", 401),
        ("secret", 401),
        ("Basic secret", 401),
        ("Bearer schlüssel", 401),
        ("Bearer secret", 200),
        ("bearer  secret ", 200),
    ],
)
def test_a_token_is_asked_for_where_one_is_set(live_db, monkeypatch, shown, status):
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    headers = JSON | ({"authorization": shown} if shown else {})
    answer = receive(live_db, "logs", headers, b"{}")
    assert answer.status == status
    if status == 401:
        assert answer.headers == {"WWW-Authenticate": "Bearer"}
        assert b"secret" not in answer.body


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_token_may_hold_any_letters(live_db, monkeypatch, encoding):
    monkeypatch.setenv(TOKEN_VARIABLE, "schlüssel")
    for shown, status in (("schlüssel", 200), ("schlussel", 401), ("schl?ssel", 401)):
        # As HTTP gives it
        header = f"Bearer {shown}".encode(encoding).decode("latin-1")
        assert receive(live_db, "logs", JSON | {"authorization": header}, b"{}").status == status


@settings(max_examples=60)
@given(
    body=st.binary(max_size=80) | st.text(max_size=40).map(str.encode),
    headers=st.sampled_from([JSON, PROTOBUF, JSON | ZIPPED]),
    signal=st.sampled_from(["logs", "metrics", "traces"]),
)
def test_nothing_that_is_sent_raises(live_db, body, headers, signal):
    assert receive(live_db, signal, headers, body).status in (200, 400)


@settings(max_examples=40)
@given(st.data())
def test_a_changed_byte_never_raises(live_db, data):
    make = data.draw(st.sampled_from([json_logs, protobuf_logs]))
    body = bytearray(make(api_request(), api_request(1)))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    headers = JSON if make is json_logs else PROTOBUF
    assert receive(live_db, "logs", headers, bytes(body)).status in (200, 400)
