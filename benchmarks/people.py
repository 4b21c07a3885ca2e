"""Time the questions by user for a large team, over a year in which all users are active."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random
from typing import Any, NamedTuple

from pymongo.database import Database

import analytics
from analytics import Filters
from benchmarks.questions import Call, cold_times
from benchmarks.report import Table
from benchmarks.workspace import LAST_DAY, Workspace
from store.rollups.per_user import pack_columns
from store.rollups.users import SESSION_SUMS, session_rollups

ASKED = (
    "active_users_per_day", "activity_by_department", "cost_by_user", "data_status",
    "headline_totals", "new_users_per_day", "retention_cohorts", "session_duration_by_role",
    "sessions_per_day", "user_list",
)  # fmt: skip
"""Questions that read a row or a name for each person; the others never meet people."""

DAYS = 365
REPEATS = 5
BIG_ENOUGH = 500
"""Milliseconds above which a question of 500 people wants a cheaper way."""

_DEPARTMENTS = ("Applications", "Backend", "Data", "Frontend", "Platform", "Security")
_SUMS = (
    *("events", "prompts", "api_requests", "total_tokens", "tool_calls", "api_errors"),
    "cost_usd",
)
_ROLES = ("devops", "junior_dev", "senior_dev", "tech_lead")

Row = dict[str, Any]


class Member(NamedTuple):
    """A user of the team, and the day of the first prompt."""

    user_id: str
    role: str
    department: str
    first_day: date


def people(space: Workspace) -> list[Table]:
    """Compare a year of 100 people with a year of 500, all active every day."""
    times = {count: _times_of_a_team(space, count) for count in (100, 500)}
    rows: list[tuple[Any, ...]] = [
        (name, *(times[count][name] for count in times)) for name in times[500]
    ]
    rows.sort(key=lambda row: -row[2])
    columns = ("question", *(f"{count} people, cold min" for count in times))
    note = (
        f"{DAYS} days, each person active on each. `role` asks for one of {len(_ROLES)} roles. "
        f"No budget; what 500 people make slower than {BIG_ENOUGH} ms deserves a look."
    )
    return [Table("A year of a big team", columns, rows, note)]


def _times_of_a_team(space: Workspace, count: int) -> dict[str, float]:
    db = space.database(f"people_{count}")
    build(db, count, DAYS)
    filters = scope(DAYS)
    chosen = Filters(filters.start, filters.end, roles=_ROLES[:1])
    times = {name: cold_times(db, call_of(name, filters), REPEATS).best for name in ASKED}
    for name in ASKED:
        if name != "data_status":
            times[f"{name}, role"] = cold_times(db, call_of(name, chosen), REPEATS).best
    db.client.drop_database(db.name)
    return times


def call_of(name: str, filters: Filters) -> Call:
    """Return a question with the arguments to ask it with."""
    arguments: dict[str, tuple[Any, ...]] = {
        "data_status": (),
    }
    return getattr(analytics, name), arguments.get(name, (filters,))


def scope(days: int) -> Filters:
    """Return the days that `build` fills."""
    end = LAST_DAY + timedelta(days=1)
    return Filters(end - timedelta(days=days), end)


def build(db: Database, count: int, days: int) -> None:
    """Fill an empty store with what the folds would leave of so many people and days.

    The raw events are left out: these questions never read them, and there would be millions.
    """
    random = Random(count)
    every_day = scope(days).days()
    team = list(_team(count, every_day, random))
    db["users"].insert_many([_user(member) for member in team])
    for day in every_day:
        for collection, rows in _day_rows(day, team, random).items():
            key = day.isoformat()
            db[collection].insert_one({"_id": key, "day": key, "rows": rows, "fence": 1})


def _team(count: int, days: tuple[date, ...], random: Random) -> Iterator[Member]:
    # As many combinations of role and department as a real company has, not as many as there are
    posts = random.sample(list(product(_ROLES, _DEPARTMENTS)), 14)
    for number in range(count):
        role, department = random.choice(posts)
        yield Member(
            f"user-{number:04}", role, department, random.choice(days[: len(days) // 6 + 1])
        )


def _user(member: Member) -> Row:
    first = datetime.combine(member.first_day, time(9), UTC)
    last = datetime.combine(LAST_DAY, time(17), UTC)
    return {
        "_id": member.user_id, "user_id": member.user_id, "email": f"{member.user_id}@example.com",
        "name": f"Person {member.user_id}", "role": member.role, "role_basis": "derived",
        "department": member.department, "is_listed": False, "first_seen_at": first,
        "last_seen_at": last, "first_prompt_day": member.first_day.isoformat(), "is_seen": True,
        "fence": 1,
    }  # fmt: skip


def _day_rows(day: date, team: list[Member], random: Random) -> dict[str, list[Row]]:
    present = [member for member in team if member.first_day <= day]
    users = [_usage_of(member, random) for member in present]
    sessions = session_rollups(
        _session(f"{day}-{number}-{member.user_id}", member, random)
        for member in present
        for number in range(2)
    )
    usage = [
        {**scope, **{name: sum(row[name] for row in rows) for name in _SUMS}}
        for scope, rows in _by_scope(users)
    ]
    return {"daily_users": pack_columns("daily_users", users), **sessions, "daily_usage": usage}


def _by_scope(rows: Iterable[Row]) -> Iterator[tuple[Row, list[Row]]]:
    names = ("role", "department", "source")
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    for key, group in sorted(groups.items()):
        yield dict(zip(names, key, strict=True)), group


def _usage_of(member: Member, random: Random) -> Row:
    requests = random.randint(20, 200)
    return {
        "role": member.role, "department": member.department, "source": "otlp",
        "user_id": member.user_id, "events": requests * 4, "prompts": requests // 5 + 1,
        "api_requests": requests, "total_tokens": requests * 60_000, "tool_calls": requests,
        "api_errors": random.randint(1, 5), "cost_usd": round(requests * random.random() / 9, 9),
    }  # fmt: skip


def _session(session_id: str, member: Member, random: Random) -> Row:
    return {
        "_id": session_id, "user_id": member.user_id, "role": member.role,
        "department": member.department, "sources": ["otlp"],
        "duration_seconds": round(random.uniform(60, 5000), 3),
        **{name: random.randint(0, 50) for name in SESSION_SUMS},
    }  # fmt: skip
