"""Transcripts of Claude Code: the files under ``~/.claude/projects``, metadata only.

They hold every word of a conversation. Kept are who called which model and which tool, when, with
how many tokens and what outcome; texts are measured and forgotten. Their format is internal to the
client and changes without notice, so a line of an unknown type is counted and passed over.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ingest.events.clock import file_clock
from ingest.events.coerce import text
from ingest.files.json_records import InvalidRecord, Reject, records
from ingest.files.source_file import SourceFile
from ingest.formats.transcripts.calls import Calls
from ingest.formats.transcripts.fields import NO_TIME, Line, Place, Sent, mapping, sent
from ingest.formats.transcripts.prompts import prompt_event
from ingest.formats.transcripts.system import CostStates, api_error_event, system_event
from ingest.formats.transcripts.tools import ToolCalls, results_of
from ingest.record_kinds import EVENT, REJECT, SKIPPED, Document

NAME = "transcript"
DESCRIPTION = "Claude Code transcripts (a projects folder or its .jsonl files)"

_SYNTHETIC = "<synthetic>"
_SET_ASIDE = re.compile(r"\.(?:orphaned|superseded)-")
_KNOWN_TYPES = frozenset({
    "agent-name", "ai-title", "atis-latch", "attachment", "bridge-session", "content-replacement",
    "custom-title", "file-history-delta", "file-history-snapshot", "last-prompt", "mode",
    "permission-mode", "pr-link", "progress", "queue-operation", "summary", "system", "tag",
    "worktree-state",
})  # fmt: skip
_NAMED_TYPES = 50

_ENVELOPE = re.compile(rb'"(?:sessionId|message|leafUuid|snapshot)"\s*:')
_TYPE = re.compile(
    rb'"type"\s*:\s*"(?:user|assistant|cost-state|'
    + "|".join(sorted(_KNOWN_TYPES)).encode()
    + rb')"'
)
_CALL = [
    re.compile(sign) for sign in (rb'"message"\s*:\s*\{', rb'"usage"\s*:\s*\{', rb'"input_tokens"')
]


def recognise(file: SourceFile) -> bool:
    """Return whether a file is a transcript, or lies beside transcripts in a projects folder."""
    sample = file.sample
    if _ENVELOPE.search(sample) and _TYPE.search(sample):
        return True
    return all(sign.search(sample) for sign in _CALL) or _is_companion(file)


def documents(file: SourceFile) -> Iterator[Document]:
    """Read a transcript and yield its events."""
    if _SET_ASIDE.search(file.path.name):
        yield SKIPPED, "copy of a session that the client set aside"
    elif _is_companion(file):
        yield SKIPPED, "file beside transcripts that is none"
    else:
        yield from Transcript(Place.of(file.path)).documents(file)


def _is_companion(file: SourceFile) -> bool:
    folders, name = file.path.absolute().parts[:-1], file.path.name
    return (
        "tool-results" in folders
        or ("subagents" in folders and name.endswith(".meta.json"))
        or name == "sessions-index.json"
    )


class Transcript:
    """One file on its way to events; what it holds meanwhile is bounded."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._calls = Calls()
        self._tools = ToolCalls()
        self._clock = file_clock()
        self._cost_states = CostStates(place, self._clock)
        self._types: set[str] = set()

    def documents(self, file: SourceFile) -> Iterator[Document]:
        """Yield an event for each call, prompt and tool, and a count for each other line."""
        for number, line in records(file):
            if isinstance(line, Reject):
                yield REJECT, line
            else:
                yield from self._line(line, number)
        for event in (*self._calls.drain(), *self._tools.drain(), *self._cost_states.drain()):
            yield EVENT, event

    def _line(self, line: Line, number: int) -> Iterator[Document]:
        line = _embedded(line)
        kind = _kind(line)
        try:
            if kind == "cost-state":
                yield from ((EVENT, state) for state in self._cost_states.add(line))
            elif handler := _HANDLERS.get(kind):
                yield from handler(self, self._sent(line))
            else:
                yield SKIPPED, self._passed_over(kind)
        except InvalidRecord as rejection:
            yield REJECT, Reject.of(number, rejection)

    def _sent(self, line: Line) -> Sent:
        """Read the envelope of a line; raise InvalidRecord if its time is missing or wrong."""
        one = sent(line, self._place)
        if one is None:
            raise InvalidRecord(NO_TIME)
        self._clock.check(one.at, one.shared)
        self._cost_states.see(one.at)
        return one

    def _assistant(self, one: Sent) -> Iterator[Document]:
        message = mapping(one.line.get("message"))
        if one.line.get("isApiErrorMessage") is True:
            yield EVENT, api_error_event(one)
            return
        for event in self._tools.add_uses(one):
            yield EVENT, event
        if message.get("model") == _SYNTHETIC:
            yield SKIPPED, "synthetic reply of the client"
        elif isinstance(message.get("usage"), dict):
            for event in self._calls.add(one):
                yield EVENT, event
        else:
            yield SKIPPED, "reply without a usage"

    def _user(self, one: Sent) -> Iterator[Document]:
        self._calls.note_user_line()
        if results := results_of(mapping(one.line.get("message"))):
            for event in self._tools.add_results(one, results):
                yield EVENT, event
            return
        prompt = prompt_event(one)
        yield (SKIPPED, prompt) if isinstance(prompt, str) else (EVENT, prompt)

    def _system(self, one: Sent) -> Iterator[Document]:
        if event := system_event(one):
            yield EVENT, event
        else:
            yield SKIPPED, self._passed_over(f"system/{text(one.line.get('subtype')) or '-'}")

    def _passed_over(self, kind: str) -> str:
        """Name a type of line; of files that make up types without end only the first ones."""
        kind = kind[:60].replace("\0", "")  # no name of a field in the import log may hold one
        if kind not in self._types and len(self._types) >= _NAMED_TYPES:
            return "line of unknown type"
        self._types.add(kind)
        known = kind in _KNOWN_TYPES or kind.startswith("system/")
        return f"line of type {kind}" if known else f"line of unknown type {kind}"


_HANDLERS: dict[str, Callable[[Transcript, Sent], Iterator[Document]]] = {
    "assistant": Transcript._assistant,
    "user": Transcript._user,
    "system": Transcript._system,
}


def _kind(line: Line) -> str:
    """Return the type of a line; the oldest lines have none and are recognised by their fields."""
    if kind := text(line.get("type")):
        return kind
    message = mapping(line.get("message"))
    if isinstance(message.get("usage"), dict) or message.get("role") == "assistant":
        return "assistant"
    return "user" if message.get("role") == "user" else "-"


def _embedded(line: Line) -> Line:
    """Take out of a progress line what older clients put there: a line of a sub-agent."""
    if line.get("type") != "progress":
        return line
    data: dict[str, Any] = dict(mapping(line.get("data")))
    inner = mapping(data.get("message"))
    if data.get("type") != "agent_progress" or inner.get("type") not in ("assistant", "user"):
        return line
    return {**line, "uuid": None, **inner, "isSidechain": True}
