from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, user_calendar, user_list
from store.people.directory import apply_people
from store.rollups.refresh import refresh_people
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 22))


def add_people(db: Database, *rows: dict[str, str]) -> None:
    refresh_people(db, apply_people(db, rows).touched)


def test_list_has_all_users_and_the_directory(db: Database) -> None:
    load(db, make_event("user_prompt"), make_request(timestamp=later(minutes=1)))
    add_people(
        db,
        {"email": "ada@example.com", "name": "Ada", "department": "Data Engineering",
         "level": "L6", "location": "Berlin"},
        {"email": "never@example.com", "name": "Never Seen", "department": "Data Engineering"},
    )  # fmt: skip
    ada, never = user_list(db, SCOPE).to_dict("records")
    assert (ada["user_id"], ada["name"], ada["email"]) == ("user-ada", "Ada", "ada@example.com")
    assert (ada["role"], ada["level"], ada["location"]) == ("data_scientist", "L6", "Berlin")
    assert (ada["first_seen_at"], ada["last_seen_at"]) == (later(), later(minutes=1))
    assert (ada["sessions"], ada["prompts"], ada["total_tokens"]) == (1, 1, 370)
    assert (never["user_id"], never["name"]) == ("never@example.com", "Never Seen")
    assert (never["sessions"], never["cost_usd"]) == (0, 0)


def test_filters_change_the_numbers_but_not_the_users(db: Database) -> None:
    load(db, make_request())
    elsewhere = Filters(date(2026, 3, 1), date(2026, 3, 2))
    [ada] = user_list(db, elsewhere).to_dict("records")
    assert (ada["user_id"], ada["sessions"], ada["cost_usd"]) == ("user-ada", 0, 0)


def test_a_role_selects_who_has_it_today_or_had_it_in_scope(db: Database) -> None:
    load(db, make_request(), make_request(user_id="user-b", email=None, session_id="b"))
    data = Filters(SCOPE.start, SCOPE.end, roles=["data_scientist"])
    assert user_list(db, data).empty
    add_people(db, {"email": "ada@example.com", "department": "Data Engineering"})
    assert user_list(db, data)["user_id"].to_list() == ["user-ada"]


def test_unknown_user_is_not_listed(db: Database) -> None:
    load(db, make_request(user_id=None, email=None))
    assert user_list(db, SCOPE).empty


def test_the_dearest_stand_first_then_names_decide(db: Database) -> None:
    for user, cost in (("u1", 0.1), ("u2", 2.0), ("u3", 0.1)):
        load(db, make_request(user_id=user, email=None, session_id=user, cost_usd=cost))
    assert user_list(db, SCOPE)["user_id"].to_list() == ["u2", "u1", "u3"]


def test_the_calendar_shows_quiet_days_too(db: Database) -> None:
    load(
        db,
        make_event("user_prompt"),
        make_request(timestamp=later(minutes=1)),
        make_request(timestamp=later(days=1)),
        make_event("user_prompt", user_id="user-b", session_id="b"),
    )
    calendar = user_calendar(db, SCOPE, "user-ada").drop(columns="day")
    assert calendar.to_numpy().tolist() == [
        [False, 0, 0, 0, 0, 0.0, 0],
        [True, 2, 1, 1, 370, 0.5, 0],
        [False, 1, 0, 0, 370, 0.5, 0],
    ]


@pytest.mark.parametrize("unknown", ["missing", ""])
def test_unknown_user_has_only_inactive_days(db: Database, unknown: str) -> None:
    load(db, make_event("user_prompt"))
    calendar = user_calendar(db, SCOPE, unknown).drop(columns="day")
    assert len(calendar) == 3
    assert not calendar.any(axis=None)


def test_who_was_quiet_in_scope_is_listed_unless_another_is_chosen(db: Database) -> None:
    load(db, make_request(), make_request(user_id="user-b", email=None, session_id="b"))
    for chosen, users in (
        ({"sources": ["otlp"]}, ["user-ada", "user-b"]),
        ({"users": ["user-b"]}, ["user-b"]),
        ({"weekdays": [6]}, ["user-ada", "user-b"]),
        ({"models": ["claude-haiku-4-5"]}, []),
    ):
        listed = user_list(db, Filters(date(2026, 3, 1), date(2026, 3, 8), **chosen))
        assert sorted(listed["user_id"]) == users
