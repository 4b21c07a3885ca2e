from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from analytics import Filters, SessionFilter, found_sessions_per_day, session_list
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 23))


@pytest.fixture
def three(db: Database) -> Database:
    """Return a store with three sessions that have little in common."""
    grace = {"session_id": "g", "user_id": "user-grace", "email": "grace@example.com"}
    load(
        db,
        make_request(name="Ada (Test)", project="atlas", model="claude-haiku-4-5"),
        make_request(session_id="b", timestamp=later(days=1)),
        make_event("tool_result", session_id="b", timestamp=later(days=1, minutes=2),
                   tool_name="Bash", is_success=False, error_type="ShellError"),
        make_request(timestamp=later(minutes=5), **grace),
        make_event("api_error", timestamp=later(minutes=6), error_type="http_529", **grace),
    )  # fmt: skip
    return db


@pytest.mark.parametrize(
    ("search", "session_ids"),
    [
        ({}, {"session-a", "b", "g"}),
        ({"model": "claude-haiku-4-5"}, {"session-a"}),
        ({"user_id": "user-ada"}, {"session-a", "b"}),
        ({"project": "atlas"}, {"session-a"}),
        ({"project": "unknown"}, {"b", "g"}),
        ({"tool_name": "Bash"}, {"b"}),
        ({"error_type": "http_529"}, {"g"}),
        ({"is_failing": True}, {"b", "g"}),
        ({"text": "GRACE"}, {"g"}),
        ({"text": "atl (test"}, {"session-a"}),
        ({"text": ".*"}, set()),
        ({"user_id": "user-ada", "is_failing": True}, {"b"}),
    ],
)
def test_sessions_are_found_by_what_they_have_in_common(
    three: Database, search: dict[str, Any], session_ids: set[str]
) -> None:
    session_filter = SessionFilter(**search)
    page = session_list(three, SCOPE, search=session_filter)
    assert set(page.items["session_id"]) == session_ids
    assert page.total == len(session_ids)
    assert found_sessions_per_day(three, SCOPE, session_filter)["sessions"].sum() == len(
        session_ids
    )


def test_found_sessions_are_added_up_by_the_day_they_started(three: Database) -> None:
    days = found_sessions_per_day(three, SCOPE, SessionFilter(is_failing=True))
    assert days.drop(columns="day").to_numpy().tolist() == [
        [0, 0, 0.0, 0, 0.0, 0, 0],
        [1, 0, 60.0, 370, 0.5, 0, 1],
        [1, 0, 120.0, 370, 0.5, 0, 1],
        [0, 0, 0.0, 0, 0.0, 0, 0],
    ]


def test_all_sessions_are_added_up_as_those_that_are_searched_for(three: Database) -> None:
    everything = found_sessions_per_day(three, SCOPE)
    by_text = found_sessions_per_day(three, SCOPE, SessionFilter(text="example.com"))
    assert everything.equals(by_text)


def test_pages_of_a_search_are_pages_of_what_it_found(three: Database) -> None:
    search = SessionFilter(user_id="user-ada")
    pages = [session_list(three, SCOPE, page, 1, search=search) for page in (1, 2, 3)]
    assert [list(page.items["session_id"]) for page in pages] == [["b"], ["session-a"], []]
    assert {page.pages for page in pages} == {2}
