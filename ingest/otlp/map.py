"""OTLP records, from a file or from a live client, to documents."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.events.coerce import text
from ingest.events.mapper import Mapper, names_of
from ingest.events.metric_points import map_point, nanoseconds
from ingest.events.other_agents import add_other_agent_fields, is_other_agent
from ingest.files.json_records import InvalidRecord, Reject
from ingest.otlp.decode import BROKEN, Record
from ingest.record_kinds import EVENT, POINT, REJECT, SKIPPED, Document
from store.events.metric_points import point_time

# A body can be anything, also content of a conversation; the name of an event has this form
_NAME = re.compile(r"[\w.:/-]{1,128}")


def map_records(records: Iterable[Record], mapper: Mapper, line: int = 0) -> Iterator[Document]:
    """Map the records of one payload.

    Parameters
    ----------
    records : iterable of Record
        Log records, points of metrics, or both.
    mapper : Mapper
        That of the file or request, so that equals are numbered through it.
    line : int
        Where in its file the payload stands, for the record of rejections.
    """
    for record in records:
        try:
            yield _document(record, mapper)
        except InvalidRecord as rejection:
            yield REJECT, Reject.of(line, rejection, names_of(record.record["attributes"]))


def _document(record: Record, mapper: Mapper) -> Document:
    sent = record.record
    kind = sent.get("kind")
    if kind is None:
        return EVENT, _event(record, mapper)
    if kind == BROKEN:
        raise InvalidRecord("part of a payload that is no object")
    if kind != "sum":
        return SKIPPED, f"points of a {kind.replace('_', ' ')}"
    point = map_point(record, mapper)
    for nanos in (point["time_unix_nano"], point["start_unix_nano"]):
        if nanos:  # 0 where a client does not know when its counter began
            mapper.clock.check(point_time(nanos), point)
    return POINT, point


def _event(record: Record, mapper: Mapper) -> dict[str, Any]:
    sent, attributes = record.record, record.record["attributes"]
    names = (text(name) for name in sent["names"])
    times = (nanoseconds(time) for time in sent["times"])
    nanos = next((time for time in times if time), None)
    event = mapper.event(
        attributes,
        record.resource,
        record.scope,
        name=next((name for name in names if name and _NAME.fullmatch(name)), None),
        recorded_ms=nanos // 1_000_000 if nanos else None,
    )
    if is_other_agent(event["event_type"]):
        add_other_agent_fields(event, attributes)
    return event
