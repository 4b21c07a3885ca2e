"""OTLP bodies as clients send them: the same records in JSON and in protobuf."""

from __future__ import annotations

from typing import Any

import orjson
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData

NANOS = 1_768_910_400_000_000_000
"""Noon of 20 January 2026, in UTC."""

RESOURCE = {"service.name": "claude-code", "service.version": "2.1.138", "os.type": "linux"}

Attributes = dict[str, Any]


def api_request(number: int = 0, **changes: Any) -> Attributes:
    """Return the attributes of one API request; a change to None leaves one out."""
    attributes = {
        "event.name": "api_request",
        "event.timestamp": f"2026-01-20T12:{number // 60 % 60:02}:{number % 60:02}.125Z",
        "event.sequence": number,
        "session.id": "session-a",
        "user.email": "Ada@Example.com",
        "user.id": "f" * 64,
        "model": "claude-opus-4-6",
        "input_tokens": 387,
        "output_tokens": 20,
        "cache_read_tokens": 3000,
        "cache_creation_tokens": 40,
        "cost_usd": 0.25,
        "duration_ms": 1500,
        "request_id": f"req_{number}",
    }
    merged = attributes | {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in merged.items() if value is not None}


def json_value(value: Any) -> dict[str, Any]:
    """Wrap a value as Claude Code does: integers as numbers."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": value}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": value}


def json_attributes(attributes: Attributes, wrap: Any = json_value) -> list[dict[str, Any]]:
    """Return attributes as OTLP lists them."""
    return [{"key": key, "value": wrap(value)} for key, value in attributes.items()]


def json_logs(*events: Attributes, wrap: Any = json_value) -> bytes:
    """Return a body with log records in JSON."""
    records = [
        {
            "timeUnixNano": str(NANOS),
            "observedTimeUnixNano": str(NANOS),
            "body": {"stringValue": f"claude_code.{event.get('event.name', '')}"},
            "attributes": json_attributes(event, wrap),
            "droppedAttributesCount": 0,
        }
        for event in events
    ]
    scope = {"name": "com.anthropic.claude_code.events", "version": "2.1.138"}
    logs = {
        "resource": {"attributes": json_attributes(RESOURCE), "droppedAttributesCount": 0},
        "scopeLogs": [{"scope": scope, "logRecords": records}],
    }
    return orjson.dumps({"resourceLogs": [logs]})


def protobuf_logs(*events: Attributes) -> bytes:
    """Return a body with the same log records in protobuf."""
    data = LogsData()
    logs = data.resource_logs.add()
    logs.resource.attributes.extend(protobuf_attributes(RESOURCE))
    scope = logs.scope_logs.add()
    scope.scope.name, scope.scope.version = "com.anthropic.claude_code.events", "2.1.138"
    for event in events:
        record = scope.log_records.add()
        record.time_unix_nano = record.observed_time_unix_nano = NANOS
        record.body.string_value = f"claude_code.{event.get('event.name', '')}"
        record.attributes.extend(protobuf_attributes(event))
    return data.SerializeToString()


def protobuf_attributes(attributes: Attributes) -> list[KeyValue]:
    """Return attributes as protobuf messages."""
    return [KeyValue(key=key, value=_any(value)) for key, value in attributes.items()]


def point(minute: int = 0, value: float = 1.0, start: int | None = None, **attributes: Any) -> dict:
    """Return one point as `json_metrics` and `protobuf_metrics` take it."""
    sent = {"session.id": "session-a", "user.email": "ada@example.com"}
    named = {name.replace("__", "."): value for name, value in attributes.items()}
    minutes = minute - 1 if start is None else start
    return {
        "start": NANOS + minutes * 60_000_000_000,
        "time": NANOS + minute * 60_000_000_000,
        "value": value,
        "attributes": sent | named,
    }


def json_metrics(name: str, *points: dict, temporality: int = 1, kind: str = "sum") -> bytes:
    """Return a body with the points of one metric in JSON."""
    data_points = [
        {
            "startTimeUnixNano": str(point["start"]),
            "timeUnixNano": str(point["time"]),
            ("asInt" if isinstance(point["value"], int) else "asDouble"): point["value"],
            "attributes": json_attributes(point["attributes"]),
        }
        for point in points
    ]
    holder = {"aggregationTemporality": temporality, "isMonotonic": True, "dataPoints": data_points}
    metrics = {
        "resource": {"attributes": json_attributes(RESOURCE)},
        "scopeMetrics": [{"scope": {}, "metrics": [{"name": name, "unit": "1", kind: holder}]}],
    }
    return orjson.dumps({"resourceMetrics": [metrics]})


def protobuf_metrics(name: str, *points: dict, temporality: int = 1) -> bytes:
    """Return a body with the points of one metric in protobuf."""
    data = MetricsData()
    metrics = data.resource_metrics.add()
    metrics.resource.attributes.extend(protobuf_attributes(RESOURCE))
    metric = metrics.scope_metrics.add().metrics.add()
    metric.name, metric.unit = name, "1"
    metric.sum.aggregation_temporality = temporality
    metric.sum.is_monotonic = True
    for point in points:
        sent = metric.sum.data_points.add()
        sent.start_time_unix_nano, sent.time_unix_nano = point["start"], point["time"]
        if isinstance(point["value"], int):
            sent.as_int = point["value"]
        else:
            sent.as_double = point["value"]
        sent.attributes.extend(protobuf_attributes(point["attributes"]))
    return data.SerializeToString()


def _any(value: Any) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    return AnyValue(string_value=value)
