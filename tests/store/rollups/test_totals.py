"""Rows of a day added up over roles, departments and sources."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.rollups.totals import total_of, total_rows
from tests.factories import NOON, load, make_event, make_request, rows

DEVOPS = {"role": "devops", "department": "Platform", "source": "otlp"}
SENIOR = {"role": "senior_dev", "department": "Backend", "source": "otlp"}


def test_numbers_are_added_and_the_scope_is_gone():
    totals = total_rows([{**DEVOPS, "events": 2}, {**SENIOR, "events": 3, "prompts": 1}])
    assert totals == [{"events": 5, "prompts": 1}]


def test_dimensions_stay_apart_and_in_order():
    totals = total_rows(
        [
            {**DEVOPS, "model": "b", "api_requests": 1},
            {**SENIOR, "model": "a", "api_requests": 2},
            {**SENIOR, "model": "b", "api_requests": 4},
        ],
        ["model"],
    )
    assert totals == [{"model": "a", "api_requests": 2}, {"model": "b", "api_requests": 5}]


def test_histograms_are_merged():
    totals = total_rows(
        [
            {**DEVOPS, "buckets": [1, 5], "counts": [2, 1]},
            {**SENIOR, "buckets": [0, 5], "counts": [1, 7]},
        ]
    )
    assert totals == [{"buckets": [0, 1, 5], "counts": [1, 2, 8]}]


def test_people_are_united():
    totals = total_rows([{**DEVOPS, "users": ["ada", "bob"]}, {**SENIOR, "users": ["bob"]}])
    assert totals == [{"users": ["ada", "bob"]}]


def test_money_keeps_a_billionth_and_no_drift():
    [row] = total_rows([{**DEVOPS, "cost_usd": 0.1}, {**SENIOR, "cost_usd": 0.2}])
    assert row["cost_usd"] == 0.3


def test_a_day_without_rows_has_no_totals():
    assert total_rows([]) == []


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), max_size=20))
def test_totals_of_totals_are_the_totals(parts):
    totals = [{**DEVOPS, "model": model, "events": events} for model, events in parts]
    once = total_rows(totals, ["model"])
    assert total_rows(once, ["model"]) == once
    assert sum(row["events"] for row in once) == sum(events for _, events in parts)


def test_a_refresh_keeps_totals_and_rows_together(db):
    day = timedelta(days=1)
    people = [
        {"user_id": "user-ada", "session_id": "a", "department": "Data Engineering"},
        {"user_id": "user-bob", "session_id": "b", "department": "Backend Engineering"},
    ]
    for n, person in enumerate([*people, *people]):
        load(
            db,
            make_event("user_prompt", timestamp=NOON + n * day, **person),
            make_request(timestamp=NOON + n * day, **person),
        )
    usage = rows(db, total_of("daily_usage"))
    assert [(row["day"], row["events"]) for row in usage] == [
        (row["day"], row["events"]) for row in rows(db, "daily_usage")
    ]
    assert [row["users"] for row in rows(db, total_of("daily_active"))] == [
        ["user-ada"], ["user-bob"], ["user-ada"], ["user-bob"],
    ]  # fmt: skip
    assert [row["sessions"] for row in rows(db, total_of("daily_sessions"))] == [1, 1]
