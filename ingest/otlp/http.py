"""OTLP over HTTP, whatever the web framework: a request in, an answer out.

An answer of 200 means that every record that it does not count as rejected is on disk. After any
other the client may send the same batch again, and after a lost answer it will: records have ids
made from their content, so nothing counts twice.
"""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

import orjson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)
from pymongo.database import Database
from pymongo.errors import PyMongoError

from ingest.events.clock import live_clock
from ingest.events.mapper import Mapper
from ingest.files.compression import DamagedError, gunzip
from ingest.files.json_records import InvalidRecord, TooMany
from ingest.otlp.backlog import Busy
from ingest.otlp.decode import LOGS, METRICS, TRACES, json_payload, json_records, protobuf_records
from ingest.otlp.map import map_records
from ingest.otlp.room import Room, Taker
from ingest.otlp.writer import Batch, otlp_writer
from store.errors import StoreError

LIMIT = 20 * 1024 * 1024
"""Longest body in bytes, before and after decompression."""

SMALL = 1024 * 1024
"""Bodies of up to so many bytes, decompressed, are taken at any time."""

LARGE_AT_ONCE = 24 * 1024 * 1024
"""Bytes of larger bodies that are read at the same time; they take ten times as much memory."""

MAX_RATIO = 250
"""So many times smaller a body above `SMALL` may be compressed; telemetry is 10 to 100 times."""

MAX_RECORDS = 100_000
"""Most records in one request; clients send some hundred."""

MAX_SHARED = 64 * 1024 * 1024
"""Bytes that the records of one request may take from their resources, sent once for many."""

TOKEN_VARIABLE = "TOKENFLOW_INGEST_TOKEN"
"""Environment variable with the token that clients must show; unset means none."""

RETRY_SECONDS = 1
"""When to come again. Clients drop a batch rather than wait much longer."""

SOURCE = "otlp"

# Reading a body holds the interpreter: more at once would only delay all other answers
_reading = threading.BoundedSemaphore(2)
_large = Room(LARGE_AT_ONCE)
_GZIP = ("gzip", "x-gzip")
_JSON = "application/json"
_PROTOBUF = "application/x-protobuf"
_REJECTED = {LOGS: "rejectedLogRecords", METRICS: "rejectedDataPoints"}
# Codes of google.rpc.Status
_INVALID, _EXHAUSTED, _UNAVAILABLE, _UNAUTHENTICATED = 3, 8, 14, 16


class Answer(NamedTuple):
    """What to send back."""

    status: int
    content_type: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Further headers that belong to the status."""
        if self.status == 503:
            return {"Retry-After": str(RETRY_SECONDS)}
        return {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}


class NotTakenError(Exception):
    """A body is not read any further; `answer` makes the answer from the request's headers."""

    def __init__(self, answer: Callable[[Mapping[str, str]], Answer]) -> None:
        super().__init__()
        self.answer = answer


