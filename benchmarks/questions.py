"""Time each question, cold and warm."""

from __future__ import annotations

import statistics
from typing import Any

from pymongo.database import Database

import analytics
from benchmarks.reads import OVERHEARD, documents_read
from benchmarks.report import Table, Times, timed
from benchmarks.workspace import Workspace, whole
from store.revisions import bump

OVERVIEW = (
    "headline_totals", "active_users_per_day", "sessions_per_day", "prompts_per_day",
    "events_per_day", "tokens_per_day", "cost_per_day", "events_by_hour", "tokens_by_role",
    "events_by_type",
)  # fmt: skip
"""Questions of the Overview page, besides the headline of the previous period."""

COLD_REPEATS = 7
WARM_REPEATS = 50

Call = tuple[Any, tuple[Any, ...]]


def questions(space: Workspace) -> list[Table]:
    """Time every question over the whole store."""
    db = space.database("ours")
    events = int(analytics.headline_totals(db, whole(db)).events)
    rows: list[tuple[Any, ...]] = []
    for name, call in calls_of(db).items():
        cold, warm = cold_times(db, call), warm_times(db, call)
        with OVERHEARD.listening() as requests:
            _ask_cold(db, call)
        read = documents_read(db, requests)
        rows.append((name, cold.best, cold.median, warm.median, *read))
    rows.sort(key=lambda row: -row[1])
    middle = (statistics.median(row[column] for row in rows) for column in (1, 2, 3))
    rows.append(("median of all", *middle, "", ""))
    columns = ("question", "cold min", "cold median", "warm median", "documents", "rows")
    note = "Budget: 60 ms in the median, none over 150 ms cold; 1 ms warm."
    rows.append(("Overview, 11 questions", *_page(db), "", "", ""))
    return [Table(f"Questions over {events:,} events", columns, rows, note)]


def calls_of(db: Database) -> dict[str, Call]:
    """Return every question with its arguments."""
    filters = whole(db)
    user = db["users"].find_one({"is_seen": True}, sort=[("_id", 1)])
    session = db["sessions"].find_one({"is_counted": True}, sort=[("_id", 1)])
    if user is None or session is None:
        raise SystemExit("The store has no users: nothing to measure.")
    special: dict[str, tuple[Any, ...]] = {
        "data_status": (),
        "session_timeline": (session["_id"],),
        "user_profile": (user["_id"],),
        **dict.fromkeys(
            ("user_activity", "user_calendar", "user_models", "user_tools"), (filters, user["_id"])
        ),
    }
    return {
        name: (question, special.get(name, (filters,)))
        for name in analytics.__all__
        if hasattr(question := getattr(analytics, name), "reads")
    }


def cold_times(db: Database, call: Call, repeats: int = COLD_REPEATS) -> Times:
    """Time a question whose answer is not kept."""
    return timed(lambda: _ask(db, call), repeats, before=lambda: bump(db, call[0].reads))


def warm_times(db: Database, call: Call) -> Times:
    """Time a question whose answer is kept."""
    return timed(lambda: _ask(db, call), WARM_REPEATS)


def overview(db: Database) -> None:
    """Ask the questions of the Overview page, cold."""
    filters = whole(db)
    questions_of_page = [getattr(analytics, name) for name in OVERVIEW]
    bump(db, {collection for question in questions_of_page for collection in question.reads})
    analytics.headline_totals(db, filters.previous())
    for question in questions_of_page:
        question(db, filters)


def _page(db: Database) -> tuple[float, float]:
    times = timed(lambda: overview(db), COLD_REPEATS)
    return times.best, times.median


def _ask_cold(db: Database, call: Call) -> None:
    bump(db, call[0].reads)
    _ask(db, call)


def _ask(db: Database, call: Call) -> Any:
    question, arguments = call
    return question(db, *arguments)
