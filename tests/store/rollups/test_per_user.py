"""Rows by user as columns."""

from __future__ import annotations

import pytest

from store.rollups.per_user import pack_columns, sum_by, sums_by_user

DEVOPS = {"role": "devops", "department": "Platform", "source": "otlp"}
SENIOR = {"role": "senior_dev", "department": "Backend", "source": "otlp"}


def test_users_of_one_scope_share_a_row_in_order():
    rows = [
        {**DEVOPS, "user_id": "bob", "events": 2, "cost_usd": 0.5},
        {**SENIOR, "user_id": "cleo", "events": 1},
        {**DEVOPS, "user_id": "ada", "events": 3},
    ]
    devops, senior = pack_columns("daily_users", rows)
    assert {**devops, **DEVOPS} == devops
    assert (devops["user_id"], devops["events"], devops["cost_usd"]) == (
        ["ada", "bob"], [3, 2], [0, 0.5],
    )  # fmt: skip
    assert (senior["role"], senior["user_id"], senior["prompts"]) == ("senior_dev", ["cleo"], [0])


def test_days_are_added_up_by_person_and_scope():
    monday = {**DEVOPS, "user_id": ["ada", "bob"], "events": [1, 2]}
    tuesday = {**DEVOPS, "user_id": ["bob"], "events": [4]}
    moved = {**SENIOR, "user_id": ["bob"], "events": [8]}
    assert sum_by([monday, moved, tuesday]) == [
        {**DEVOPS, "user_id": ["ada", "bob"], "events": [1, 6]},
        moved,
    ]


def test_sessions_of_several_sources_are_a_scope_of_their_own():
    scope = {"role": "devops", "department": "Platform"}
    both = {**scope, "sources": ["otlp", "transcript"], "user_id": "ada", "sessions": 1}
    one = {**scope, "sources": ["otlp"], "user_id": "ada", "sessions": 1}
    packed = pack_columns("daily_user_sessions", [both, one, both])
    assert [(row["sources"], row["sessions"]) for row in packed] == [
        (["otlp"], [1]), (["otlp", "transcript"], [2]),
    ]  # fmt: skip


def test_money_keeps_a_billionth_and_no_drift():
    parts = [{**DEVOPS, "user_id": ["ada"], "cost_usd": [cost]} for cost in (0.1, 0.2)]
    assert sum_by(parts) == [{**DEVOPS, "user_id": ["ada"], "cost_usd": [0.3]}]


def test_nothing_is_added_up_to_nothing():
    assert sum_by([]) == []
    assert sums_by_user([], ["events"]) == {"events": {}}


def test_columns_of_different_lengths_are_rejected():
    with pytest.raises(ValueError, match="shorter"):
        sums_by_user([{"user_id": ["ada", "bob"], "events": [1]}], ["events"])
