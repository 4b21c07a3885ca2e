"""Calls of the model in a transcript: many lines, one call, one usage.

A transcript repeats the usage of a call on each line that the reply was cut into, early lines with
fewer output tokens than the last. The most complete line counts, at the time of the first.
Only calls whose lines may still come are held. A line that comes even later makes the same event
again, and the store keeps the better one.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.events.coerce import amount, count, text
from ingest.events.ids import content_id
from ingest.formats.transcripts.fields import (
    Event,
    Sent,
    extra,
    line_id,
    mapping,
    positive,
    put,
    put_model,
)

OPEN_CALLS = 256
"""So many other calls may lie between two lines of one call."""

_PROMPT_SIDE = ("input_tokens", "cache_read_tokens", "cache_creation_tokens")


@dataclass
class Call:
    """One call while its lines come in: what will be kept of it, never the lines themselves."""

    id_parts: tuple[str, ...]
    usage_key: str
    first_at: datetime
    shared: Event
    user_lines: int
    rank: list[int] = field(default_factory=list)
    fields: Event = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    advisors: list[tuple[int, Event]] = field(default_factory=list)
    stop_reason: str | None = None


class Calls:
    """Collects the lines of assistant messages into calls."""

    def __init__(self, limit: int = OPEN_CALLS) -> None:
        self._open: OrderedDict[tuple[str, ...], Call] = OrderedDict()
        self._limit = limit
        self._user_lines = 0

    def note_user_line(self) -> None:
        """Take note that a prompt or a tool's result came: what follows may be another call."""
        self._user_lines += 1

    def add(self, one: Sent) -> Iterator[Event]:
        """Take a line with a usage; yield calls of which no more lines are expected."""
        tokens = token_fields(_usage(one))
        key = _group(one)
        call = self._open.get(key)
        if call and not self._continues(call, key, tokens):
            yield from _events(self._open.pop(key))
            call = None
        if call is None:
            call = self._open[key] = _new_call(one, key)
        call.user_lines = self._user_lines
        _take(call, one, tokens)
        self._open.move_to_end(key)
        if len(self._open) > self._limit:
            yield from _events(self._open.popitem(last=False)[1])

    def _continues(self, call: Call, key: tuple[str, ...], tokens: Mapping[str, int]) -> bool:
        """Return whether a line continues an open call or begins another of the same message id.

        There are gateways that answer every call with one constant id and no request id. Between
        two such calls lies a prompt or a tool's result, and the second has a longer prompt.
        """
        if key[0] != "run" or call.user_lines == self._user_lines:
            return True
        before = [call.fields.get(name, 0) for name in _PROMPT_SIDE]
        return any(before) and before == [tokens.get(name, 0) for name in _PROMPT_SIDE]

    def drain(self) -> Iterator[Event]:
        """Yield the calls that are still open at the end of a file."""
        while self._open:
            yield from _events(self._open.popitem(last=False)[1])


