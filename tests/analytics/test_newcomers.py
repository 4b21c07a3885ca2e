from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import Filters, new_users_per_day
from tests.factories import later, load, make_event

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 23))


def started(db: Database, scope: Filters = SCOPE) -> list[int]:
    return new_users_per_day(db, scope)["new_users"].to_list()


def prompt(user: str, days: int, **fields: str) -> dict:
    who = {"user_id": user, "email": f"{user}@example.com", "session_id": f"{user}-{days}"}
    return make_event("user_prompt", timestamp=later(days=days), **who, **fields)


def test_people_count_on_the_day_of_their_first_prompt_only(db: Database) -> None:
    load(db, prompt("ada", 0), prompt("ada", 1), prompt("grace", 1), prompt("linus", 1))
    assert started(db) == [1, 2, 0]


def test_who_started_before_the_range_is_not_new(db: Database) -> None:
    load(db, prompt("ada", -3), prompt("ada", 0))
    assert started(db) == [0, 0, 0]


def test_events_without_a_prompt_start_nobody(db: Database) -> None:
    load(db, make_event("api_error"), prompt("ada", 2))
    assert started(db) == [0, 0, 1]


def test_the_filter_looks_at_the_first_day(db: Database) -> None:
    data = {"department": "Data Engineering", "level": "L3"}
    load(db, prompt("ada", 0, **data), prompt("grace", 0), prompt("grace", 1, **data))
    scientists = Filters(SCOPE.start, SCOPE.end, departments=["Data Engineering"])
    assert started(db, scientists) == [1, 0, 0]
