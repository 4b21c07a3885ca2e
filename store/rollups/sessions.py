"""Add up the facts of one session."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from store.events.bucket_key import is_sessionless
from store.people.directory import Directory
from store.people.roles import UNKNOWN
from store.rollups.definitions import PARTS, TOKENS
from store.rollups.documents import Fact, Session
from store.rollups.facts import lists_of, project_of
from store.rollups.grouping import most_frequent
from store.time_zone import local_hour

_MODEL_SUMS = ("api_requests", "total_tokens", "unpriced_requests", "cost_usd")
_TOOL_SUMS = ("calls", "failures")

Sums = dict[str, dict[str, Any]]


def fold_session(
    session_id: str, facts: Iterable[Fact], zone: ZoneInfo, directory: Directory
) -> Session | None:
    """Return the document of `sessions` without its fence; None if no event is left.

    Parameters
    ----------
    session_id : str
        Session id, or what replaces it (`store.events.bucket_key`).
    facts : iterable of dict
        All facts of the session.
    zone : zoneinfo.ZoneInfo
        Reporting time zone; the session belongs to the local day it started.
    directory : Directory
        The directory of people.
    """
    ordered = sorted(
        (fact for fact in facts if fact.get("rows")), key=lambda fact: str(fact["_id"])
    )
    with_events = [fact for fact in ordered if "started_at" in fact]
    if not with_events:
        return None
    day, hour = local_hour(with_events[0]["started_at"], zone)
    sent = _sent(with_events)
    ended_at = max(fact["ended_at"] for fact in with_events)
    duration = ended_at - with_events[0]["started_at"]
    counts = _Counts(ordered)
    sums = counts.sums()
    prompted = [fact["first_prompt_at"] for fact in with_events if "first_prompt_at" in fact]
    versions = [fact["client_version"] for fact in with_events if "client_version" in fact]
    fields = {
        "_id": session_id,
        "session_id": session_id,
        "user_id": sent.get("user_id", UNKNOWN),
        "email": sent.get("email"),
        **directory.person(sent, day)._asdict(),
        "project": project_of(sent),
        "repository": sent.get("repository"),
        "day": day,
        "hour": hour,
        "weekday": date.fromisoformat(day).weekday(),
        "started_at": with_events[0]["started_at"],
        "ended_at": ended_at,
        "duration_seconds": duration.total_seconds(),
        **sums,
        **counts.model_uses(),
        "tool_uses": counts.tool_uses(),
        "error_types": counts.error_types(),
        "terminal": sent.get("terminal"),
        "os": sent.get("os"),
        "client_version": versions[-1] if versions else None,
        "sources": sorted({name for fact in with_events for name in fact["sources"]}),
        "is_counted": not is_sessionless(session_id)
        and bool(sums["prompts"] or sums["api_requests"]),
        "first_prompt_at": min(prompted, default=None),
    }
    return cast(Session, {name: value for name, value in fields.items() if value is not None})


def _sent(facts: Iterable[Fact]) -> dict[str, Any]:
    """Return who sent the events, and with what: the first event that has a field decides it."""
    sent: dict[str, Any] = {}
    for fact in facts:
        sent = {**fact.get("sent", {}), **sent}
    return sent


class _Counts:
    """Sums over the rows of facts."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._numbers: Counter[str] = Counter()
        self._cost_usd = 0.0
        self._models: Sums = {}
        self._tools: Sums = {}
        self._errors: Counter[str] = Counter()
        for fact in facts:
            for row in fact["rows"]:
                self._add(row)

    def sums(self) -> dict[str, Any]:
        numbers = self._numbers
        return {
            "events": numbers["events"],
            "prompts": numbers["prompts"],
            "api_requests": numbers["api_requests"],
            "api_errors": numbers["api_errors"],
            "tool_calls": numbers["calls"],
            "tool_failures": numbers["failures"],
            "errors": numbers["api_errors"] + numbers["failures"],
            **{name: numbers[name] for name in TOKENS},
            "total_tokens": numbers["total_tokens"],
            "cost_usd": round(self._cost_usd, 9),
            "unpriced_requests": numbers["unpriced_requests"],
        }

    def model_uses(self) -> dict[str, Any]:
        requests = {name: sums["api_requests"] for name, sums in self._models.items()}
        requests = {name: count for name, count in requests.items() if count}
        if not requests:
            return {}
        uses = _uses("model", most_frequent(requests), self._models, _MODEL_SUMS)
        most = min(requests, key=lambda model: (-requests[model], model))
        return {"model": most, "models": [use["model"] for use in uses], "model_uses": uses}

    def tool_uses(self) -> list[dict[str, Any]]:
        calls = {name: sums["calls"] for name, sums in self._tools.items() if sums["calls"]}
        return _uses("tool_name", most_frequent(calls), self._tools, _TOOL_SUMS)

    def error_types(self) -> list[str]:
        return sorted(set(most_frequent(self._errors).values()))

    def _add(self, row: Mapping[str, Any]) -> None:
        lists = lists_of(row)
        self._numbers["events"] += row["events"]
        self._numbers["prompts"] += row["prompts"]
        for name, sums in (("models", self._models), ("tools", self._tools)):
            measures = PARTS[name].measures
            for value, *numbers in lists.get(name, ()):
                sums_of_value = sums.setdefault(value, defaultdict(int))
                for measure, number in zip(measures, numbers, strict=False):
                    sums_of_value[measure] += number
                    if measure == "cost_usd":
                        self._cost_usd += number
                    else:
                        self._numbers[measure] += number
        for error_type, _, errors in lists.get("errors", ()):
            self._errors[error_type] += errors


def _uses(
    dimension: str, names: Mapping[str, str], sums: Sums, fields: Iterable[str]
) -> list[dict[str, Any]]:
    """Return the sums of a session by value of a dimension, the rarest under one name."""
    fields = tuple(fields)
    uses: dict[str, dict[str, Any]] = {}
    for value in sorted(names):
        use = uses.setdefault(names[value], {dimension: names[value], **dict.fromkeys(fields, 0)})
        for field in fields:
            # Sums of floats drift in the last digits; a billionth of a dollar is exact enough
            use[field] = round(use[field] + sums[value][field], 9)
    return [uses[name] for name in sorted(uses)]
