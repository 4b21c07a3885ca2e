"""Batches of a CloudWatch Logs subscription, as Firehose and loaders write them to files.

Each batch holds log events, and the message of each is the JSON text of one OTel event.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.events.coerce import text
from ingest.events.mapper import Mapper, attribute_map, names_of
from ingest.files.json_records import InvalidRecord, Reject, decode, excerpt, records
from ingest.files.source_file import SourceFile
from ingest.record_kinds import EVENT, REJECT, SKIPPED, Document

NAME = "cloudwatch"
DESCRIPTION = "CloudWatch subscription batches"

SYNTHETIC_STREAM = "tokenflow-generator"
_SIGN = re.compile(rb'"messageType"\s*:\s*"(?:DATA|CONTROL)_MESSAGE"')


def recognise(file: SourceFile) -> bool:
    """Return whether a file holds subscription batches."""
    return bool(_SIGN.search(file.sample))


def documents(file: SourceFile) -> Iterator[Document]:
    """Read batches and yield their events."""
    mappers = {name: Mapper(name) for name in ("cloudwatch", "synthetic")}
    for line, batch in records(file):
        if isinstance(batch, Reject):
            yield REJECT, batch
        elif batch.get("messageType") == "CONTROL_MESSAGE":
            yield SKIPPED, "control message"
        else:
            synthetic = batch.get("logStream") == SYNTHETIC_STREAM
            mapper = mappers["synthetic" if synthetic else "cloudwatch"]
            yield from map_batch(batch, line, mapper)


def map_batch(batch: Mapping[str, Any], line: int, mapper: Mapper) -> Iterator[Document]:
    """Map one batch to one document per log event."""
    log_events = batch.get("logEvents")
    if not isinstance(log_events, list):
        yield REJECT, Reject(line, "not a CloudWatch batch", names_of(batch))
        return
    for log_event in log_events:
        if not isinstance(log_event, dict):
            yield REJECT, Reject(line, "not a log event")
            continue
        try:
            yield EVENT, map_log_event(log_event, mapper)
        except InvalidRecord as rejection:
            yield REJECT, Reject.of(line, rejection, _described(log_event))


def map_log_event(log_event: Mapping[str, Any], mapper: Mapper) -> dict[str, Any]:
    """Map one log event.

    Raises
    ------
    InvalidRecord
        If its message is no OTel event.
    """
    record = _message(log_event.get("message"))
    return mapper.event(
        attribute_map(record.get("attributes")),
        attribute_map(_inside(record, "resource")),
        attribute_map(record.get("scope")),
        name=record.get("eventName") or record.get("body"),
        recorded_ms=log_event.get("timestamp"),
        transport_id=text(log_event.get("id")),
    )


def _message(message: Any) -> dict[str, Any]:
    if not isinstance(message, str):
        raise InvalidRecord("log event without a message")
    try:
        record = decode(message.encode())
    except InvalidRecord:
        raise InvalidRecord("message is not JSON") from None
    if not isinstance(record, dict) or not isinstance(record.get("attributes"), dict | list):
        raise InvalidRecord("message is not an OTel event")
    return record


def _inside(record: Mapping[str, Any], name: str) -> Any:
    # The collector writes a resource flat, or as OTLP does with its attributes one level down
    value = record.get(name)
    if isinstance(value, dict) and isinstance(value.get("attributes"), dict | list):
        return value["attributes"]
    return value


def _described(log_event: Mapping[str, Any]) -> str:
    message = log_event.get("message")
    return excerpt(message) if isinstance(message, str) else names_of(log_event)
