"""The CSV exports of the dashboard that Tokenflow replaces: its sessions and its events.

Its events name what a call was for ("bug_fix"), and each is a call of a model with tokens: here
they are API requests, and the name is what the request was for. Its role of a person was a guess
made while loading, so it is kept beside the event and not believed.
"""

import csv
from collections.abc import Iterator
from typing import Any

from ingest.events.clock import file_clock
from ingest.events.coerce import count, epoch_ms, flag, instant, ordinal, text
from ingest.events.ids import content_id
from ingest.files.compression import DamagedError
from ingest.files.json_records import InvalidRecord, Reject
from ingest.files.source_file import SourceFile
from ingest.record_kinds import EVENT, REJECT, Document

NAME = "legacy"
DESCRIPTION = "sessions.csv and events.csv of the older dashboard"

_SIGNS = {"session_id", "user_id", "project_type"}
_OF_EVENTS = {"event_type", "timestamp"}
_OF_SESSIONS = {"started_at", "ended_at"}

_LONGEST_LINE = 1024 * 1024

Cells = dict[str | None, Any]
Event = dict[str, Any]

_SHARED = {
    "user_id": "user_id",
    "session_id": "session_id",
    "project_type": "project",
    "os": "os",
    "editor": "terminal",
    "claude_version": "client_version",
}
# These mean the same as today; what the old system called anything else was a call of a model
_CURRENT = {"api_request", "api_error", "user_prompt", "tool_decision", "tool_result"}


def recognise(file: SourceFile) -> bool:
    """Return whether a file is one of the two tables, by its columns."""
    columns = _columns(file)
    return columns >= _SIGNS and (columns >= _OF_EVENTS or columns >= _OF_SESSIONS)


def documents(file: SourceFile) -> Iterator[Document]:
    """Read a table and yield its events; of a session, its two ends."""
    read = _from_event if _columns(file) >= _OF_EVENTS else _from_session
    clock = file_clock()
    for line, cells in _rows(file):
        if isinstance(cells, Reject):
            yield REJECT, cells
            continue
        try:
            if any(cells.pop(None, ())):  # behind the last column
                raise InvalidRecord("row with too many columns")
            events = list(read(cells))
            for event in events:
                clock.check(event["timestamp"], event)
        except InvalidRecord as rejection:
            yield REJECT, Reject.of(line, rejection)
        else:
            yield from ((EVENT, event) for event in events)


def _from_event(cells: Cells) -> Iterator[Event]:
    at = instant(cells.get("timestamp"))
    if at is None:
        raise InvalidRecord("row without a valid time")
    kind = (text(cells.get("event_type")) or "").removeprefix("claude_code.")
    if not kind:
        raise InvalidRecord("event without a name")
    event = {**_shared(cells), "timestamp": at, "event_type": kind, **_measures(cells)}
    failed = flag(cells.get("success")) is False
    if kind not in _CURRENT and _calls_a_model(event):
        event |= {"event_type": "api_error" if failed else "api_request", "query_source": kind}
    event |= _outcome(event["event_type"], cells, failed)
    given = text(cells.get("event_id"))
    parts = (given,) if given else _position(event, kind, epoch_ms(at))
    event["id"] = content_id("legacy", *parts)
    yield event


def _measures(cells: Cells) -> Event:
    fields = {
        "model": text(cells.get("model")),
        "language": text(cells.get("language")),
        "sequence": ordinal(cells.get("sequence_num")),
        "input_tokens": count(cells.get("input_tokens")),
        "output_tokens": count(cells.get("output_tokens")),
        "duration_ms": count(cells.get("latency_ms")) or None,  # it wrote 0 for what had none
    }
    return {name: value for name, value in fields.items() if value is not None}


def _calls_a_model(event: Event) -> bool:
    return "model" in event and bool(event.get("input_tokens") or event.get("output_tokens"))


def _outcome(event_type: str, cells: Cells, failed: bool) -> Event:
    # "success" is true by default for everything but API errors, so it counts only for tools
    fields: Event = {}
    if event_type == "tool_result":
        fields["is_success"] = not failed
    if event_type == "api_error" or (event_type == "tool_result" and failed):
        fallback = "tool_failed" if event_type == "tool_result" else "unknown"
        fields["error_type"] = text(cells.get("error_type")) or fallback
    return fields


def _position(event: Event, kind: str, moment: int) -> tuple[Any, ...]:
    return event.get("session_id", ""), kind, moment, event.get("sequence", 0)


def _from_session(cells: Cells) -> Iterator[Event]:
    session_id = text(cells.get("session_id"))
    if not session_id:
        raise InvalidRecord("session without an id")
    ends = {"session_start": "started_at", "session_end": "ended_at"}
    moments = {kind: instant(cells.get(column)) for kind, column in ends.items()}
    if not any(moments.values()):
        raise InvalidRecord("row without a valid time")
    for kind, at in moments.items():
        if at:
            yield {
                **_shared(cells),
                "id": content_id("legacy", kind, session_id),
                "timestamp": at,
                "event_type": kind,
            }


def _shared(cells: Cells) -> Event:
    fields: Event = {"source": NAME, "product": "claude_code"}
    for column, name in _SHARED.items():
        if value := text(cells.get(column)):
            fields[name] = value.lower() if name == "os" else value
    if role := text(cells.get("role")):
        fields["labels"] = [{"k": "role", "v": role}]
    return fields


def _columns(file: SourceFile) -> set[str]:
    header = file.sample.decode("utf-8-sig", "replace").partition("\n")[0]
    return {cell.strip().strip('"') for cell in header.strip().split(",")}


def _rows(file: SourceFile) -> Iterator[tuple[int, Cells | Reject]]:
    reader = csv.DictReader(_lines(file))
    while True:
        try:
            cells: Cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, Reject(reader.line_num, "row that is no CSV")
        except DamagedError as damage:
            yield reader.line_num, Reject(reader.line_num + 1, str(damage))
            return
        else:
            yield reader.line_num, cells


def _lines(file: SourceFile) -> Iterator[str]:
    """Yield the lines of a file of any size, endless ones in pieces."""
    rest = b""
    for chunk in file.utf_8_chunks():
        *complete, rest = (rest + chunk).split(b"\n")
        yield from (_decoded(line) + "\n" for line in complete)
        if len(rest) > _LONGEST_LINE:
            yield _decoded(rest)
            rest = b""
    if rest:
        yield _decoded(rest)


def _decoded(line: bytes) -> str:
    """Read a line; a spreadsheet that saved the table again may have used the Windows code page."""
    try:
        decoded = line.decode()
    except UnicodeDecodeError:
        decoded = line.decode("cp1252", "replace")
    return decoded.replace("\0", "")
