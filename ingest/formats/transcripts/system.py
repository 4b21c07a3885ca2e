"""System lines of a transcript: failures, compactions, turns and cost states."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.events.clock import Clock
from ingest.events.coerce import amount, count, instant_of_ms, shown, status, text
from ingest.events.derived_fields import error_class
from ingest.events.ids import content_id
from ingest.files.json_records import InvalidRecord
from ingest.formats.transcripts.fields import (
    NO_TIME,
    Event,
    Line,
    Place,
    Sent,
    blocks,
    extra,
    line_id,
    mapping,
    put,
    put_model,
    sent,
)

MAX_COST_STATES = 1_000
"""Sessions whose cost states are held at a time; a file has one, a merged file a few."""

_STATUS = re.compile(r"API Error:? \(?(\d{3})\b")
_REQUEST = re.compile(r"\breq_\w{8,64}")
_CODE = re.compile(r"[a-z][a-z_]{2,40}")
_COST_STATE_TOKENS = {
    "input_tokens": "inputTokens",
    "output_tokens": "outputTokens",
    "cache_read_tokens": "cacheReadInputTokens",
    "cache_creation_tokens": "cacheCreationInputTokens",
}


def api_error_event(one: Sent) -> Event:
    """Map the reply that the client writes when a request has failed for good."""
    message = mapping(one.line.get("message"))
    content = " ".join(shown(block.get("text")) for block in blocks(message))[:2000]
    event = _event(one, "api_error")
    match = _STATUS.search(content)
    code = status(one.line.get("apiErrorStatus")) or status(match[1] if match else None)
    put(event, "status_code", code)
    event["error_type"] = f"http_{code}" if code else _error_type(one.line.get("error"), content)
    if request := text(one.line.get("requestId")) or next(iter(_REQUEST.findall(content)), None):
        event["request_id"] = request
        event["usage_key"] = f"req:{request}"
    return event


def system_event(one: Sent) -> Event | None:
    """Map a system line that carries facts; None for the others."""
    handler = _SYSTEM.get(text(one.line.get("subtype")) or "")
    return handler(one) if handler else None


def _compaction(one: Sent) -> Event:
    facts = mapping(one.line.get("compactMetadata"))
    event = _event(one, "compaction") | {"is_success": True}
    put(event, "duration_ms", count(facts.get("durationMs")))
    details = {
        "trigger": text(facts.get("trigger")),
        "pre_tokens": count(facts.get("preTokens")),
        "post_tokens": count(facts.get("postTokens")),
    }
    if items := extra(details):
        event["extra"] = items
    return event


def _turn(one: Sent) -> Event:
    event = _event(one, "turn_duration")
    put(event, "duration_ms", count(one.line.get("durationMs")))
    return event


def _retry(one: Sent) -> Event:
    # Not an api_error: that is the request which failed after its last attempt
    error = mapping(one.line.get("error"))
    event = _event(one, "api_retry")
    code = status(error.get("status"))
    put(event, "status_code", code)
    put(event, "attempt", count(one.line.get("retryAttempt")))
    event["error_type"] = f"http_{code}" if code else _error_type(None, shown(error)[:2000])
    return event


_SYSTEM = {"compact_boundary": _compaction, "turn_duration": _turn, "api_error": _retry}


def _event(one: Sent, event_type: str) -> Event:
    return {
        **one.shared,
        "id": content_id("t", "sys", *line_id(one, event_type)),
        "timestamp": one.at,
        "event_type": event_type,
        "usage_key": ":".join(("uuid", *line_id(one, event_type))),
    }


def _error_type(given: Any, content: str) -> str:
    if isinstance(given, str) and _CODE.fullmatch(given):
        return given
    return error_class(content)


class CostStates:
    """The client's own totals of a session by model, for reconciliation only.

    A cost state is cumulative and written many times; the last copy counts. It becomes one
    event of type ``cost_state`` per model, at the time of the line before it.
    Being no API request, it adds nothing to tokens or cost.
    """

    def __init__(self, place: Place, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._last_at: datetime | None = None
        self._by_session: dict[str, list[Event]] = {}

    def see(self, at: datetime) -> None:
        """Take note of the time of a line."""
        self._last_at = at

    def add(self, line: Line) -> Iterator[Event]:
        """Add a cost state; yield one that is held no longer.

        Raises
        ------
        InvalidRecord
            If there is no time that can be right.
        """
        at = self._last_at or instant_of_ms(line.get("startTime"))
        one = sent({**line, "timestamp": at.isoformat()}, self._place) if at else None
        if one is None:
            raise InvalidRecord(NO_TIME)
        self._clock.check(one.at, one.shared)
        session_id = one.shared.get("session_id", "")
        self._by_session[session_id] = list(_cost_state_events(one, session_id))
        if len(self._by_session) > MAX_COST_STATES:
            yield from self._by_session.pop(next(iter(self._by_session)))

    def drain(self) -> Iterator[Event]:
        """Yield the last cost state of each session."""
        for events in self._by_session.values():
            yield from events
        self._by_session.clear()


def _cost_state_events(one: Sent, session_id: str) -> Iterator[Event]:
    models = mapping(one.line.get("modelUsage"))
    if not models:
        models = {"": {"costUSD": one.line.get("totalCostUSD")}}
    for named, usage in models.items():
        model = text(named) or ""
        figures = mapping(usage)
        event: Event = {
            **one.shared,
            "id": content_id("t", "cost", session_id, model),
            "timestamp": one.at,
            "event_type": "cost_state",
            "usage_key": f"cost:{session_id}:{model}",
        }
        put_model(event, model)
        for name, key in _COST_STATE_TOKENS.items():
            put(event, name, count(figures.get(key)))
        put(event, "cost_usd", amount(figures.get("costUSD")))
        tokens = sum(event.get(name, 0) for name in _COST_STATE_TOKENS)
        event["dedupe_rank"] = [tokens, round(event.get("cost_usd", 0) * 1e6)]
        yield event