def token_fields(usage: Mapping[str, Any]) -> dict[str, int]:
    """Read the tokens of a usage; what was not sent is absent."""
    split = mapping(usage.get("cache_creation"))
    five_minutes = count(split.get("ephemeral_5m_input_tokens"))
    one_hour = count(split.get("ephemeral_1h_input_tokens"))
    created = count(usage.get("cache_creation_input_tokens"))
    if split:  # some clients sent 0 above and the truth below
        created = max(created or 0, (five_minutes or 0) + (one_hour or 0))
    fields = {
        "input_tokens": count(usage.get("input_tokens")),
        "output_tokens": count(usage.get("output_tokens")),
        "cache_read_tokens": count(usage.get("cache_read_input_tokens")),
        "cache_creation_tokens": created,
        "cache_creation_1h_tokens": one_hour or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def total_tokens(tokens: Mapping[str, int]) -> int:
    """Return the sum of the four kinds; the one-hour part is inside one of them."""
    return sum(tokens.get(name, 0) for name in ("output_tokens", *_PROMPT_SIDE))


def _message(one: Sent) -> Mapping[str, Any]:
    return mapping(one.line.get("message"))


def _usage(one: Sent) -> Mapping[str, Any]:
    return mapping(_message(one).get("usage"))


def _group(one: Sent) -> tuple[str, ...]:
    message_id = text(_message(one).get("id")) or ""
    if request_id := text(one.line.get("requestId")):
        return ("msg", message_id, request_id)
    if message_id:
        return ("run", one.shared.get("session_id", ""), message_id)
    return ("one", *line_id(one, "assistant"))


def _new_call(one: Sent, key: tuple[str, ...]) -> Call:
    kind = key[0]
    if kind == "msg":
        return Call(key, f"req:{key[2]}", one.at, one.shared, 0)
    parts = ("run", key[2] if kind == "run" else "", *line_id(one, "assistant"))
    return Call(parts, ":".join(("msg", *parts[1:])), one.at, one.shared, 0)


def _take(call: Call, one: Sent, tokens: Event) -> None:
    call.first_at = min(call.first_at, one.at)
    call.stop_reason = text(_message(one).get("stop_reason")) or call.stop_reason
    rank = _rank(one, tokens)
    if rank > call.rank:
        usage = _usage(one)
        call.rank = rank
        call.fields = tokens | _fields(one)
        call.facts = _billing_facts(usage)
        call.advisors = list(_advisors(usage))


def _rank(one: Sent, tokens: Mapping[str, int]) -> list[int]:
    output = tokens.get("output_tokens", 0)
    return [int(not one.is_sidechain), output, total_tokens(tokens), int("speed" in _usage(one))]


def _fields(one: Sent) -> Event:
    message = _message(one)
    fields: Event = {}
    put_model(fields, message.get("model"))
    put(fields, "message_id", text(message.get("id")))
    put(fields, "request_id", text(one.line.get("requestId")))
    put(fields, "cost_usd", amount(one.line.get("costUSD")))
    put(fields, "effort", text(one.line.get("effort")))
    put(fields, "speed", _speed(_usage(one)))
    return fields


def _advisors(usage: Mapping[str, Any]) -> Iterator[tuple[int, Event]]:
    """Yield the calls of an advisor inside a call; other iterations only repeat the totals."""
    iterations = usage.get("iterations")
    for index, item in enumerate(iterations if isinstance(iterations, list) else ()):
        iteration = mapping(item)
        if iteration.get("type") == "advisor_message" and text(iteration.get("model")):
            fields: Event = {"query_source": "advisor", **token_fields(iteration)}
            put_model(fields, iteration["model"])
            yield index, fields


def _events(call: Call) -> Iterator[Event]:
    """Build the event of a call, and one for each call of an advisor inside it."""
    event = _event(call, call.id_parts, call.usage_key, call.fields)
    event["dedupe_rank"] = call.rank
    if facts := extra(call.facts | {"stop_reason": call.stop_reason}):
        event["extra"] = facts
    yield event
    for index, fields in call.advisors:
        parts = ("adv", *call.id_parts[1:], str(index))
        advisor = _event(call, parts, ":".join(parts), fields)
        advisor["dedupe_rank"] = [call.rank[0], fields.get("output_tokens", 0)]
        yield advisor


def _event(call: Call, parts: tuple[str, ...], usage_key: str, fields: Event) -> Event:
    return {
        **call.shared,
        "id": content_id("t", *parts),
        "timestamp": call.first_at,
        "event_type": "api_request",
        "usage_key": usage_key,
        **fields,
    }


def _speed(usage: Mapping[str, Any]) -> str | None:
    # Telemetry calls the same thing normal
    speed = text(usage.get("speed"))
    return "normal" if speed == "standard" else speed


def _billing_facts(usage: Mapping[str, Any]) -> dict[str, Any]:
    server = mapping(usage.get("server_tool_use"))
    details = mapping(usage.get("output_tokens_details"))
    tier = text(usage.get("service_tier"))
    place = text(usage.get("inference_geo"))
    return {
        "web_search_requests": positive(server.get("web_search_requests")),
        "thinking_tokens": positive(details.get("thinking_tokens")),
        "service_tier": tier if tier != "standard" else None,
        "inference_geo": place if place != "not_available" else None,
    }