def receive(db: Database, signal: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Take one export request.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    signal : str
        ``"logs"``, ``"metrics"`` or ``"traces"``, as the path names it.
    headers : mapping
        Of the request, names in lower case.
    body : bytes
        As sent, perhaps compressed.

    Returns
    -------
    Answer
        By the rules of OTLP: 200, with the number of rejected records and the reasons; 4xx if
        sending it again is no use; 503 if the store cannot be reached, or more is being read or
        waits to be stored than can be in some seconds.
    """
    if rejection := reject(headers):
        return rejection
    content_type = _content_type(headers)
    try:
        with _large.taker(free=SMALL) as room:
            batch = _take(db, signal, content_type, _plain(headers, body, room))
    except DamagedError:
        return _error(400, _INVALID, "The body is no valid gzip.", content_type)
    except NotTakenError as error:
        return error.answer(headers)
    except TooMany as rejection:
        message = f"The body holds more than is taken at once: {rejection}."
        return _error(413, _EXHAUSTED, message, content_type)
    except InvalidRecord as rejection:
        return _error(400, _INVALID, f"The body cannot be read: {rejection}.", content_type)
    except Busy:
        return busy(headers)
    except (PyMongoError, StoreError):
        return unavailable(headers)
    return _accepted(signal, content_type, batch)


def _take(db: Database, signal: str, content_type: str, body: bytes) -> Batch:
    """Read a body and store what it holds.

    Raises
    ------
    InvalidRecord
        If it cannot be read.
    Busy
        If more waits to be stored than can be in time.
    """
    store = otlp_writer(db)
    with store.backlog.holding(len(body)) as count_records:
        with _reading:
            batch, records = _batch(signal, content_type, body)
        count_records(records)
        if records:
            store.store(batch)
    return batch


def reject(headers: Mapping[str, str]) -> Answer | None:
    """Return by its headers why a request is not taken; None if it is."""
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    content_type = _content_type(headers)
    if token and not _shows(headers.get("authorization", ""), token):
        message = f"Send the header Authorization: Bearer with the value of {TOKEN_VARIABLE}."
        return _error(401, _UNAUTHENTICATED, message, content_type)
    if content_type not in (_JSON, _PROTOBUF):
        message = f"Send {_JSON} or {_PROTOBUF}, not {content_type or 'a body without a type'}."
        return _error(415, _INVALID, message, _JSON)
    encoding = _encoding(headers)
    if encoding not in ("identity", *_GZIP, ""):
        return _error(415, _INVALID, f"Send gzip or no compression, not {encoding}.", content_type)
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > LIMIT:
        return too_large(headers)
    return None


def too_large(headers: Mapping[str, str]) -> Answer:
    """Answer a request with more than `LIMIT` bytes."""
    message = f"The body is larger than {LIMIT:,} bytes."
    return _error(413, _EXHAUSTED, message, _content_type(headers))


def unavailable(headers: Mapping[str, str]) -> Answer:
    """Answer while the store cannot be reached."""
    message = "The store cannot be reached; send the batch again."
    return _error(503, _UNAVAILABLE, message, _content_type(headers))


def busy(headers: Mapping[str, str]) -> Answer:
    """Answer while more waits to be taken than can be in time."""
    message = "More telemetry is waiting than can be stored in time; send the batch again."
    return _error(503, _UNAVAILABLE, message, _content_type(headers))


def _shows(authorization: str, token: str) -> bool:
    scheme, _, shown = authorization.partition(" ")
    # HTTP gives the bytes of a header as Latin-1, whatever the client meant them to be
    sent = shown.strip().encode("latin-1", "backslashreplace")
    is_same = any(
        hmac.compare_digest(sent, token.encode(encoding, "backslashreplace"))
        for encoding in ("utf-8", "latin-1")
    )
    return is_same and scheme.lower() == "bearer"


def _content_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _encoding(headers: Mapping[str, str]) -> str:
    return headers.get("content-encoding", "identity").strip().lower()


def _plain(headers: Mapping[str, str], body: bytes, room: Taker) -> bytes:
    """Decompress a body, no further than it is allowed and there is room for it."""
    is_compressed = _encoding(headers) in _GZIP
    limit = min(LIMIT, max(SMALL, MAX_RATIO * len(body))) if is_compressed else LIMIT
    pieces = []
    size = 0
    for piece in gunzip([body]) if is_compressed else [body]:
        size += len(piece)
        if size > limit:
            raise NotTakenError(too_large)
        if not room.holds(size):
            raise NotTakenError(busy)
        pieces.append(piece)
    return b"".join(pieces)


def _batch(signal: str, content_type: str, body: bytes) -> tuple[Batch, int]:
    """Read and map a body, and count its records; traces are only checked for being readable.

    Raises
    ------
    InvalidRecord
        If it cannot be read.
    """
    if content_type == _JSON:
        records = json_records(json_payload(body), MAX_RECORDS)
    else:
        records = protobuf_records(body, signal, MAX_RECORDS)
    if signal == TRACES:
        for _ in records:
            pass
        return Batch.of([]), 0
    mapper = Mapper(SOURCE, live_clock())
    documents = []
    for document in map_records(records, mapper):
        documents.append(document)
        if len(documents) > MAX_RECORDS:
            raise TooMany(f"more than {MAX_RECORDS:,} records")
        if mapper.shared_bytes > MAX_SHARED:
            raise TooMany("the attributes of resources are too long for so many records")
    return Batch.of(documents), len(documents)


def _accepted(signal: str, content_type: str, batch: Batch) -> Answer:
    rejected = batch.counts.rejected + batch.rejected
    if not rejected:
        return Answer(200, content_type, b"{}" if content_type == _JSON else b"")
    reasons = [f"{reason} ({count})" for reason, count in batch.counts.reasons.most_common(5)]
    message = "; ".join(reasons) or "too many records in one hour of a session"
    if content_type == _JSON:
        partial = {_REJECTED[signal]: str(rejected), "errorMessage": message}
        return Answer(200, _JSON, orjson.dumps({"partialSuccess": partial}))
    answer: ExportLogsServiceResponse | ExportMetricsServiceResponse
    if signal == LOGS:
        answer = ExportLogsServiceResponse()
        answer.partial_success.rejected_log_records = rejected
    else:
        answer = ExportMetricsServiceResponse()
        answer.partial_success.rejected_data_points = rejected
    answer.partial_success.error_message = message
    return Answer(200, _PROTOBUF, answer.SerializeToString())


def _error(status: int, code: int, message: str, content_type: str) -> Answer:
    if content_type != _PROTOBUF:
        return Answer(status, _JSON, orjson.dumps({"code": code, "message": message}))
    # google.rpc.Status: field 1 the code, field 2 the message
    text = message.encode()
    return Answer(status, _PROTOBUF, bytes((0x08, code, 0x12)) + _varint(len(text)) + text)


def _varint(number: int) -> bytes:
    low = bytes(((number & 0x7F) | 0x80,)) if number > 0x7F else b""
    return low + _varint(number >> 7) if low else bytes((number,))
