"""How questions reach their documents: by an index, and never through raw events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pymongo import MongoClient, monitoring
from pymongo.database import Database

import analytics
from analytics import Filters
from store.revisions import bump
from store.schema import COLLECTIONS, DAILY_ROLLUPS
from tests.factories import load, make_event, make_request

QUESTIONS = {
    name: function
    for name in analytics.__all__
    if hasattr(function := getattr(analytics, name), "reads")
}
WINTER = Filters(date(2025, 12, 30), date(2026, 2, 2))
"""A whole month, which may be read as one, and days on both sides of it."""

DEVOPS = Filters(WINTER.start, WINTER.end, roles=["devops"])

SHOWS_EVENTS = {"session_timeline", "user_activity"}
"""Questions whose answer is single events."""

WHOLE_STORE = {"data_status", "filter_options", "retention_cohorts"}
"""Questions that also ask for the first or last day, or for counts, of the whole store."""

FEW_DOCUMENTS = {
    "users",
    "people",
    "imports",
    "settings",
    "revisions",
    "price_rates",
    "saas_directory",
}
"""Collections that do not grow with events, and may be read from end to end."""


def is_rollup(collection: str) -> bool:
    return collection in DAILY_ROLLUPS or collection.startswith("saas_daily_")


class Commands(monitoring.CommandListener):
    """Keeps every query that is sent."""

    def __init__(self) -> None:
        self.queries: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in ("find", "aggregate"):
            pipeline = event.command.get("pipeline")
            condition = pipeline[0].get("$match", {}) if pipeline else event.command.get("filter")
            self.queries.append((event.command[event.command_name], condition or {}))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


@pytest.fixture(scope="module")
def commands() -> Commands:
    return Commands()


@pytest.fixture(scope="module")
def overheard(module_db: Database, mongo_url: str, commands: Commands) -> Iterator[Database]:
    load(
        module_db,
        make_request(department="Platform Engineering", project="atlas"),
        make_event("user_prompt", department="Platform Engineering"),
    )
    with MongoClient(mongo_url, event_listeners=[commands]) as client:
        yield client.get_database(module_db.name, codec_options=module_db.codec_options)


@pytest.fixture
def watched(overheard: Database, commands: Commands) -> Database:
    """Return the store, its queries overheard; no answer is remembered."""
    bump(overheard, COLLECTIONS)
    commands.queries.clear()
    return overheard


def ask(name: str, db: Database, filters: Filters) -> None:
    arguments: tuple[Any, ...] = {
        "data_status": (),
        "session_timeline": ("session-a",),
        "user_profile": ("user-ada",),
        **dict.fromkeys(
            ("user_activity", "user_calendar", "user_models", "user_tools"), (filters, "user-ada")
        ),
    }.get(name, (filters,))
    QUESTIONS[name].__wrapped__(db, *arguments)


def stages(plan: Any) -> set[str]:
    """Return the names of all stages of a query plan."""
    if isinstance(plan, list):
        return set().union(*map(stages, plan))
    if not isinstance(plan, dict):
        return set()
    own = {plan["stage"]} if "stage" in plan else set()
    return own.union(*map(stages, plan.values()))


@pytest.mark.parametrize("filters", [WINTER, DEVOPS], ids=["all users", "one role"])
@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_no_question_adds_up_raw_events(
    name: str, filters: Filters, watched: Database, commands: Commands
) -> None:
    ask(name, watched, filters)
    read = {collection for collection, _ in commands.queries}
    assert read
    assert "event_buckets" not in read or name in SHOWS_EVENTS


@pytest.mark.parametrize("filters", [WINTER, DEVOPS], ids=["all users", "one role"])
@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_finds_its_documents_by_an_index(
    name: str, filters: Filters, watched: Database, commands: Commands
) -> None:
    ask(name, watched, filters)
    for collection, condition in list(commands.queries):
        if collection in FEW_DOCUMENTS or (is_rollup(collection) and name in WHOLE_STORE):
            continue
        plan = watched[collection].find(condition).explain()["queryPlanner"]["winningPlan"]
        assert stages(plan) & {"IXSCAN", "IDHACK", "CLUSTERED_IXSCAN"}, (collection, condition)
        assert "COLLSCAN" not in stages(plan), (collection, condition)


@pytest.mark.parametrize(
    ("rollup", "names"),
    {
        "daily_usage": (
            "headline_totals",
            "tokens_by_role",
            "tokens_per_day_by_role",
            "cost_by_department",
            "activity_by_department",
            "activity_by_weekday_hour",
        ),
        "daily_sessions": (
            "headline_totals",
            "sessions_per_day",
            "session_duration_by_role",
            "activity_by_department",
        ),
        "daily_users": ("headline_totals", "new_users_per_day", "activity_by_department"),
        "daily_models": ("cost_by_model", "cost_per_day_by_model", "cache_savings_per_day"),
        "daily_edits": ("code_edits_per_day", "edits_by_language"),
        "daily_metrics": ("lines_of_code_per_day", "commits_per_day", "active_time_per_day"),
        "users": ("new_users_per_day", "retention_cohorts", "cost_by_user", "user_list"),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_questions_that_read_the_same_ask_the_store_once(
    rollup: str, names: tuple[str, ...], watched: Database, commands: Commands
) -> None:
    for name in names:
        ask(name, watched, DEVOPS)
    assert [collection for collection, _ in commands.queries].count(rollup) == 1
