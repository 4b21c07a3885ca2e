from __future__ import annotations

from datetime import date

import pytest

from analytics import Filters
from analytics.scope import (
    days_in_scope,
    found_by,
    ratio,
    rows_in_scope,
    session_conditions,
    sums,
)

DAYS = Filters(date(2026, 1, 31), date(2026, 2, 2))


def test_days_are_compared_which_costs_the_same_however_long_the_range_is() -> None:
    assert days_in_scope(DAYS) == {"$gte": "2026-01-31", "$lt": "2026-02-02"}


def test_without_a_choice_days_are_read_as_they_are() -> None:
    assert rows_in_scope(DAYS) == [{"$match": {"day": days_in_scope(DAYS)}}]


def test_choices_are_matched_after_unwinding() -> None:
    scope = Filters(DAYS.start, DAYS.end, roles=["devops"], sources=["otlp"])
    assert rows_in_scope(scope)[1:3] == [
        {"$unwind": "$rows"},
        {"$match": {"rows.role": {"$in": ["devops"]}, "rows.source": {"$in": ["otlp"]}}},
    ]


def test_sessions_have_several_sources() -> None:
    scope = Filters(DAYS.start, DAYS.end, departments=["D"], sources=["otlp"])
    assert rows_in_scope(scope, "sources")[2] == {
        "$match": {"rows.department": {"$in": ["D"]}, "rows.sources": {"$in": ["otlp"]}}
    }


def test_session_without_a_value_is_one_of_an_unknown_value() -> None:
    scope = Filters(DAYS.start, DAYS.end, terminals=["unknown", "tmux"], tools=["Edit"])
    conditions = session_conditions(scope)
    assert conditions["terminal"] == {"$in": ["tmux", "unknown", None]}
    assert conditions["tool_uses.tool_name"] == {"$in": ["Edit"]}


def test_sums_name_fields_of_rows() -> None:
    assert sums("events") == {"events": {"$sum": "$rows.events"}}


def test_the_indexed_field_is_compared_first_and_alone() -> None:
    assert found_by("day", {"role": "devops", "day": "2026-01-20"}) == [
        {"$match": {"day": "2026-01-20"}},
        {"$match": {"role": "devops"}},
    ]


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 4, 0.25), (0, 4, 0), (0, 0, None)])
def test_nothing_is_divided_by_zero(part: int, whole: int, expected: float | None) -> None:
    assert ratio(part, whole) == expected
