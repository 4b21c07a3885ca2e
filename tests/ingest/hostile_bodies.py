"""Bodies made to cost far more than an honest one of their size, each within the size limit."""

from __future__ import annotations

from collections.abc import Callable

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, LogsData
from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData

JSON, PROTOBUF = "application/json", "application/x-protobuf"

SIZE = 600_000
"""Bytes of each body before compression."""

_RECORD = b'{"eventName":"x","timeUnixNano":"1768910400000000000"},'
_EMPTY_1, _EMPTY_2 = b"\x0a\x00", b"\x12\x00"
_POINT = b'{"asInt":1,"timeUnixNano":"1768910400000000000","attributes":[]},'


def _repeated(start: bytes, unit: bytes, end: bytes, size: int = SIZE) -> bytes:
    return start + unit * ((size - len(start) - len(end)) // len(unit)) + end


def _in_record(inner: bytes) -> bytes:
    start, end = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[', b"]}]}]}"
    return start + inner.rstrip(b",") + end


def _field(number: int, content: bytes) -> bytes:
    size, length = len(content), bytearray()
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([number << 3 | 2, *length, size]) + content


def _shared_resource(attributes: int) -> bytes:
    keys = b",".join(
        b'{"key":"k%d","value":{"stringValue":"%d"}}' % (n, n) for n in range(attributes)
    )
    start = (
        b'{"resourceLogs":[{"resource":{"attributes":[' + keys + b']},"scopeLogs":[{"logRecords":['
    )
    return _repeated(start, _RECORD, _RECORD[:-1] + b"]}]}]}")


def _shared_metric(holder: bytes, name: bytes) -> bytes:
    start = b'{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"' + name + b'","sum":{'
    start += holder + b'"dataPoints":['
    return _repeated(start, _POINT, _POINT[:-1] + b"]}}]}]}]}")


def _many_scopes() -> bytes:
    keys = b",".join(b'{"key":"k%d","value":{"stringValue":"v"}}' % n for n in range(900))
    start = b'{"resourceLogs":[{"resource":{"attributes":[' + keys + b']},"scopeLogs":['
    scope = b'{"logRecords":[' + _RECORD[:-1] + b"]},"
    return _repeated(start, scope, scope[:-1] + b"]}]}")


def _protobuf_scopes() -> bytes:
    resource = LogsData()
    group = resource.resource_logs.add()
    for number in range(SIZE // 66):
        group.resource.attributes.append(KeyValue(key=f"k{number}", value=AnyValue(int_value=1)))
    start = group.SerializeToString()
    return _field(1, start + b"\x12\x00" * ((SIZE - len(start)) // 2))


def _nested(content: bytes, *path: int) -> bytes:
    for number in reversed(path):
        content = _field(number, content)
    return content


def _protobuf_metric_name() -> bytes:
    data = MetricsData()
    metric = data.resource_metrics.add().scope_metrics.add().metrics.add()
    metric.name = " " + "n" * (SIZE // 2)
    for _ in range(SIZE // 80):
        metric.sum.data_points.add(time_unix_nano=1_768_910_400_000_000_000, as_int=1)
    return data.SerializeToString()


def _nested_values(depth: int) -> bytes:
    value = AnyValue()
    inner = value
    for _ in range(depth):
        inner = inner.array_value.values.add()
    record = LogRecord(event_name="x", time_unix_nano=1)
    record.attributes.append(KeyValue(key="deep", value=value))
    one = _field(2, record.SerializeToString())
    return _field(1, _field(2, one * (SIZE // len(one))))


def _parameters() -> bytes:
    text = b"[" + b"{}," * (SIZE // 3) + b"{}]"
    attributes = b'{"key":"tool_parameters","value":{"stringValue":"' + text + b'"}}'
    return _in_record(_RECORD[:-2] + b',"attributes":[' + attributes + b"]}")


def _paths() -> bytes:
    path = b"/" * SIZE + b"x"
    attributes = b'{"key":"workspace.host_paths","value":{"arrayValue":{"values":[{"stringValue":"'
    return _in_record(_RECORD[:-2] + b',"attributes":[' + attributes + path + b'"}]}}}]}')


def _attributes() -> bytes:
    keys = (b'{"key":"a%d.%d","value":{"intValue":1}},' % (n, n) for n in range(SIZE // 45))
    return _in_record(_RECORD[:-2] + b',"attributes":[' + b"".join(keys).rstrip(b",") + b"]}")


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty resources": (JSON, lambda: _repeated(b'{"resourceLogs":[', b"{},", b"{}]}")),
    "empty records": (JSON, lambda: _in_record(b"{}," * (SIZE // 3))),
    "empty keys": (JSON, lambda: _repeated(b'{"resourceLogs":[', b'{"":0},', b"{}]}")),
    "empty arrays": (JSON, lambda: _repeated(b'{"resourceLogs":[', b"[],", b"{}]}")),
    "other keys": (JSON, lambda: _repeated(b'{"x":[', b"{},", b"{}]}")),
    "open arrays": (JSON, lambda: b"[" * SIZE),
    "open objects": (JSON, lambda: b'{"a":' * (SIZE // 5)),
    "not even JSON": (JSON, lambda: b"{}," * (SIZE // 3)),
    "one long text": (JSON, lambda: b'{"x":"' + b"a" * SIZE + b'"}'),
    "one long number": (JSON, lambda: b'{"resourceLogs":' + b"9" * SIZE + b"}"),
    "long numbers as text": (
        JSON,
        lambda: _in_record((b'{"timeUnixNano":"' + b"9" * 4000 + b'"},') * (SIZE // 4020)),
    ),
    "a resource of many attributes": (JSON, lambda: _shared_resource(SIZE // 80)),
    "a long resource": (JSON, lambda: _shared_resource(900)),
    "a resource with many scopes": (JSON, _many_scopes),
    "a long name of a metric": (JSON, lambda: _shared_metric(b"", b" " * (SIZE // 2) + b"n")),
    "a long temporality": (
        JSON,
        lambda: _shared_metric(b'"aggregationTemporality":[' + b"1," * (SIZE // 8) + b"1],", b"n"),
    ),
    "parameters of a tool": (JSON, _parameters),
    "a long path": (JSON, _paths),
    "many attributes": (JSON, _attributes),
    "empty resources in protobuf": (PROTOBUF, lambda: _EMPTY_1 * (SIZE // 2)),
    "empty scopes in protobuf": (PROTOBUF, lambda: _nested(_EMPTY_2 * (SIZE // 2), 1)),
    "empty records in protobuf": (PROTOBUF, lambda: _nested(_EMPTY_2 * (SIZE // 2), 1, 2)),
    "empty attributes in protobuf": (
        PROTOBUF,
        lambda: _nested(b"\x32\x00" * (SIZE // 2), 1, 2, 2),
    ),
    "empty values in protobuf": (
        PROTOBUF,
        lambda: _nested(_EMPTY_1 * (SIZE // 2), 1, 2, 2, 5, 5),
    ),
    "nested values in protobuf": (PROTOBUF, lambda: _nested_values(40)),
    "empty points in protobuf": (PROTOBUF, lambda: _nested(_EMPTY_1 * (SIZE // 2), 1, 2, 2, 7)),
    "packed numbers": (PROTOBUF, lambda: _nested(b"\1" * SIZE, 1, 2, 2, 10, 1, 8, 2)),
    "a long name in protobuf": (PROTOBUF, _protobuf_metric_name),
    "a resource with many scopes in protobuf": (PROTOBUF, _protobuf_scopes),
}
"""By what they repeat: content type, and what makes the body."""


def signal(name: str) -> str:
    """Return the signal under which a body is sent."""
    words = ("metric", "temporality", "points", "packed", "a long name")
    return "metrics" if any(word in name for word in words) else "logs"
