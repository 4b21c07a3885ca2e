"""Roll up sessions: into the rows of the days on which they started, and into users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from store.people.directory import Directory
from store.people.documents import DirectoryEntry
from store.rollups.documents import Session, User
from store.rollups.grouping import Grouping
from store.rollups.per_user import pack_columns
from store.time_zone import local_hour

TODAY = "9999-12-31"
"""A day after every history: the present state of the directory."""

SessionSum = Literal["prompts", "total_tokens", "cost_usd", "unpriced_requests", "errors"]
SESSION_SUMS: tuple[SessionSum, ...] = (
    "prompts", "total_tokens", "cost_usd", "unpriced_requests", "errors",
)  # fmt: skip
"""Fields that are added up over the sessions of a day, besides their number and duration."""


USER_FIELDS = dict.fromkeys(
    (
        *("user_id", "email", "name", "department", "level", "location"),
        *("started_at", "ended_at", "first_prompt_at"),
    ),
    1,
)
"""Fields of sessions that `fold_user` reads."""


def fold_user(
    user_id: str, sessions: list[Session], zone: ZoneInfo, directory: Directory
) -> User | None:
    """Summarize a user by their sessions; return None if none is left."""
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
    return cast(User, {name: value for name, value in user.items() if value is not None})


def unseen_user(entry: DirectoryEntry, directory: Directory) -> User:
    """Describe a person of the directory without events."""
    person = directory.person({"email": entry["_id"]}, TODAY)
    user = {
        "_id": entry["_id"],
        "user_id": entry["_id"],
        "email": entry["_id"],
        **person._asdict(),
        "is_seen": False,
    }
    return cast(User, {name: value for name, value in user.items() if value is not None})


def session_rollups(sessions: Iterable[Session]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each rollup for the sessions that started on one day."""
    ordered = _grouped(sorted(sessions, key=lambda session: str(session["_id"])))
    return {
        "daily_sessions": _rows_of_scopes(ordered),
        "daily_user_sessions": pack_columns(
            "daily_user_sessions",
            (
                {**_scope_of(session), "user_id": session["user_id"], "sessions": 1}
                for session in ordered
            ),
        ),
    }


def _grouped(sessions: list[Session]) -> list[Session]:
    """Return the sessions with their roles and departments, the rarest under one name."""
    names: tuple[Literal["role", "department"], ...] = ("role", "department")
    grouping = Grouping({name: Counter(session[name] for session in sessions) for name in names})
    if not grouping.rare:
        return sessions
    renamed = []
    for session in sessions:
        changed = session.copy()
        changed["role"] = grouping.value("role", session["role"])
        changed["department"] = grouping.value("department", session["department"])
        renamed.append(changed)
    return renamed


def _rows_of_scopes(sessions: list[Session]) -> list[dict[str, Any]]:
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


def _scope_of(session: Session) -> dict[str, Any]:
    return {
        "role": session["role"],
        "department": session["department"],
        "sources": session["sources"],
    }


def _last(documents: Sequence[Mapping[str, Any]], name: str) -> Any:
    return next((item[name] for item in reversed(documents) if name in item), None)
