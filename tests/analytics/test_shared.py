from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters
from analytics.shared import (
    SESSIONS,
    USAGE,
    active_by_day,
    active_rows,
    days_with_events,
    everybody,
    session_rows,
    total_session_rows,
    total_usage_rows,
    usage_rows,
)
from tests.factories import later, load, make_event

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


@pytest.fixture
def team(db: Database) -> Database:
    """Return a store in which Ada prompts on two days, Bob on the second, Eve after them."""
    ada, bob = ({"user_id": name, "email": None} for name in ("ada", "bob"))
    load(
        db,
        make_event("user_prompt", **ada),
        make_event("user_prompt", timestamp=later(days=1), **ada),
        make_event("user_prompt", timestamp=later(days=1, minutes=1), session_id="b", **bob),
        make_event("user_prompt", timestamp=later(days=2), user_id="eve", session_id="c"),
    )
    return db


def test_people_of_a_day_are_united(team: Database) -> None:
    days = active_by_day(team, SCOPE)
    assert days == {"2026-01-20": {"ada"}, "2026-01-21": {"ada", "bob"}}


def test_people_of_a_day_are_united_over_rows(team: Database) -> None:
    narrowed = Filters(SCOPE.start, SCOPE.end, roles=["unknown"])
    assert active_by_day(team, narrowed) == active_by_day(team, SCOPE)
    assert {*active_rows(team, narrowed)["department"]} == {"unknown"}


@pytest.mark.parametrize("roles", [(), ("unknown",)], ids=["everybody", "one role"])
def test_days_add_up_the_same_from_totals_and_from_rows(team: Database, roles: tuple) -> None:
    scope = Filters(SCOPE.start, SCOPE.end, roles=roles)
    usage = total_usage_rows(team, scope).by_day(USAGE)
    assert [(day["day"], day["prompts"]) for day in usage] == [("2026-01-20", 1), ("2026-01-21", 2)]
    starts = total_session_rows(team, scope).by_day(SESSIONS)
    assert [(day["day"], day["sessions"]) for day in starts] == [
        ("2026-01-20", 1),
        ("2026-01-21", 1),
    ]


def test_an_empty_store_has_rows_of_nothing(db: Database) -> None:
    assert usage_rows(db, SCOPE).sums(USAGE)["events"] == 0
    assert session_rows(db, SCOPE)["durations"] == []
    assert active_by_day(db, SCOPE) == {}
    assert days_with_events(db) == (None, None)


def test_a_person_that_is_new_is_among_everybody_at_once(team: Database) -> None:
    assert "zoe" not in everybody(team)
    load(team, make_event("user_prompt", user_id="zoe", session_id="z", email=None))
    assert "zoe" in everybody(team)
