"""OTLP payloads, in JSON or in protobuf, to one stream of records.

Files of the collector, saved request bodies and live requests hold the same messages. JSON is
walked by hand, because a strict reader rejects a whole batch for one value that a client wrote
wrongly, and reads the hexadecimal ids as something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from google.protobuf.message import Message
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric, NumberDataPoint
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span as TraceSpan

from ingest.events.coerce import number, plain, text
from ingest.events.mapper import MAX_ATTRIBUTES
from ingest.files.json_records import InvalidRecord, TooMany, decode
from ingest.files.source_file import UTF_8_MARK
from ingest.otlp.protobuf_wire import Span, fields, parsed

LOGS = "logs"
METRICS = "metrics"
TRACES = "traces"

SIGNALS = {"resourceLogs": LOGS, "resourceMetrics": METRICS, "resourceSpans": TRACES}
"""Key of a JSON payload that identifies its signal."""

_LOG_PATH = ("resourceLogs", "scopeLogs", "logRecords")
_METRIC_PATH = ("resourceMetrics", "scopeMetrics", "metrics")

# Data of a metric that is no sum of numbers; what they hold cannot be added up over time
_UNCOUNTED = ("gauge", "histogram", "exponentialHistogram", "summary")

MOST = 1_000_000
"""Most resources, most scopes and most records in one payload."""

BROKEN = "broken"
"""BucketType of what stands in a payload where a record should be, or records."""

Attributes = dict[str, Any]


class Record(NamedTuple):
    """One log record or one point of a metric, with plain values, and where it comes from.

    A log record has `attributes`, `names` (where its name may stand, best first) and `times`
    (epoch nanoseconds, best first). A point has `metric`, `kind` ("sum", or what it is instead),
    `unit`, `temporality`, `is_monotonic`, `attributes`, `start`, `time` and `value`. A span of a
    trace has nothing: spans are only counted. What is none of these has only a `kind`, `BROKEN`.
    """

    resource: Attributes
    scope: Mapping[str, Any]
    record: dict[str, Any]


def json_payload(raw: bytes) -> dict[str, Any]:
    """Read a payload in JSON.

    Raises
    ------
    InvalidRecord
        If it is no JSON object.
    """
    value = decode(raw.removeprefix(UTF_8_MARK))
    if not isinstance(value, dict):
        raise InvalidRecord("not a JSON object")
    return value


def json_records(payload: Mapping[str, Any], most: int = MOST) -> Iterator[Record]:
    """Yield the log records and metric points of a payload in JSON, whichever it holds.

    Raises
    ------
    TooMany
        Before the first, if there are more than `most`.
    """
    _count_json(payload, most)
    for resource, scope, record in _nested(payload, *_LOG_PATH):
        yield Record(resource, scope, _NO_RECORD if record is None else _json_log(record))
    for resource, scope, metric in _nested(payload, *_METRIC_PATH):
        for point in (_NO_RECORD,) if metric is None else _json_points(metric):
            yield Record(resource, scope, point)


def protobuf_records(raw: bytes, signal: str, most: int = MOST) -> Iterator[Record]:
    """Yield the log records or metric points of a payload in protobuf.

    Raises
    ------
    InvalidRecord
        If it is no such message.
    TooMany
        If there are more resources, scopes or records than `most`.
    """
    shape = _SHAPES[signal]
    for resource, scope, items in _groups(raw, shape, most):
        for item in items:
            for record in shape.records(item):
                yield Record(resource, scope, record)


def count_spans(payload: Mapping[str, Any]) -> int:
    """Count the spans of a payload in JSON; nothing else of them is read."""
    spans = _nested(payload, "resourceSpans", "scopeSpans", "spans")
    return sum(span is not None for *_, span in spans)


def signal_of(raw: bytes) -> str | None:
    """Return the signal of a protobuf payload; None if it is no payload with content.

    All three look alike from outside: only the content of the innermost messages differs.
    """
    for signal, shape in _SHAPES.items():
        try:
            groups = _groups(raw, shape, MOST)
            # To the end: what is of no signal may stand behind what could be of one
            if sum(shape.is_filled(item) for *_, items in groups for item in items):
                return signal
        except InvalidRecord:
            continue
    return None


def _nested(
    payload: Mapping[str, Any], outer: str, middle: str, inner: str
) -> Iterator[tuple[Attributes, Mapping[str, Any], Mapping[str, Any] | None]]:
    """Yield each record with its resource and scope; None for what is none, or holds none."""
    for group in _members(payload.get(outer)):
        if group is None:
            yield {}, {}, None
            continue
        resource = _json_attributes(_object(group.get("resource")).get("attributes"))
        for scope_group in _members(group.get(middle)):
            if scope_group is None:
                yield resource, {}, None
                continue
            scope = {"version": text(_object(scope_group.get("scope")).get("version"))}
            for item in _members(scope_group.get(inner)):
                yield resource, scope, item


def _json_log(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "attributes": _json_attributes(record.get("attributes")),
        "names": (record.get("eventName"), plain(record.get("body"))),
        "times": (record.get("timeUnixNano"), record.get("observedTimeUnixNano")),
    }


def _json_points(metric: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for kind in ("sum", *_UNCOUNTED):
        holder = _object(metric.get(kind))
        temporality = holder.get("aggregationTemporality")
        # Cut once and not for each point: the same text may stand for thousands of them
        shared = {
            "metric": text(metric.get("name")),
            "unit": text(metric.get("unit")),
            "kind": kind,
            "temporality": temporality if isinstance(temporality, int) else text(temporality),
            "is_monotonic": bool(holder.get("isMonotonic")),
        }
        for point in _objects(holder.get("dataPoints")):
            yield shared | {
                "attributes": _json_attributes(point.get("attributes")),
                "start": point.get("startTimeUnixNano"),
                "time": point.get("timeUnixNano"),
                "value": number(point.get("asDouble", point.get("asInt"))),
            }


def _protobuf_log(record: LogRecord) -> dict[str, Any]:
    return {
        "attributes": _attributes(record.attributes),
        "names": (record.event_name, _value(record.body)),
        "times": (record.time_unix_nano, record.observed_time_unix_nano),
    }


def _protobuf_points(metric: Metric) -> Iterator[dict[str, Any]]:
    kind = metric.WhichOneof("data")
    if kind is None:
        return
    holder = getattr(metric, kind)
    shared = {
        "metric": text(metric.name),
        "unit": text(metric.unit),
        "kind": kind,
        "temporality": getattr(holder, "aggregation_temporality", 0),
        "is_monotonic": getattr(holder, "is_monotonic", False),
    }
    for point in holder.data_points:
        yield shared | {
            "attributes": _attributes(point.attributes),
            "start": point.start_time_unix_nano,
            "time": point.time_unix_nano,
            "value": _point_value(point) if isinstance(point, NumberDataPoint) else None,
        }


def _point_value(point: NumberDataPoint) -> int | float | None:
    kind = point.WhichOneof("value")
    return number(getattr(point, kind)) if kind else None


def _groups(
    raw: bytes, shape: _Shape, most: int
) -> Iterator[tuple[Attributes, Mapping[str, Any], Iterator[Any]]]:
    """Yield each resource with each scope below it and what that scope holds, built one by one.

    What is below a payload, a resource and a scope has the same numbers in all signals.
    """
    resources, scopes, records = _Limit(most), _Limit(most), _Limit(most)
    _, groups = _split(raw, Span(0, 0, len(raw)), resources, parts=1)
    groups_of_parts = [
        (head, [_split(raw, part, records) for part in parts])
        for head, parts in [_split(raw, group, scopes) for group in groups]
    ]
    for resource, parts in groups_of_parts:
        attributes = _attributes(parsed(Resource, resource).attributes)
        for scope, spans in parts:
            version = text(parsed(InstrumentationScope, scope).version)
            items = (parsed(shape.item, raw[span.start : span.end]) for span in spans)
            yield attributes, {"version": version}, items


def _split(raw: bytes, span: Span, limit: _Limit, parts: int = 2) -> tuple[bytes, list[Span]]:
    """Return the head of a resource or a scope, and where its parts are."""
    head = bytearray()
    spans = []
    for field in fields(raw, span.start, span.end):
        if field.number == parts:
            limit.count(1)
            spans.append(field)
        elif field.number == 1:
            head += raw[field.start : field.end]
    return bytes(head), spans


class _Limit:
    """Counts what stands on one level of a payload."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most

    def count(self, more: int) -> None:
        """Count some more.

        Raises
        ------
        TooMany
            If there are too many now.
        """
        self._left -= more
        if self._left < 0:
            raise TooMany(f"more than {self._most:,} records")


