"""Files of the OpenTelemetry Collector, and OTLP saved request bodies.

Lines of JSON as the `file` exporter writes them, logs, metrics and traces mixed; messages behind
their length, in protobuf or compressed; one whole body in either encoding; and the wrapped lines
of home-made receivers.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.events.mapper import Mapper, names_of
from ingest.files import length_prefixed
from ingest.files.compression import ZSTD_MAGIC, DamagedError
from ingest.files.json_records import LIMIT, InvalidRecord, Reject, records
from ingest.files.source_file import SAMPLE_BYTES, SourceFile
from ingest.otlp.decode import (
    SIGNALS,
    TRACES,
    count_spans,
    json_payload,
    json_records,
    protobuf_records,
    signal_of,
)
from ingest.otlp.map import map_records
from ingest.record_kinds import REJECT, SKIPPED, Document

NAME = "collector"
DESCRIPTION = "files of the OpenTelemetry Collector, or OTLP request bodies"

# Not inside a text: there the quotation mark has a backslash before it
_SIGN = re.compile(rb'(?<!\\)"resource(?:Logs|Metrics|Spans)"\s*:\s*\[')
_SPANS = "spans of traces"
# The first field of every payload: one resource with what it sent
_FIELD_1 = b"\x0a"
_PREFIX = 4


def recognise(file: SourceFile) -> bool:
    """Return whether a file holds OTLP payloads."""
    return bool(_SIGN.search(file.sample)) or _has_frames(file) or _is_body(file)


def documents(file: SourceFile) -> Iterator[Document]:
    """Read payloads and yield their events and metric points."""
    mapper = Mapper(NAME)
    if _SIGN.search(file.sample) and not _has_frames(file):
        for line, value in records(file):
            yield from _of_json(value, line, mapper)
    elif _has_frames(file):
        for number, content in length_prefixed.frames(file):
            yield from _of_bytes(content, number, mapper)
    else:
        yield from _of_bytes(_whole(file), 1, mapper)


def _of_bytes(content: bytes | Reject, number: int, mapper: Mapper) -> Iterator[Document]:
    if isinstance(content, Reject):
        yield REJECT, content
    elif content.lstrip().startswith(b"{"):
        try:
            yield from _of_json(json_payload(content), number, mapper)
        except InvalidRecord as rejection:
            yield REJECT, Reject(number, str(rejection))
    else:
        yield from _of_protobuf(content, number, mapper)


def _of_json(value: dict[str, Any] | Reject, line: int, mapper: Mapper) -> Iterator[Document]:
    if isinstance(value, Reject):
        yield REJECT, value
        return
    payload = _unwrapped(value)
    if payload is None:
        yield REJECT, Reject(line, "not an OTLP payload", names_of(value))
        return
    yield from map_records(json_records(payload), mapper, line)
    for _ in range(count_spans(payload)):
        yield SKIPPED, _SPANS


def _unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the payload in a line: the line itself, or what stands under `body`."""
    for candidate in (value, value.get("body")):
        if isinstance(candidate, dict) and not candidate.keys().isdisjoint(SIGNALS):
            return candidate
    return None


def _of_protobuf(content: bytes, number: int, mapper: Mapper) -> Iterator[Document]:
    signal = signal_of(content)
    if signal is None:
        if content:
            yield REJECT, Reject(number, "not an OTLP message in protobuf")
    elif signal == TRACES:
        for _ in protobuf_records(content, signal):
            yield SKIPPED, _SPANS
    else:
        yield from map_records(protobuf_records(content, signal), mapper, number)


def _has_frames(file: SourceFile) -> bool:
    """Return whether the first message stands behind its length and can be read."""
    sample = file.sample
    length = int.from_bytes(sample[:_PREFIX], "big")
    start = sample[_PREFIX : _PREFIX + 4]
    if not 0 < length <= LIMIT or not start.startswith((_FIELD_1, b"{", ZSTD_MAGIC)):
        return False
    content = next(iter(length_prefixed.frames(file))).content
    if isinstance(content, Reject):
        # Torn or damaged later on: compression alone is sign enough
        return start == ZSTD_MAGIC
    return bool(_SIGN.search(content[:SAMPLE_BYTES])) or signal_of(content) is not None


def _is_body(file: SourceFile) -> bool:
    if not file.sample.startswith(_FIELD_1):
        return False
    content = _whole(file)
    return isinstance(content, bytes) and signal_of(content) is not None


def _whole(file: SourceFile) -> bytes | Reject:
    content = bytearray()
    try:
        for chunk in file.chunks():
            content += chunk
            if len(content) > LIMIT:
                return Reject(1, "record too long")
    except DamagedError as damage:
        return Reject(1, str(damage))
    return bytes(content)
