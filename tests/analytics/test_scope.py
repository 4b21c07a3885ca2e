from __future__ import annotations

from datetime import date, timedelta

import pytest

from analytics import Filters
from analytics.scope import (
    LONGEST_DAY_LIST,
    by_day,
    days_in_scope,
    ratio,
    rows_in_scope,
    session_rows_in_scope,
    sums,
)

DAYS = Filters(date(2026, 1, 31), date(2026, 2, 2))


def test_days_are_named_one_by_one_which_every_store_finds_by_their_id() -> None:
    assert days_in_scope(DAYS) == {"$in": ["2026-01-31", "2026-02-01"]}


def test_a_range_too_long_to_name_is_compared() -> None:
    long = Filters(date(1900, 1, 1), date(1900, 1, 1) + timedelta(days=LONGEST_DAY_LIST + 1))
    assert days_in_scope(long) == {"$gte": "1900-01-01", "$lt": long.end.isoformat()}
    assert "$in" in days_in_scope(Filters(long.start, long.end - timedelta(days=1)))


def test_without_a_choice_there_is_nothing_to_match() -> None:
    assert [next(iter(stage)) for stage in rows_in_scope(DAYS)] == ["$match", "$unwind"]


def test_choices_are_matched_after_unwinding() -> None:
    scope = Filters(DAYS.start, DAYS.end, roles=["devops"], sources=["otlp"])
    assert rows_in_scope(scope, where={"rows.prompts": {"$gt": 0}})[2] == {
        "$match": {
            "rows.role": {"$in": ["devops"]},
            "rows.source": {"$in": ["otlp"]},
            "rows.prompts": {"$gt": 0},
        }
    }


def test_sessions_have_several_sources() -> None:
    scope = Filters(DAYS.start, DAYS.end, departments=["D"], sources=["otlp"])
    assert session_rows_in_scope(scope)[2] == {
        "$match": {"rows.department": {"$in": ["D"]}, "rows.sources": {"$in": ["otlp"]}}
    }


def test_sums_and_keys_name_fields_of_rows() -> None:
    assert sums("events") == {"events": {"$sum": "$rows.events"}}
    assert by_day("role") == {"day": "$_id", "value": "$rows.role"}


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 4, 0.25), (0, 4, 0), (0, 0, None)])
def test_nothing_is_divided_by_zero(part: int, whole: int, expected: float | None) -> None:
    assert ratio(part, whole) == expected
