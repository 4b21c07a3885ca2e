"""OTLP payloads in both encodings are one stream of records."""

from __future__ import annotations

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from ingest.files.json_records import InvalidRecord
from ingest.otlp.decode import (
    LOGS,
    METRICS,
    TRACES,
    count_spans,
    json_payload,
    json_records,
    protobuf_records,
    signal_of,
)
from tests.ingest.otlp_bodies import (
    api_request,
    json_logs,
    json_metrics,
    point,
    protobuf_logs,
    protobuf_metrics,
)

NAMES = [
    "resource", "attributes", "key", "value", "stringValue", "intValue", "doubleValue",
    "boolValue", "arrayValue", "kvlistValue", "values", "scopeLogs", "scope", "version",
    "logRecords", "body", "timeUnixNano", "eventName", "scopeMetrics", "metrics", "name", "unit",
    "sum", "histogram", "dataPoints", "asInt", "asDouble", "aggregationTemporality",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=25,
)


def of_json(body):
    return list(json_records(json_payload(body)))


def test_log_records_are_the_same_in_both_encodings():
    events = [api_request(), api_request(1, is_plugin=True, language=None)]
    from_json, from_protobuf = (
        of_json(json_logs(*events)),
        list(protobuf_records(protobuf_logs(*events), LOGS)),
    )
    for one, other in zip(from_json, from_protobuf, strict=True):
        assert one.resource == other.resource
        assert one.scope == other.scope
        assert one.record["attributes"] == other.record["attributes"]


def test_points_are_the_same_in_both_encodings_but_for_the_text_of_times():
    points = [point(value=3), point(1, value=2.5, type="added")]
    from_json = of_json(json_metrics("claude_code.commit.count", *points))
    from_protobuf = list(
        protobuf_records(protobuf_metrics("claude_code.commit.count", *points), METRICS)
    )
    for one, other in zip(from_json, from_protobuf, strict=True):
        for name in ("start", "time"):
            assert int(one.record.pop(name)) == other.record.pop(name)
        assert (one.resource, one.record) == (other.resource, other.record)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"intValue": 387}, 387),
        ({"intValue": "387"}, 387),
        ({"doubleValue": 0.5}, 0.5),
        ({"doubleValue": {}}, None),
        ({"doubleValue": "NaN"}, None),
        ({"boolValue": "true"}, True),
        ({"stringValue": "387"}, "387"),
        ({"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": 1}]}}, ["a", 1]),
        ({"bytesValue": "AAAA"}, None),
        ({}, None),
        (None, None),
        ("bare", "bare"),
        (10**30, None),
    ],
)
def test_one_odd_value_costs_that_value_only(sent, read):
    attributes = [{"key": "odd", "value": sent}, {"key": "even", "value": {"stringValue": "x"}}]
    log = {"scopeLogs": [{"logRecords": [{"attributes": attributes}]}]}
    (record,) = json_records({"resourceLogs": [log]})
    assert record.record["attributes"] == {"odd": read, "even": "x"}


def test_a_value_nested_beyond_sense_costs_what_is_too_deep_only():
    value = {"stringValue": "x"}
    for _ in range(2000):
        value = {"arrayValue": {"values": [value]}}
    attributes = [{"key": "a", "value": value}, {"key": "b", "value": {"stringValue": "x"}}]
    log = {"scopeLogs": [{"logRecords": [{"attributes": attributes}]}]}
    (record,) = json_records({"resourceLogs": [log]})
    assert record.record["attributes"] == {"a": [[[[[[[[None]]]]]]]], "b": "x"}


@given(ANYTHING)
def test_whatever_the_json_holds_the_walk_ends_without_a_crash(value):
    for record in json_records({"resourceLogs": [value], "resourceMetrics": [value]}):
        assert isinstance(record.record["attributes"], dict)


@given(st.binary(max_size=60), st.sampled_from([LOGS, METRICS, TRACES]))
def test_random_bytes_are_rejected_or_read(raw, signal):
    signal_of(raw)
    with contextlib.suppress(InvalidRecord):
        list(protobuf_records(raw, signal))


@given(st.data())
def test_a_damaged_body_is_rejected_or_read(data):
    body = bytearray(protobuf_logs(api_request()))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InvalidRecord):
        list(protobuf_records(bytes(body), LOGS))


def test_the_signal_of_a_protobuf_body_is_recognised_by_its_content():
    assert signal_of(protobuf_logs(api_request())) == LOGS
    assert signal_of(protobuf_metrics("claude_code.commit.count", point())) == METRICS
    assert signal_of(traces()) == TRACES
    assert signal_of(b"") is None
    assert signal_of(b"\n\n\n text after blank lines") is None


def test_kinds_that_cannot_be_added_up_are_named():
    (record,) = of_json(json_metrics("app.latency", point(), kind="histogram"))
    assert record.record["kind"] == "histogram"
    data = MetricsData()
    metric = data.resource_metrics.add().scope_metrics.add().metrics.add()
    metric.name = "app.latency"
    metric.exponential_histogram.data_points.add().time_unix_nano = 1
    (record,) = protobuf_records(data.SerializeToString(), METRICS)
    assert record.record["kind"] == "exponential_histogram"
    assert record.record["value"] is None


def test_spans_are_counted():
    spans = {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "a"}, {"name": "b"}]}]}]}
    assert count_spans(spans) == 2
    assert len(list(protobuf_records(traces(), TRACES))) == 1


def test_a_body_that_is_no_object_is_rejected():
    for body in (b"[]", b"12", b"nonsense", orjson.dumps("text")):
        with pytest.raises(InvalidRecord):
            json_payload(body)


def traces():
    data = TracesData()
    span = data.resource_spans.add().scope_spans.add().spans.add()
    span.name, span.trace_id = "claude_code.interaction", b"\xff" * 16
    return data.SerializeToString()
