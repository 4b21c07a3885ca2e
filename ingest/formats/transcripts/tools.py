"""Tool calls in a transcript: the use on one line, its result on a later one.

Of the input only the size and the language of the edited file are kept, of the output the size.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.events.coerce import amount, count, text
from ingest.events.ids import content_id
from ingest.events.languages import language_of
from ingest.files.json_records import encode
from ingest.formats.transcripts.fields import Event, Sent, blocks, line_id, mapping, put

PENDING_USES = 10_000
"""So many tools may run, or wait for an answer, at the same time."""

_EDIT_TOOLS = {"Edit", "MultiEdit", "Write", "NotebookEdit"}
_PATHS = ("file_path", "notebook_path")
_REJECTED = "The user doesn't want to"


class ToolCalls:
    """Joins uses with results; a use that never got one is a call of unknown outcome."""

    def __init__(self, limit: int = PENDING_USES) -> None:
        self._pending: OrderedDict[str, Event] = OrderedDict()
        self._limit = limit

    def add_uses(self, one: Sent) -> Iterator[Event]:
        """Take the uses on an assistant's line; yield those that cannot be joined."""
        for index, block in enumerate(blocks(mapping(one.line.get("message")))):
            if block.get("type") != "tool_use":
                continue
            use_id = text(block.get("id"))
            event = _use(one, block, use_id, index)
            if use_id is None:
                yield event
                continue
            self._pending[use_id] = event
            self._pending.move_to_end(use_id)
            if len(self._pending) > self._limit:
                yield self._pending.popitem(last=False)[1]

    def add_results(self, one: Sent, results: list[Mapping[str, Any]]) -> Iterator[Event]:
        """Take the results on a user's line."""
        # What the tool reported stands beside the blocks: it is one tool's
        report = mapping(one.line.get("toolUseResult")) if len(results) == 1 else {}
        for index, block in enumerate(results):
            use_id = text(block.get("tool_use_id"))
            use = self._pending.pop(use_id, None) if use_id else None
            yield _result(one, block, use or _unnamed(one, use_id, index), report)

    def drain(self) -> Iterator[Event]:
        """Yield the uses that got no result."""
        while self._pending:
            yield self._pending.popitem(last=False)[1]


def results_of(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the tool results of a user's message."""
    return [block for block in blocks(message) if block.get("type") == "tool_result"]


def _use(one: Sent, block: Mapping[str, Any], use_id: str | None, index: int) -> Event:
    event = _unnamed(one, use_id, index)
    event["dedupe_rank"] = [0, 1]
    given = mapping(block.get("input"))
    if name := text(block.get("name")):
        event["tool_name"] = name
        event |= _names(name, given)
    if given:
        put(event, "tool_input_bytes", _written_size(given))
    return event


def _unnamed(one: Sent, use_id: str | None, index: int) -> Event:
    parts = (use_id,) if use_id else (*line_id(one, "tool"), str(index))
    event = {
        **one.shared,
        "id": content_id("t", "tool", *parts),
        "timestamp": one.at,
        "event_type": "tool_result",
        "usage_key": ":".join(("tool", *parts)),
        "dedupe_rank": [0, 0],
    }
    put(event, "tool_use_id", use_id)
    return event


def _names(name: str, given: Mapping[str, Any]) -> Event:
    fields: Event = {}
    if name.startswith("mcp__"):
        server, _, tool = name.removeprefix("mcp__").partition("__")
        put(fields, "mcp_server", text(server))
        put(fields, "mcp_tool", text(tool))
    elif name in _EDIT_TOOLS:
        path = next((given[key] for key in _PATHS if isinstance(given.get(key), str)), None)
        put(fields, "language", language_of(path) if path else None)
    elif name == "Skill":
        put(fields, "skill_name", text(given.get("skill")))
    elif name in ("Task", "Agent"):
        put(fields, "agent_name", text(given.get("subagent_type")))
    return fields


def _result(one: Sent, block: Mapping[str, Any], use: Event, report: Mapping[str, Any]) -> Event:
    failed = block.get("is_error") is True
    event = {
        **use,
        "timestamp": one.at,
        "is_success": not failed,
        "dedupe_rank": [1, use["dedupe_rank"][1]],
    }
    put(event, "tool_result_bytes", _size(block.get("content")))
    if failed:
        rejected = _beginning(block.get("content")).startswith(_REJECTED)
        event["error_type"] = "user_reject" if rejected else "tool_failed"
    put(event, "duration_ms", _duration(report))
    return event


def _duration(report: Mapping[str, Any]) -> int | None:
    for name in ("durationMs", "totalDurationMs"):
        if (number := count(report.get(name))) is not None:
            return number
    seconds = amount(report.get("durationSeconds"))
    return None if seconds is None else round(seconds * 1000)


def _written_size(value: Any) -> int | None:
    written = encode(value)
    return None if written is None else len(written)


def _size(content: Any) -> int | None:
    if isinstance(content, str):
        return len(content) if content.isascii() else len(content.encode("utf-8", "replace"))
    return _written_size(content) if content else 0


def _beginning(content: Any) -> str:
    if isinstance(content, list):
        content = next((mapping(block).get("text") for block in content), "")
    return content if isinstance(content, str) else ""
