"""Time the refresh after live events, by the size of the team."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from pymongo.database import Database

from benchmarks.report import Table
from benchmarks.workspace import LAST_DAY, Workspace
from store.events.write import write_events
from store.rollups.refresh import refresh

TEAMS = {100: 0.2, 1_000: 0.4, 10_000: 1.0}
"""People, and the budget of a refresh in CPU seconds, app and store together."""

DAYS = 3
BATCH = 65
"""Events of one refresh."""

SPREAD = {"one session": 1, "65 sessions": BATCH}
REPEATS = 5

_REQUESTS = 12
_TOOLS = ("Bash", "Edit", "Glob", "Grep", "Read", "Task", "WebFetch", "Write")
_MODELS = ("claude-haiku-4-5", "claude-opus-4-6", "claude-sonnet-5")
_DEPARTMENTS = ("Applications", "Backend", "Data", "Frontend", "Platform", "Security")
_PROJECTS = ("atlas", "checkout", "hermes", "invoices", "search")

Event = dict[str, Any]


def live(space: Workspace) -> list[Table]:
    """Post events of the last day to stores of several team sizes."""
    rows: list[tuple[Any, ...]] = []
    for people, budget in TEAMS.items():
        db = space.database(f"live_{people}")
        fill(db, people)
        for name, sessions in SPREAD.items():
            costs = [_refreshed(space, db, people, sessions, n) for n in range(REPEATS)]
            best = min(costs, key=lambda cost: cost.own_cpu + cost.server_cpu)
            used = best.own_cpu + best.server_cpu
            rows.append((f"{people:,}", name, best.seconds, best.own_cpu, best.server_cpu,
                         used, budget))  # fmt: skip
        db.client.drop_database(db.name)
    columns = ("people", f"{BATCH} events of", "s", "app CPU s", "store CPU s", "CPU s", "budget")
    note = (
        f"Writing the events and refreshing. Each person has a session of {_REQUESTS * 6} events "
        "a day."
    )
    return [Table("Live refresh", columns, rows, note)]


def fill(db: Database, people: int) -> None:
    """Store some days of a team, one session per person and day."""
    touched: set[str] = set()
    for day in range(DAYS):
        for first in range(0, people, 500):
            team = range(first, min(first + 500, people))
            events = [event for person in team for event in _session(person, day)]
            touched |= write_events(db, events).bucket_ids
    refresh(db, touched)


def _refreshed(space: Workspace, db: Database, people: int, sessions: int, number: int) -> Any:
    random = Random(number)
    writers = random.sample(range(people), sessions)
    events = [
        _event("api_request", writers[n % sessions], DAYS - 1, f"live-{number}-{n}", random, 400)
        for n in range(BATCH)
    ]
    with space.watched() as cost:
        refresh(db, write_events(db, events).bucket_ids)
    return cost


def _session(person: int, day: int) -> list[Event]:
    random = Random(person * DAYS + day)
    kinds = ("user_prompt", "api_request", "api_request", "tool_decision", "tool_result", "hook")
    return [
        _event(kind, person, day, f"{n}-{kind}-{m}", random, n)
        for n in range(_REQUESTS)
        for m, kind in enumerate(kinds)
    ]


def _event(kind: str, person: int, day: int, name: str, random: Random, minute: int) -> Event:
    start = datetime.combine(LAST_DAY - timedelta(days=DAYS - 1 - day), time(8), UTC)
    event: Event = {
        "id": f"{person:08x}{day:02x}{name}", "event_type": kind, "source": "otlp",
        "timestamp": start + timedelta(minutes=minute), "session_id": f"session-{person}-{day}",
        "user_id": f"user-{person:06}", "email": f"{person}@example.com",
        "department": _DEPARTMENTS[person % len(_DEPARTMENTS)], "level": f"L{person % 5 + 3}",
        "project": _PROJECTS[person % len(_PROJECTS)], "terminal": "vscode", "os": "linux",
        "client_version": "2.1.44",
    }  # fmt: skip
    if kind == "api_request":
        tokens = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
        event |= {field: random.randint(1, 20_000) for field in tokens}
        event |= {"model": random.choice(_MODELS), "cost_usd": random.random(),
                  "duration_ms": random.randint(500, 30_000)}  # fmt: skip
    elif kind != "user_prompt":
        event["tool_name"] = random.choice(_TOOLS)
        event |= {"decision": "accept", "decision_source": "config", "is_success": True,
                  "duration_ms": random.randint(5, 5_000)}  # fmt: skip
    return event
