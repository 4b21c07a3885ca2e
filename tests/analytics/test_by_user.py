from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from analytics import Filters, cost_by_user, user_list
from analytics.by_user import days_and_months, sum_by_user
from tests.factories import NOON, load, make_event, make_request

YEAR = Filters(date(2025, 12, 30), date(2026, 3, 3))


def parts(start: date, end: date) -> list[tuple[str, str, str]]:
    result = days_and_months("daily_users", Filters(start, end))
    return [(name, str(part.start), str(part.end)) for name, part in result]


def test_whole_months_are_read_as_months_and_the_rest_by_day() -> None:
    assert parts(YEAR.start, YEAR.end) == [
        ("daily_users", "2025-12-30", "2026-01-01"),
        ("monthly_users", "2026-01-01", "2026-03-01"),
        ("daily_users", "2026-03-01", "2026-03-03"),
    ]


def test_a_month_that_is_the_scope_has_no_days_beside_it() -> None:
    assert parts(date(2026, 2, 1), date(2026, 3, 1)) == [
        ("monthly_users", "2026-02-01", "2026-03-01")
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 2), date(2026, 2, 27)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(9999, 12, 2), date.max),
    ],
)
def test_without_a_whole_month_days_are_read(start: date, end: date) -> None:
    assert parts(start, end) == [("daily_users", str(start), str(end))]


@given(st.dates(), st.dates())
def test_every_day_of_the_scope_is_read_once(one: date, other: date) -> None:
    start, end = sorted((one, other))
    if start == end:
        return
    result = parts(start, end)
    assert [result[0][1], *(after for _, _, after in result)] == [
        *(before for _, before, _ in result), str(end),
    ]  # fmt: skip
    assert result[0][1] == str(start)
    for name, first, last in result:
        assert name == "daily_users" or first[8:] == last[8:] == "01"


@pytest.fixture
def three_months(db: Database) -> Database:
    """Return a store with one request a week, from two people in two roles."""
    load(
        db,
        *(
            make_request(
                timestamp=NOON + timedelta(weeks=week),
                session_id=f"s{week}",
                user_id=("user-ada", "user-bob")[week % 2],
                email=None,
                department=("Data Engineering", "Backend Engineering")[week % 2],
                source="otlp" if week < 0 else "cloudwatch",
            )
            for week in range(-3, 7)
        ),
        make_event("user_prompt", timestamp=NOON, session_id="s0", user_id="user-ada"),
    )
    return db


def test_days_and_months_are_added_up(three_months: Database) -> None:
    result = sum_by_user(three_months, "daily_users", YEAR, "api_requests", "cost_usd")
    assert result == {
        "user-ada": {"api_requests": 4, "cost_usd": 2.0},
        "user-bob": {"api_requests": 5, "cost_usd": 2.5},
    }
    sessions = sum_by_user(three_months, "daily_user_sessions", YEAR, "sessions")
    assert sessions == {"user-ada": {"sessions": 4}, "user-bob": {"sessions": 5}}


def test_choices_hold_in_months_too(three_months: Database) -> None:
    otlp = Filters(YEAR.start, YEAR.end, sources=["otlp"])
    spent = cost_by_user(three_months, otlp).set_index("user_id")["api_requests"]
    assert spent.to_dict() == {"user-bob": 2, "user-ada": 1}
    listed = user_list(three_months, otlp).set_index("user_id")["sessions"]
    assert listed.to_dict() == {"user-bob": 2, "user-ada": 1}
    data = Filters(YEAR.start, YEAR.end, roles=["data_scientist"])
    assert cost_by_user(three_months, data)["user_id"].to_list() == ["user-ada"]


def test_any_cut_gives_the_same_sums(three_months: Database) -> None:
    measures = ("prompts", "api_requests", "cost_usd")
    whole = sum_by_user(three_months, "daily_users", YEAR, *measures)
    for days in range(1, (YEAR.end - YEAR.start).days, 7):
        cut = YEAR.start + timedelta(days=days)
        halves = [
            sum_by_user(three_months, "daily_users", part, *measures)
            for part in (Filters(YEAR.start, cut), Filters(cut, YEAR.end))
        ]
        for user, expected in whole.items():
            for name in measures:
                assert sum(half.get(user, {}).get(name, 0) for half in halves) == pytest.approx(
                    expected[name]
                )
