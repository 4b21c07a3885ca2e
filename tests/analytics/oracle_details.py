"""Naive answers about one person, one session or the whole store, and about metric points."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from analytics import Filters
from tests.analytics.oracle import ROLES, TOKENS, Oracle, Rows, cost_of

EVENT_FIELDS = [
    "timestamp", "event_type", "session_id", "project", "model", "duration_ms", "tool_name",
    "is_success", "decision", "decision_source", "language", "error_type", "source",
]  # fmt: skip
"""What an event row repeats as it came."""


def session_list(oracle: Oracle, filters: Filters) -> Rows:
    """Return all sessions in scope, the latest first."""
    started = oracle.started(filters).to_dict("records")
    started.sort(key=lambda session: session["session_id"])
    return sorted(started, key=lambda session: session["started_at"], reverse=True)


def session_timeline(oracle: Oracle, session_id: str) -> Rows:
    return [_row(event) for event in oracle.raw if event.get("session_id") == session_id]


def user_activity(oracle: Oracle, filters: Filters, user: str) -> Rows:
    seen = oracle.seen(filters)
    return [_row(oracle.raw[place]) for place in reversed(_places(seen, user))]


def user_profile(oracle: Oracle, user: str) -> dict[str, Any]:
    theirs = oracle.events[oracle.events["user_id"] == user]
    one = theirs.iloc[0]
    return {
        "user_id": user,
        "name": one["email"],
        "email": one["email"],
        "role": one["role"],
        "department": one["department"],
        "first_seen_at": min(theirs["timestamp"]),
        "last_seen_at": max(theirs["timestamp"]),
        "is_seen": True,
        "is_listed": False,
        "history": (),
    }


def filter_options(oracle: Oracle, filters: Filters) -> dict[str, Any]:
    days = Filters(filters.start, filters.end)
    rows = [row for _, row in oracle.seen(days).iterrows()]
    called = [row for row in rows if row["api_requests"]]
    ended = [row for row in rows if row["tool_calls"]]
    all_users = list(oracle.events["user_id"]) if len(oracle.events) else []
    all_days = list(oracle.events["day"]) if len(oracle.events) else []
    return {
        "roles": _occurring(rows, "role"),
        "departments": _occurring(rows, "department"),
        "sources": _occurring(rows, "source"),
        "users": tuple(sorted(set(all_users))),
        "projects": _occurring(rows, "project"),
        "repositories": _occurring(rows, "repository"),
        "terminals": _occurring(rows, "terminal"),
        "operating_systems": _occurring(rows, "os"),
        "client_versions": _occurring(rows, "client_version"),
        "models": _occurring(called, "model"),
        "tools": _occurring(ended, "tool_name"),
        "event_types": _occurring(rows, "event_type"),
        "first_day": min(all_days, default=None),
        "last_day": max(all_days, default=None),
    }


def data_status(oracle: Oracle) -> dict[str, Any]:
    """Return what a list of events can know of it."""
    moments = [event["timestamp"] for event in oracle.raw]
    sources = [event["source"] for event in oracle.raw]
    users = {event["user_id"] for event in oracle.raw if "user_id" in event}
    return {
        "first_timestamp": min(moments, default=None),
        "last_timestamp": max(moments, default=None),
        "sources": {source: sources.count(source) for source in sources},
        "sessions": len(oracle.sessions),
        "users": len(users),
        "daily_usage": len(set(oracle.events["day"])) if len(oracle.events) else 0,
    }


class Meter:
    """What metric points say, in one reporting time zone."""

    def __init__(self, points: list[dict[str, Any]], zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._points = sorted(points, key=lambda point: point["time_unix_nano"])

    def added(self, filters: Filters, metric: str, kind: str | None = None) -> list[float]:
        """Return what was added to a metric on each day in scope."""
        days = dict.fromkeys(filters.days(), 0.0)
        counters: dict[str, float] = {}
        for point in self._points:
            value = point["value"]
            if point["temporality"] == 2:
                before = counters.get(point["series"], 0)
                counters[point["series"]] = value
                # A counter that shrinks began again
                value = value - before if value >= before else value
            day = self._local(point["timestamp"]).date()
            if day in days and _is_in_scope(point, filters):
                is_meant = point["metric"] == metric and point.get("type") == kind
                days[day] += value if is_meant else 0
        return list(days.values())

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)


def lines_of_code_per_day(meter: Meter, filters: Filters) -> Rows:
    added = meter.added(filters, "lines_of_code.count", "added")
    removed = meter.added(filters, "lines_of_code.count", "removed")
    return _days(filters, added=added, removed=removed)


def commits_per_day(meter: Meter, filters: Filters) -> Rows:
    commits = meter.added(filters, "commit.count")
    return _days(filters, commits=commits, pull_requests=meter.added(filters, "pull_request.count"))


def active_time_per_day(meter: Meter, filters: Filters) -> Rows:
    user = meter.added(filters, "active_time.total", "user")
    return _days(
        filters, user_seconds=user, cli_seconds=meter.added(filters, "active_time.total", "cli")
    )


def _row(event: dict[str, Any]) -> dict[str, Any]:
    row = {**{name: event.get(name) for name in EVENT_FIELDS}, "event_id": event["id"]}
    if event["event_type"] == "api_request":
        cost = cost_of(event)
        row |= {name: event.get(name) for name in TOKENS}
        row["total_tokens"] = sum(event.get(name, 0) for name in TOKENS)
        row["cost_usd"] = cost
        row["cost_basis"] = "unpriced" if cost is None else "list_price"
        if "cost_usd" in event:
            row["cost_basis"] = "reported"
    return row


def _places(seen: Any, user: str) -> list[int]:
    return list(seen[seen["user_id"] == user].index) if len(seen) else []


def _occurring(rows: list[Any], name: str) -> tuple[str, ...]:
    return tuple(sorted({row[name] for row in rows}))


def _is_in_scope(point: dict[str, Any], filters: Filters) -> bool:
    department = point.get("department")
    return (
        (not filters.roles or ROLES[department] in filters.roles)
        and (not filters.departments or (department or "unknown") in filters.departments)
        and (not filters.sources or point["source"] in filters.sources)
    )


def _days(filters: Filters, **columns: list[float]) -> Rows:
    names = list(columns)
    return [
        {"day": day, **dict(zip(names, values, strict=True))}
        for day, values in zip(filters.days(), zip(*columns.values(), strict=True), strict=True)
    ]
