"""Other agents that send to the same place: their events are kept, their token counts converted.

Their events are no Claude Code events and count in no total. Here the token
fields mean disjoint parts, whereas these clients count cached tokens as input too.
"""

from collections.abc import Mapping
from typing import Any

from ingest.events.coerce import count, text

PREFIXES = ("codex.", "gemini_cli.")

_SESSION = ("session.id", "conversation.id")
_INPUT = ("input_token_count",)
_CACHED = ("cached_token_count", "cached_content_token_count")
_OUTPUT = ("output_token_count",)


def is_other_agent(event_type: str) -> bool:
    """Return whether an event is one of another agent."""
    return event_type.startswith(PREFIXES)


def add_other_agent_fields(event: dict[str, Any], attributes: Mapping[str, Any]) -> None:
    """Add session and tokens of another agent's event, input without what was cached."""
    if session := text(_first(attributes, _SESSION)):
        event.setdefault("session_id", session)
    given = count(_first(attributes, _INPUT))
    cached = count(_first(attributes, _CACHED))
    output = count(_first(attributes, _OUTPUT))
    fields = {
        "input_tokens": None if given is None else max(given - (cached or 0), 0),
        "cache_read_tokens": cached,
        "output_tokens": output,
    }
    event |= {name: value for name, value in fields.items() if value is not None}


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((attributes[name] for name in names if name in attributes), None)
