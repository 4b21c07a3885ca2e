"""Ids made from the content of events, so that an event has one id in all sources.

Position in a file, time of import and the id that a transport gave are no part of an id, with one
exception: events of old clients, which carry no sequence, need a mark besides.
"""

from hashlib import sha256
from typing import Any

import orjson

# So many different events without a sequence are remembered in order to number equals
_REMEMBERED = 200_000


def content_id(*parts: Any) -> str:
    """Return the first 32 hex digits of SHA-256 over the parts as a compact JSON array."""
    return sha256(orjson.dumps(parts)).hexdigest()[:32]


def digest(value: Any) -> str:
    """Return a short fingerprint of a JSON value, the same for any order of keys."""
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


class Ordinals:
    """Numbers equal keys in the order in which a file or a request holds them."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._counts: dict[str, int] = {}
        self._remembered = remembered

    def next(self, key: str) -> int:
        """Return 0 for a key that is new, 1 when it comes again, and so on."""
        ordinal = self._counts.pop(key, -1) + 1
        self._counts[key] = ordinal
        if len(self._counts) > self._remembered:
            # Equals carry the same millisecond, so they lie close together: forget the oldest
            for old in list(self._counts)[: self._remembered // 2]:
                del self._counts[old]
        return ordinal


def usage_key(event: dict[str, Any], message_uuid: str | None = None) -> str | None:
    """Return the key of an event that a transcript of the same session shares."""
    event_type = event["event_type"]
    if event_type in ("api_request", "api_error") and "request_id" in event:
        return f"req:{event['request_id']}"
    if event_type == "tool_result" and "tool_use_id" in event:
        return f"tool:{event['tool_use_id']}"
    if event_type == "user_prompt" and message_uuid:
        return f"uuid:{message_uuid}"
    return None
