from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from analytics import FilterError, Filters, session_duration_by_role, session_list
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 23))


def session(name: str, minutes: float = 0, lasts: float = 1, **fields: Any) -> list[dict[str, Any]]:
    moments = [later(minutes=minutes), later(minutes=minutes + lasts)]
    return [make_request(session_id=name, timestamp=moment, **fields) for moment in moments]


def test_durations_are_compared_by_role(db: Database) -> None:
    data = {"department": "Data", "user_id": "user-b", "email": None}
    load(
        db,
        *session("a", lasts=1),
        *session("b", lasts=2),
        *session("c", lasts=9),
        *session("d", lasts=5, **data),
    )
    assert session_duration_by_role(db, SCOPE).to_numpy().tolist() == [
        ["unknown", 3, 240.0, 120.0, 540.0],
        ["data_scientist", 1, 300.0, 300.0, 300.0],
    ]


def test_a_session_is_described(db: Database) -> None:
    load(
        db,
        make_event("user_prompt", name="Ada", project="atlas", terminal="vscode"),
        make_request(timestamp=later(minutes=1)),
        make_event("api_error", timestamp=later(minutes=2), error_type="timeout"),
    )
    [item] = session_list(db, SCOPE).items.to_dict("records")
    assert item["session_id"] == "session-a"
    assert (item["user_id"], item["name"], item["project"]) == ("user-ada", "Ada", "atlas")
    assert (item["started_at"], item["ended_at"]) == (later(), later(minutes=2))
    assert (item["duration_seconds"], item["events"], item["prompts"]) == (120, 3, 1)
    assert (item["total_tokens"], item["cost_usd"], item["errors"]) == (370, 0.5, 1)
    assert (item["model"], item["terminal"]) == ("claude-opus-4-6", "vscode")


def five(db: Database) -> None:
    # Two on the 20th, one on the 21st, two on the 22nd
    for number, minutes in enumerate([0, 60, 24 * 60, 48 * 60, 48 * 60 + 1]):
        load(db, *session(f"s{number}", minutes, lasts=10 - number))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("started_at", ["s4", "s3", "s2", "s1", "s0"]),
        ("-started_at", ["s4", "s3", "s2", "s1", "s0"]),
        ("+started_at", ["s0", "s1", "s2", "s3", "s4"]),
        ("duration_seconds", ["s0", "s1", "s2", "s3", "s4"]),
        ("+duration_seconds", ["s4", "s3", "s2", "s1", "s0"]),
        ("total_tokens", ["s0", "s1", "s2", "s3", "s4"]),
    ],
)
@pytest.mark.parametrize("page_size", [1, 2, 3, 50])
def test_pages_follow_each_other_in_order(
    db: Database, sort: str, expected: list[str], page_size: int
) -> None:
    five(db)
    first = session_list(db, SCOPE, 1, page_size, sort)
    pages = [session_list(db, SCOPE, page, page_size, sort) for page in range(1, first.pages + 1)]
    assert (first.total, first.pages) == (5, -(-5 // page_size))
    assert [name for page in pages for name in page.items["session_id"]] == expected


def test_a_page_behind_the_last_is_empty(db: Database) -> None:
    five(db)
    page = session_list(db, SCOPE, page=4, page_size=2)
    assert (len(page.items), page.page, page.total, page.pages) == (0, 4, 5, 3)


@pytest.mark.parametrize("page_size", [1, 1000])
def test_the_smallest_and_the_largest_page_are_pages(db: Database, page_size: int) -> None:
    five(db)
    assert len(session_list(db, SCOPE, page_size=page_size).items) == min(page_size, 5)


def test_no_sessions_are_no_pages(db: Database) -> None:
    page = session_list(db, SCOPE)
    assert (len(page.items), page.total, page.pages) == (0, 0, 0)


def test_only_sessions_that_count_are_listed(db: Database) -> None:
    load(db, make_event("hook"), make_request(session_id=None))
    assert session_list(db, SCOPE).total == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"page": 0}, "page 0"),
        ({"page_size": 0}, "page_size 0"),
        ({"page_size": 1001}, "page_size 1001"),
        ({"sort": "colour"}, "'colour'.*started_at"),
        ({"sort": "$where"}, "'\\$where'"),
    ],
)
def test_invalid_page_is_rejected_by_name(
    db: Database, arguments: dict[str, Any], named: str
) -> None:
    with pytest.raises(FilterError, match=named):
        session_list(db, SCOPE, **arguments)
