from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, activity_by_department
from analytics.shared import (
    SESSIONS,
    USAGE,
    USERS,
    active_by_day,
    all_users,
    days_with_events,
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


def test_who_prompts_in_several_rows_of_days_is_one_person(db: Database) -> None:
    ada = {"user_id": "ada", "email": None}
    load(
        db,
        make_event("user_prompt", **ada),
        make_event("user_prompt", timestamp=later(days=1), **ada),
        make_event("user_prompt", timestamp=later(minutes=1), source="otlp", session_id="b", **ada),
        make_event("user_prompt", user_id="bob", email=None, source="otlp", session_id="c"),
    )
    narrowed = Filters(SCOPE.start, SCOPE.end, roles=["unknown"])
    assert len(USERS.rows(db, narrowed)["user_id"]) == 4
    assert active_by_day(db, narrowed) == {"2026-01-20": {"ada", "bob"}, "2026-01-21": {"ada"}}
    assert activity_by_department(db, narrowed)["active_users"].to_list() == [2]


def test_a_department_that_one_rollup_knows_before_the_others_is_there(db: Database) -> None:
    sums = {name: [0] for name in ("events", "api_requests", "total_tokens", "unpriced_requests")}
    row = {"department": "New", "role": "dev", "source": "otlp", "user_id": ["ada"], **sums}
    rows = [{**row, "prompts": [1], "cost_usd": [0.0]}]
    db["daily_users"].insert_one({"_id": "2026-01-20", "day": "2026-01-20", "rows": rows})
    [department] = activity_by_department(db, SCOPE).to_dict("records")
    assert (department["department"], department["active_users"]) == ("New", 1)
    assert department["events"] == department["cost_usd"] == 0


@pytest.mark.parametrize("roles", [(), ("unknown",)], ids=["all users", "one role"])
def test_days_add_up_the_same_with_and_without_a_filter(team: Database, roles: tuple) -> None:
    scope = Filters(SCOPE.start, SCOPE.end, roles=roles)
    usage = USAGE.rows(team, scope).sum_by(("day",), ("prompts",))
    assert [(day["day"], day["prompts"]) for day in usage] == [("2026-01-20", 1), ("2026-01-21", 2)]
    starts = SESSIONS.rows(team, scope).sum_by(("day",), ("sessions",))
    assert [(day["day"], day["sessions"]) for day in starts] == [
        ("2026-01-20", 1),
        ("2026-01-21", 1),
    ]


def test_an_empty_store_has_rows_of_nothing(db: Database) -> None:
    assert USAGE.rows(db, SCOPE).sums(("events",)) == {"events": 0}
    assert len(SESSIONS.rows(db, SCOPE)["durations"]) == 0
    assert active_by_day(db, SCOPE) == {}
    assert days_with_events(db) == (None, None)


def test_all_users_include_a_new_user_at_once(team: Database) -> None:
    assert "zoe" not in all_users(team)
    load(team, make_event("user_prompt", user_id="zoe", session_id="z", email=None))
    assert "zoe" in all_users(team)
