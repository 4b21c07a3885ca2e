"""Answers of `analytics.retention` to literal events."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from analytics import Filters, active_users_per_day, new_users_per_day, retention_cohorts
from tests.factories import later, load, make_event

# Noon of the factories is on Tuesday, 2026-01-20.
MONDAY = date(2026, 1, 19)


def prompt(user: str, day: int, **fields: Any) -> dict[str, Any]:
    named = {"user_id": user, "email": None, "session_id": f"{user}-{day}"}
    return make_event("user_prompt", timestamp=later(days=day), **(named | fields))


def test_windows_reach_back_before_the_range(db: Database) -> None:
    load(db, prompt("a", -27), prompt("b", -6), prompt("c", 0), prompt("d", -28))
    [day] = active_users_per_day(db, Filters(date(2026, 1, 20), date(2026, 1, 21))).to_dict(
        "records"
    )
    assert (day["dau"], day["wau"], day["mau"]) == (1, 2, 3)
    assert day["stickiness"] == pytest.approx(1 / 3)


def test_who_comes_every_day_is_counted_once_in_each_window(db: Database) -> None:
    load(db, *(prompt("a", day) for day in range(10)))
    frame = active_users_per_day(db, Filters(date(2026, 1, 20), date(2026, 1, 30)))
    assert frame[["dau", "wau", "mau", "stickiness"]].to_numpy().tolist() == [[1, 1, 1, 1.0]] * 10


def test_without_anybody_stickiness_is_blank(db: Database) -> None:
    frame = active_users_per_day(db, Filters(MONDAY, date(2026, 1, 20)))
    assert frame["mau"].to_list() == [0]
    assert frame["stickiness"].isna().all()


def test_a_range_at_the_beginning_of_the_calendar_is_no_problem(db: Database) -> None:
    assert len(active_users_per_day(db, Filters(date(1, 1, 1), date(1, 1, 3)))) == 2


def test_retention_counts_exactly_the_nth_week(db: Database) -> None:
    # a comes back in week 2, b never; the data ends on a Sunday, 26 days after Tuesday.
    load(db, prompt("a", 0), prompt("b", 1), prompt("a", 14), prompt("c", 26))
    frame = retention_cohorts(db, Filters(MONDAY, date(2026, 1, 20)))
    assert frame["cohort_week"].dt.date.unique().tolist() == [MONDAY]
    assert frame[["week_number", "cohort_users", "retained_users"]].to_numpy().tolist() == [
        [0, 2, 2],
        [1, 2, 0],
        [2, 2, 1],
        [3, 2, 0],
    ]
    assert frame["retention_rate"].to_list() == [1.0, 0.0, 0.5, 0.0]


def test_a_week_that_is_not_over_is_blank_not_zero(db: Database) -> None:
    load(db, prompt("a", 0), prompt("a", 8))
    frame = retention_cohorts(db, Filters(MONDAY, date(2026, 1, 20)))
    assert frame["retained_users"].isna().to_list() == [False, True]
    assert frame["retention_rate"].isna().to_list() == [False, True]


def test_the_scope_picks_cohorts_by_first_week_and_never_cuts_one(db: Database) -> None:
    load(db, prompt("a", -1), prompt("b", 5), prompt("c", 6), prompt("d", -2), prompt("a", 19))
    one_day = retention_cohorts(db, Filters(date(2026, 1, 22), date(2026, 1, 23)))
    # Monday and Sunday belong to the week, the Sunday before and the Monday after do not
    assert one_day["cohort_users"].unique().tolist() == [2]
    assert one_day["week_number"].max() == 2


def test_an_old_hand_is_in_no_later_cohort(db: Database) -> None:
    load(db, prompt("a", -14), prompt("a", 0), prompt("b", 0))
    frame = retention_cohorts(db, Filters(MONDAY, date(2026, 1, 26)))
    assert frame["cohort_users"].unique().tolist() == [1]


def test_a_role_picks_who_had_it_at_the_first_prompt(db: Database) -> None:
    load(db, prompt("a", 0, department="Data"), prompt("b", 0), prompt("a", 7), prompt("b", 13))
    data = Filters(MONDAY, date(2026, 1, 26), roles=["data_scientist"])
    frame = retention_cohorts(db, data)
    assert frame["cohort_users"].to_list() == [1, 1, 1]
    assert frame["retained_users"].fillna(-1).to_list() == [1, 1, -1]


SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 23))


def started(db: Database, scope: Filters = SCOPE) -> list[int]:
    return new_users_per_day(db, scope)["new_users"].to_list()


def prompt_of(user: str, days: int, **fields: str) -> dict:
    who = {"user_id": user, "email": f"{user}@example.com", "session_id": f"{user}-{days}"}
    return make_event("user_prompt", timestamp=later(days=days), **who, **fields)


def test_people_count_on_the_day_of_their_first_prompt_only(db: Database) -> None:
    load(
        db,
        prompt_of("ada", 0),
        prompt_of("ada", 1),
        prompt_of("grace", 1),
        prompt_of("linus", 1),
    )
    assert started(db) == [1, 2, 0]


def test_who_started_before_the_range_is_not_new(db: Database) -> None:
    load(db, prompt_of("ada", -3), prompt_of("ada", 0))
    assert started(db) == [0, 0, 0]


def test_events_without_a_prompt_make_no_new_user(db: Database) -> None:
    load(db, make_event("api_error"), prompt_of("ada", 2))
    assert started(db) == [0, 0, 1]


def test_the_filter_looks_at_the_first_day(db: Database) -> None:
    data = {"department": "Data Engineering", "level": "L3"}
    load(
        db,
        prompt_of("ada", 0, **data),
        prompt_of("grace", 0),
        prompt_of("grace", 1, **data),
    )
    scientists = Filters(SCOPE.start, SCOPE.end, departments=["Data Engineering"])
    assert started(db, scientists) == [1, 0, 0]
