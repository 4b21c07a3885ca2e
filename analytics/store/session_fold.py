"""Fold the buckets of one session into its summary, and summaries into people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.store.buckets import Event, event_order, event_sources, unpack
from analytics.store.day_fold import TOKEN_FIELDS, project_of
from analytics.store.directory import PERSON_FIELDS, Directory
from analytics.store.local_time import local_slot
from analytics.store.prices import Prices
from analytics.store.roles import UNKNOWN
from analytics.store.twins import EventKey

_SENT = ("user_id", "email", *PERSON_FIELDS, "project", "repository", "terminal", "os")

TODAY = "9999-12-31"
"""A day after every history: what the directory says now."""

SESSION_SUMS = ("prompts", "total_tokens", "cost_usd", "unpriced_requests", "errors")
"""What the sessions of a day are added up by, besides their number and duration."""


def fold_session(
    session_id: str,
    buckets: Iterable[dict[str, Any]],
    twins: set[EventKey],
    zone: ZoneInfo,
    directory: Directory,
    prices: Prices,
) -> dict[str, Any] | None:
    """Summarise a session from its buckets.

    Parameters
    ----------
    session_id : str
        Session id, or the stand-in of events without one.
    buckets : iterable of dict
        Every bucket of the session.
    twins : set of (bucket id, event id)
        Events that another event already counts.
    zone : zoneinfo.ZoneInfo
        Reporting time zone; the session belongs to the local day it started.
    directory, prices
        What people and models are.

    Returns
    -------
    dict or None
        The document of `sessions` without its token; None if no event is left.
    """
    events = [
        event
        for bucket in buckets
        for event in unpack(bucket)
        if (bucket["_id"], event["id"]) not in twins
    ]
    if not events:
        return None
    events.sort(key=event_order)
    started_at, ended_at = events[0]["timestamp"], events[-1]["timestamp"]
    day, hour = local_slot(started_at, zone)
    sent = _first_known(events)
    person = directory.person(sent, day)
    requests = [event for event in events if event["event_type"] == "api_request"]
    costs = [prices.cost(event)[0] for event in requests]
    counts = _counts(events, requests, costs)
    is_session = not session_id.startswith("u:")
    summary = {
        "_id": session_id,
        "session_id": session_id,
        "user_id": sent.get("user_id", UNKNOWN),
        "email": sent.get("email"),
        **person._asdict(),
        "project": project_of(sent),
        "day": day,
        "hour": hour,
        "started_at": started_at,
        "ended_at": ended_at,
        "duration_seconds": (ended_at - started_at).total_seconds(),
        **counts,
        **_models(requests, costs),
        **_tools(events),
        **_error_types(events),
        "terminal": sent.get("terminal"),
        "os": sent.get("os"),
        "client_version": _last(events, "client_version"),
        "sources": sorted({source for event in events for source in event_sources(event)}),
        "is_counted": is_session and bool(counts["prompts"] or counts["api_requests"]),
        "first_prompt_at": _first_prompt(events),
    }
    return {name: value for name, value in summary.items() if value is not None}


def fold_user(
    user_id: str, sessions: list[dict[str, Any]], zone: ZoneInfo, directory: Directory
) -> dict[str, Any] | None:
    """Summarise a person from their sessions; None if they have none left."""
    if not sessions:
        return None
    sessions = sorted(sessions, key=lambda session: (session["started_at"], session["_id"]))
    sent = {"user_id": user_id}
    for name in ("email", "name", "department", "level", "location"):
        if value := _last(sessions, name):
            sent[name] = value
    person = directory.person(sent, TODAY)
    prompts = [session["first_prompt_at"] for session in sessions if "first_prompt_at" in session]
    user = {
        "_id": user_id,
        "user_id": user_id,
        "email": sent.get("email"),
        **person._asdict(),
        "first_seen_at": sessions[0]["started_at"],
        "last_seen_at": max(session["ended_at"] for session in sessions),
        "first_prompt_day": local_slot(min(prompts), zone)[0] if prompts else None,
        "is_seen": True,
    }
    return {name: value for name, value in user.items() if value is not None}


def unseen_user(entry: dict[str, Any], directory: Directory) -> dict[str, Any]:
    """Describe a person of the directory from whom no event came."""
    person = directory.person({"email": entry["_id"]}, TODAY)
    user = {
        "_id": entry["_id"],
        "user_id": entry["_id"],
        "email": entry["_id"],
        **person._asdict(),
        "is_seen": False,
    }
    return {name: value for name, value in user.items() if value is not None}


def session_rows(sessions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that `daily_sessions` keeps of the sessions that started on one day."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for session in sorted(sessions, key=lambda session: str(session["_id"])):
        scope = {name: session[name] for name in ("user_id", "role", "department", "sources")}
        key = (*list(scope.values())[:-1], *scope["sources"])
        row = rows.setdefault(key, {**scope, "sessions": 0, "durations": []})
        row["sessions"] += 1
        row["durations"].append(session["duration_seconds"])
        for name in SESSION_SUMS:
            row[name] = round(row.get(name, 0) + session[name], 9)
    return [{**row, "duration_seconds": sum(row["durations"])} for _, row in sorted(rows.items())]


def days_of_sessions(sessions: Iterable[dict[str, Any]], zone: ZoneInfo) -> set[str]:
    """Return the local days from the start of each session to its end."""
    days: set[str] = set()
    for session in sessions:
        first = session["started_at"].astimezone(zone).date()
        last = session["ended_at"].astimezone(zone).date()
        days |= {str(first + timedelta(days=n)) for n in range((last - first).days + 1)}
    return days


def _counts(
    events: list[Event], requests: list[Event], costs: list[float | None]
) -> dict[str, Any]:
    kinds = Counter(event["event_type"] for event in events)
    failures = sum(
        event["event_type"] == "tool_result" and event.get("is_success") is False
        for event in events
    )
    builtin = sum(
        event["event_type"] == "user_prompt" and event.get("command_source") == "builtin"
        for event in events
    )
    tokens = {name: sum(event.get(name, 0) for event in requests) for name in TOKEN_FIELDS}
    return {
        "events": len(events),
        "prompts": kinds["user_prompt"] - builtin,
        "api_requests": len(requests),
        "api_errors": kinds["api_error"],
        "tool_calls": kinds["tool_result"],
        "tool_failures": failures,
        "errors": kinds["api_error"] + failures,
        **tokens,
        "total_tokens": sum(tokens.values()),
        "cost_usd": round(sum(cost for cost in costs if cost is not None), 9),
        "unpriced_requests": costs.count(None),
    }


def _models(requests: list[Event], costs: list[float | None]) -> dict[str, Any]:
    rows: dict[str, Counter[str]] = {}
    spent: dict[str, list[float]] = {}
    for event, cost in zip(requests, costs, strict=True):
        model = event.get("model", UNKNOWN)
        row = rows.setdefault(model, Counter())
        row["api_requests"] += 1
        row["total_tokens"] += sum(event.get(name, 0) for name in TOKEN_FIELDS)
        row["unpriced_requests"] += cost is None
        spent.setdefault(model, []).append(cost or 0.0)
    if not rows:
        return {}
    ranked = sorted(rows, key=lambda model: (-rows[model]["api_requests"], model))
    uses = [
        {"model": model, **rows[model], "cost_usd": round(sum(spent[model]), 9)}
        for model in sorted(rows)
    ]
    return {"model": ranked[0], "models": sorted(rows), "model_uses": uses}


def _tools(events: list[Event]) -> dict[str, Any]:
    rows: dict[str, Counter[str]] = {}
    for event in events:
        if event["event_type"] == "tool_result":
            row = rows.setdefault(event.get("tool_name", UNKNOWN), Counter())
            row["calls"] += 1
            row["failures"] += event.get("is_success") is False
    return {"tool_uses": [{"tool_name": tool, **rows[tool]} for tool in sorted(rows)]}


def _error_types(events: list[Event]) -> dict[str, Any]:
    failed = (
        event
        for event in events
        if event["event_type"] == "api_error"
        or (event["event_type"] == "tool_result" and event.get("is_success") is False)
    )
    return {"error_types": sorted({event.get("error_type", UNKNOWN) for event in failed})}


def _first_known(events: list[Event]) -> Event:
    """Merge what the events say of their sender; the earliest word on each field stands."""
    firsts = {
        name: next((event[name] for event in events if name in event), None) for name in _SENT
    }
    return {name: value for name, value in firsts.items() if value is not None}


def _last(documents: list[dict[str, Any]], name: str) -> Any:
    return next((item[name] for item in reversed(documents) if name in item), None)


def _first_prompt(events: list[Event]) -> datetime | None:
    prompts = (
        event["timestamp"]
        for event in events
        if event["event_type"] == "user_prompt" and event.get("command_source") != "builtin"
    )
    return next(prompts, None)
