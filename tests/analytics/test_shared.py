from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters
from analytics.shared import (
    active_by_day,
    active_rows,
    days_of_sessions,
    days_of_usage,
    days_with_events,
    everybody,
    session_rows,
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


def test_days_come_in_order_with_what_they_add_up_to(team: Database) -> None:
    assert [(day["_id"], day["prompts"]) for day in days_of_usage(team, SCOPE)] == [
        ("2026-01-20", 1),
        ("2026-01-21", 2),
    ]
    assert [(day["_id"], day["sessions"]) for day in days_of_sessions(team, SCOPE)] == [
        ("2026-01-20", 1),
        ("2026-01-21", 1),
    ]


def test_rows_of_an_empty_store_have_their_columns(db: Database) -> None:
    assert usage_rows(db, SCOPE)["h23"].dtype == "int64"
    assert session_rows(db, SCOPE).empty
    assert days_of_usage(db, SCOPE) == ()
    assert active_by_day(db, SCOPE) == {}
    assert days_with_events(db) == (None, None)


def test_a_person_that_is_new_is_among_everybody_at_once(team: Database) -> None:
    assert "zoe" not in everybody(team)
    load(team, make_event("user_prompt", user_id="zoe", session_id="z", email=None))
    assert "zoe" in everybody(team)