def _count_json(payload: Mapping[str, Any], most: int) -> None:
    for path in (_LOG_PATH, _METRIC_PATH):
        holders: list[Any] = [payload]
        for name in path:
            holders = [item for holder in _objects(holders) for item in _list(holder.get(name))]
            _Limit(most).count(len(holders))
    points = _Limit(most)
    for metric in _objects(holders):  # what the last path leads to
        for kind in ("sum", *_UNCOUNTED):
            points.count(len(_list(_object(metric.get(kind)).get("dataPoints"))))


def _members(values: Any) -> Iterator[Mapping[str, Any] | None]:
    """Yield the objects of a list; None for what is no object, or is no list."""
    if isinstance(values, list):
        yield from (value if isinstance(value, dict) else None for value in values)
    elif values is not None:
        yield None


def _objects(values: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _json_attributes(values: Any) -> Attributes:
    attributes = {}
    for item in _objects(values):
        key, value = item.get("key"), item.get("value")
        if isinstance(key, str):
            attributes[key] = plain(value) if isinstance(value, dict) else _bare(value)
    return attributes


def _bare(value: Any) -> Any:
    """Accept a value that was sent without its wrapper, if it is text or a number."""
    return value if isinstance(value, str | bool) else number(value)


def _attributes(values: Iterable[KeyValue]) -> Attributes:
    return {item.key: _value(item.value) for item in islice(values, MAX_ATTRIBUTES + 1)}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    return _VALUES[kind](value) if kind in _VALUES else None


_NO_RECORD = {"kind": BROKEN, "attributes": {}}
_VALUES: dict[str | None, Callable[[AnyValue], Any]] = {
    "string_value": lambda value: value.string_value,
    "bool_value": lambda value: value.bool_value,
    "int_value": lambda value: number(value.int_value),
    "double_value": lambda value: number(value.double_value),
    "array_value": lambda value: [
        _value(item) for item in islice(value.array_value.values, MAX_ATTRIBUTES)
    ],
    "kvlist_value": lambda value: _attributes(value.kvlist_value.values),
}


class _Shape(NamedTuple):
    """How the payloads of one signal are built, and how its records are read."""

    item: type[Message]
    is_filled: Callable[[Any], bool]
    records: Callable[[Any], Iterable[dict[str, Any]]]


_SHAPES = {
    LOGS: _Shape(
        LogRecord,
        lambda record: bool(record.time_unix_nano or record.observed_time_unix_nano),
        lambda record: (_protobuf_log(record),),
    ),
    METRICS: _Shape(
        Metric,
        lambda metric: bool(metric.name and metric.WhichOneof("data")),
        _protobuf_points,
    ),
    TRACES: _Shape(
        TraceSpan,
        lambda span: bool(span.trace_id and span.name),
        lambda _span: ({},),
    ),
}
