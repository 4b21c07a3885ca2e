"""Aggregate the buckets of one session into its summary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from store.events.bucket import unpack, with_events
from store.events.bucket_key import is_sessionless
from store.events.documents import Event, EventBucket
from store.events.duplicates import EventKey
from store.people.directory import Directory
from store.people.roles import UNKNOWN
from store.prices.table import Prices
from store.rollups.daily import TOKEN_FIELDS, project_of
from store.rollups.documents import Session
from store.rollups.grouping import most_frequent
from store.time_zone import local_hour

_SENT = (
    "user_id", "email", "name", "department", "level", "location",
    "project", "repository", "terminal", "os",
)  # fmt: skip
"""Fields of the sender; the first event that has a field decides it."""


class SessionAggregator:
    """Adds up the buckets of one session.

    Parameters
    ----------
    session_id : str
        Session id, or what replaces it (`store.events.bucket_key`).
    prices : Prices
        What models cost.
    """

    # Thousands exist at a time
    __slots__ = (
        "_builtin", "_calls", "_client_version", "_cost_usd", "_ended_at", "_error_types",
        "_failures", "_first_prompt_at", "_kinds", "_model_tokens", "_prices", "_requests",
        "_sent", "_sources", "_spent", "_started_at", "_tokens", "_unpriced", "session_id",
        "versions",
    )  # fmt: skip

    def __init__(self, session_id: str, prices: Prices) -> None:
        self.session_id = session_id
        self.versions: dict[str, int] = {}
        """The versions of the buckets that were added, by key."""
        self._prices = prices
        self._started_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._sent: dict[str, Any] = {}
        self._client_version: str | None = None
        self._sources: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._builtin = 0
        self._first_prompt_at: datetime | None = None
        self._tokens: Counter[str] = Counter()
        self._cost_usd = 0.0
        self._requests: Counter[str] = Counter()
        self._model_tokens: Counter[str] = Counter()
        self._unpriced: Counter[str] = Counter()
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._calls: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._error_types: Counter[str] = Counter()

    def add_bucket(self, bucket: EventBucket, duplicates: Set[EventKey] = frozenset()) -> None:
        """Add the events of the next bucket; buckets must come in order of time."""
        key = bucket["_id"]
        self.versions[key] = bucket["version"]
        events = bucket["events"]
        if duplicates:
            events = [event for event in events if (key, event["id"]) not in duplicates]
        if not events:
            return
        if bucket["mixed"]:
            for event in unpack(with_events(bucket, events)):
                self._add_sender(event, [event])
        else:
            self._add_sender(bucket, events)
        self._started_at = self._started_at or events[0]["timestamp"]
        self._ended_at = events[-1]["timestamp"]
        self._kinds.update(event["event_type"] for event in events)
        for event in events:
            if handler := _HANDLERS.get(event["event_type"]):
                handler(self, event)

    def summary(self, zone: ZoneInfo, directory: Directory) -> Session | None:
        """Return the document of `sessions` without its fence; None if no event is left.

        Parameters
        ----------
        zone : zoneinfo.ZoneInfo
            Reporting time zone; the session belongs to the local day it started.
        directory : Directory
            The directory of people.
        """
        if self._started_at is None or self._ended_at is None:
            return None
        day, hour = local_hour(self._started_at, zone)
        sent = self._sent
        counts = self._counts()
        is_session = not is_sessionless(self.session_id)
        fields = {
            "_id": self.session_id,
            "session_id": self.session_id,
            "user_id": sent.get("user_id", UNKNOWN),
            "email": sent.get("email"),
            **directory.person(sent, day)._asdict(),
            "project": project_of(sent),
            "day": day,
            "hour": hour,
            "started_at": self._started_at,
            "ended_at": self._ended_at,
            "duration_seconds": (self._ended_at - self._started_at).total_seconds(),
            **counts,
            **self._model_uses(),
            "tool_uses": self._tool_uses(),
            "error_types": sorted(set(most_frequent(self._error_types).values())),
            "terminal": sent.get("terminal"),
            "os": sent.get("os"),
            "client_version": self._client_version,
            "sources": sorted(self._sources),
            "is_counted": is_session and bool(counts["prompts"] or counts["api_requests"]),
            "first_prompt_at": self._first_prompt_at,
        }
        known = {name: value for name, value in fields.items() if value is not None}
        return cast(Session, known)

    def _add_sender(self, header: Mapping[str, Any], events: list[Event]) -> None:
        """Add who sent some events, and with what."""
        for name in _SENT:
            if name in header and name not in self._sent:
                self._sent[name] = header[name]
        self._client_version = header.get("client_version", self._client_version)
        for event in events:
            self._sources.update(event.get("sources") or (header["source"],))

    def _add_prompt(self, event: Event) -> None:
        if event.get("command_source") == "builtin":
            self._builtin += 1
        elif self._first_prompt_at is None:
            self._first_prompt_at = event["timestamp"]

    def _add_request(self, event: Event) -> None:
        cost, _ = self._prices.cost(event)
        model = event.get("model", UNKNOWN)
        self._requests[model] += 1
        for name in TOKEN_FIELDS:
            if count := event.get(name):
                self._tokens[name] += count
                self._model_tokens[model] += count
        if cost is None:
            self._unpriced[model] += 1
        else:
            self._cost_usd += cost
            self._spent[model] += cost

    def _add_tool_result(self, event: Event) -> None:
        tool = event.get("tool_name", UNKNOWN)
        self._calls[tool] += 1
        if event.get("is_success") is False:
            self._failures[tool] += 1
            self._add_failure(event)

    def _add_failure(self, event: Event) -> None:
        self._error_types[event.get("error_type", UNKNOWN)] += 1

    def _counts(self) -> dict[str, Any]:
        kinds = self._kinds
        failures = self._failures.total()
        return {
            "events": kinds.total(),
            "prompts": kinds["user_prompt"] - self._builtin,
            "api_requests": kinds["api_request"],
            "api_errors": kinds["api_error"],
            "tool_calls": kinds["tool_result"],
            "tool_failures": failures,
            "errors": kinds["api_error"] + failures,
            **{name: self._tokens[name] for name in TOKEN_FIELDS},
            "total_tokens": self._tokens.total(),
            "cost_usd": round(self._cost_usd, 9),
            "unpriced_requests": self._unpriced.total(),
        }

    def _model_uses(self) -> dict[str, Any]:
        if not self._requests:
            return {}
        sums: dict[str, Mapping[str, float]] = {
            "api_requests": self._requests,
            "total_tokens": self._model_tokens,
            "unpriced_requests": self._unpriced,
            "cost_usd": self._spent,
        }
        uses = _uses("model", most_frequent(self._requests), sums)
        most = min(self._requests, key=lambda model: (-self._requests[model], model))
        return {"model": most, "models": [use["model"] for use in uses], "model_uses": uses}

    def _tool_uses(self) -> list[dict[str, Any]]:
        sums = {"calls": self._calls, "failures": self._failures}
        return _uses("tool_name", most_frequent(self._calls), sums)


def _uses(
    dimension: str, names: Mapping[str, str], sums: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    """Return the sums of a session by value of a dimension, the rarest under one name."""
    uses: dict[str, dict[str, Any]] = {}
    for value in sorted(names):
        use = uses.setdefault(names[value], {dimension: names[value], **dict.fromkeys(sums, 0)})
        for field, values in sums.items():
            # Sums of floats drift in the last digits; a billionth of a dollar is exact enough
            use[field] = round(use[field] + values[value], 9)
    return [uses[name] for name in sorted(uses)]


Handler = Callable[[SessionAggregator, Event], None]

_HANDLERS: dict[str, Handler] = {
    "user_prompt": SessionAggregator._add_prompt,
    "api_request": SessionAggregator._add_request,
    "api_error": SessionAggregator._add_failure,
    "tool_result": SessionAggregator._add_tool_result,
}


def fold_session(
    session_id: str,
    buckets: Iterable[EventBucket],
    duplicates: Set[EventKey],
    prices: Prices,
) -> SessionAggregator:
    """Aggregate all buckets of a session, in any order.

    Parameters
    ----------
    session_id : str
        Session id, or what replaces it (`store.events.bucket_key`).
    buckets : iterable of dict
        Every bucket of the session.
    duplicates : set of (bucket id, event id)
        Events that another event already counts.
    prices : Prices
        What models cost.
    """
    fold = SessionAggregator(session_id, prices)
    for bucket in sorted(buckets, key=lambda bucket: str(bucket["_id"])):
        fold.add_bucket(bucket, duplicates)
    return fold
