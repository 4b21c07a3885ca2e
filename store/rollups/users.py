"""Fold the summaries of sessions into the rows of the days they started on, and into people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from store.people.directory import Directory
from store.rollups.grouping import Grouping
from store.rollups.per_user import pack_columns
from store.rollups.totals import total_of, total_rows
from store.time_zone import local_hour

TODAY = "9999-12-31"
"""A day after every history: what the directory says now."""

SESSION_SUMS = ("prompts", "total_tokens", "cost_usd", "unpriced_requests", "errors")
"""What the sessions of a day are added up by, besides their number and duration."""


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
        "first_prompt_day": local_hour(min(prompts), zone)[0] if prompts else None,
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


def session_rollups(sessions: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that each rollup keeps of the sessions that started on one day."""
    ordered = _grouped(sorted(sessions, key=lambda session: str(session["_id"])))
    rows = _rows_of_scopes(ordered)
    return {
        "daily_sessions": rows,
        total_of("daily_sessions"): total_rows(rows),
        "daily_user_sessions": pack_columns(
            "daily_user_sessions",
            (
                {**_scope_of(session), "user_id": session["user_id"], "sessions": 1}
                for session in ordered
            ),
        ),
    }


def _grouped(sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sessions with their roles and departments, the rarest under one name."""
    names = ("role", "department")
    grouping = Grouping({name: Counter(session[name] for session in sessions) for name in names})
    if not grouping.rare:
        return sessions
    return [
        {**session, **{name: grouping.value(name, session[name]) for name in names}}
        for session in sessions
    ]


def _rows_of_scopes(sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for session in sessions:
        scope = _scope_of(session)
        key = (session["role"], session["department"], *session["sources"])
        row = rows.setdefault(key, {**scope, "sessions": 0, "durations": []})
        row["sessions"] += 1
        row["durations"].append(session["duration_seconds"])
        for name in SESSION_SUMS:
            row[name] = round(row.get(name, 0) + session[name], 9)
    return [{**row, "duration_seconds": sum(row["durations"])} for _, row in sorted(rows.items())]


def _scope_of(session: dict[str, Any]) -> dict[str, Any]:
    return {name: session[name] for name in ("role", "department", "sources")}


def _last(documents: list[dict[str, Any]], name: str) -> Any:
    return next((item[name] for item in reversed(documents) if name in item), None)
