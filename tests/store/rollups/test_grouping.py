"""Cap of the distinct values of a dimension per day."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given

from store.rollups import facts, grouping
from store.rollups.daily import VALUES
from store.rollups.facts import MAX_PART_VALUES, lists_of
from store.rollups.grouping import MAX_VALUES, OTHER, OTHERS, Grouping
from store.rollups.users import session_rollups
from store.saas.rollups import SAAS_OTHERS, Invalidations, SaasDay, user_rows
from tests.factories import make_event, make_request, random_events
from tests.facts import facts_of, rolled_up, session_of
from tests.saas_factories import make

MANY = MAX_VALUES + 50
DIMENSIONS = {
    "role", "department", "model", "tool_name", "project", "language", "error_type", "event_type",
    "decision_source", "action", "severity", "country", "city", "device_type", "browser", "os",
    "endpoint", "status",
}  # fmt: skip


def names(rows, dimension):
    return {row[dimension] for row in rows}


def flood(event_type, field):
    """Return many events, each with another name in a field, and the first name once more."""
    outcome = {"tool_name": "Edit", "decision": "accept", "is_success": False}
    common = {"event_type": event_type, "model": "m", "cost_usd": 0.5, "duration_ms": 5}
    common |= outcome if event_type.startswith("tool") else {}
    return [
        make_event(**{**common, field: f"name-{n:04}", "sequence": sequence})
        for sequence, n in enumerate([0, *range(MANY)])
    ]


@pytest.mark.parametrize(
    ("rollup", "dimension", "event_type", "field"),
    [
        ("daily_models", "model", "api_request", "model"),
        ("daily_models", "model", "api_error", "model"),
        ("daily_tools", "tool_name", "tool_result", "tool_name"),
        ("daily_tools", "tool_name", "tool_decision", "tool_name"),
        ("daily_projects", "project", "api_request", "project"),
        ("daily_projects", "project", "user_prompt", "repository"),
        ("daily_edits", "language", "tool_result", "language"),
        ("daily_errors", "error_type", "tool_result", "error_type"),
        ("daily_errors", "error_type", "api_error", "error_type"),
        ("daily_events", "event_type", "hook", "event_type"),
        ("daily_decisions", "decision_source", "tool_decision", "decision_source"),
        ("daily_usage", "department", "api_request", "department"),
        ("daily_users", "department", "user_prompt", "department"),
        ("daily_hours", "department", "api_request", "department"),
        ("daily_users", "department", "api_request", "department"),
    ],
)
def test_each_dimension_of_a_day_keeps_the_most_frequent_names(
    rollup, dimension, event_type, field
):
    events = flood(event_type, field)
    if rollup == "daily_hours":
        events = [{**event, "session_id": f"s{n}"} for n, event in enumerate(events)]
    rollups = rolled_up(events)
    values = names(rollups[rollup], dimension)
    assert len(values) == MAX_VALUES + 1
    assert {OTHER, "name-0000"} <= values
    assert OTHER in (values - {f"name-{n:04}" for n in range(MAX_VALUES)})
    assert {"dimension": dimension, "values": MANY - MAX_VALUES} in rollups[OTHERS]


def test_users_are_never_grouped():
    events = [make_request(user_id=f"user-{n}", sequence=n) for n in range(MANY)]
    rollups = rolled_up(events)
    (row,) = rollups["daily_users"]
    assert len(row["user_id"]) == MANY
    assert rollups[OTHERS] == []


@given(random_events(max_size=40))
def test_totals_are_exact_and_the_order_of_arrival_plays_no_part(events):
    whole = rolled_up(events)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "MAX_VALUES", 1)
        grouped = rolled_up(events)
        assert rolled_up(events[::-1]) == grouped
    for rollup, rows in grouped.items():
        if rollup not in (OTHERS, VALUES):
            assert sums(rows) == pytest.approx(sums(whole[rollup])), rollup
            for dimension in DIMENSIONS & set().union(*rows):
                assert len(names(rows, dimension) - {OTHER}) <= 1


def sums(rows):
    totals = Counter()
    for row in rows:
        for name, value in row.items():
            if isinstance(value, int | float):
                totals[name] += value
            elif name == "histogram":
                totals[name] += sum(json.loads(value)[1::2])
            elif name in ("events", "prompts", "cost_usd", "total_tokens"):
                totals[name] += sum(value)
    return totals


def test_a_session_keeps_its_most_frequent_names_and_its_sums():
    events = [
        *flood("api_request", "model"),
        *flood("tool_result", "tool_name"),
        *flood("tool_result", "error_type"),
    ]
    summary = session_of(*events)
    assert len(summary["models"]) == len(summary["model_uses"]) == MAX_VALUES + 1
    assert len(summary["tool_uses"]) == MAX_VALUES + 1
    assert len(summary["error_types"]) == MAX_VALUES + 1
    assert summary["model"] == "name-0000"
    assert sum(use["api_requests"] for use in summary["model_uses"]) == MANY + 1
    assert sum(use["cost_usd"] for use in summary["model_uses"]) == summary["cost_usd"]
    assert sum(use["calls"] for use in summary["tool_uses"]) == 2 * (MANY + 1)


def test_roles_and_departments_of_the_sessions_of_a_day_are_grouped():
    sessions = [
        {
            "_id": f"s{n}", "role": f"r{n:04}", "department": f"d{n:04}", "sources": ["otlp"],
            "user_id": "u", "duration_seconds": 1.0, "prompts": 1, "total_tokens": 2,
            "cost_usd": 0.5, "unpriced_requests": 0, "errors": 0,
        }
        for n in range(MANY)
    ]  # fmt: skip
    rollups = session_rollups(sessions)
    for rollup in ("daily_sessions", "daily_user_sessions"):
        assert len(names(rollups[rollup], "role")) == MAX_VALUES + 1
        assert len(names(rollups[rollup], "department")) == MAX_VALUES + 1
    assert sum(row["sessions"] for row in rollups["daily_sessions"]) == MANY
    assert sum(len(row["durations"]) for row in rollups["daily_sessions"]) == MANY
    assert sum(row["cost_usd"] for row in rollups["daily_sessions"]) == MANY / 2


@pytest.mark.parametrize(
    ("rollup", "array", "field", "count"),
    [
        ("saas_daily_endpoints", "requests", "endpoint", "requests"),
        ("saas_daily_audits", "audit_logs", "action", "events"),
        ("saas_daily_audits", "audit_logs", "severity", "events"),
        ("saas_daily_countries", "sessions", "country", "sessions"),
        ("saas_daily_countries", "sessions", "city", "sessions"),
        ("saas_daily_devices", "sessions", "device_type", "sessions"),
        ("saas_daily_devices", "sessions", "browser", "sessions"),
        ("saas_daily_devices", "sessions", "os", "sessions"),
    ],
)
def test_each_dimension_of_a_saas_day_is_bounded(rollup, array, field, count):
    day = SaasDay(Invalidations({}, {}))
    add = {
        "requests": day.add_request,
        "audit_logs": day.add_audit_log,
        "sessions": day.add_session,
    }
    for n in range(MANY):
        add[array](make(array, n, **{field: f"name-{n:04}"})[1])
    rollups = day.rows()
    assert names(rollups[rollup], field) == {OTHER, *(f"name-{n:04}" for n in range(MAX_VALUES))}
    assert sum(row[count] for row in rollups[rollup]) == MANY
    assert rollups[SAAS_OTHERS] == [{"dimension": field, "values": MANY - MAX_VALUES}]


def test_statuses_and_roles_of_accounts_are_bounded():
    rows = user_rows({"status": f"s{n:04}", "role": f"r{n:04}"} for n in range(MANY))
    assert len(names(rows, "status")) == len(names(rows, "role")) == MAX_VALUES + 1
    assert sum(row["users"] for row in rows) == MANY


def test_equal_names_are_kept_in_their_order():
    equal = Grouping({"model": dict.fromkeys((f"m{n:03}" for n in range(MANY)), 7)})
    assert equal.rare["model"] == {f"m{n:03}" for n in range(MAX_VALUES, MANY)}


def test_a_name_that_looks_like_the_rest_is_part_of_it():
    events = [make_request(model=OTHER, sequence=n) for n in range(3)] + flood(
        "api_request", "model"
    )
    rows = [row for row in rolled_up(events)["daily_models"] if row["model"] == OTHER]
    assert [row["api_requests"] for row in rows] == [3 + MANY - MAX_VALUES]


@pytest.mark.parametrize(
    ("part", "dimension", "event_type", "field"),
    [
        ("models", "model", "api_request", "model"),
        ("tools", "tool_name", "tool_result", "tool_name"),
        ("languages", "language", "tool_result", "language"),
        ("errors", "error_type", "tool_result", "error_type"),
        ("types", "event_type", "hook", "event_type"),
        ("decisions", "decision_source", "tool_decision", "decision_source"),
    ],
)
def test_each_list_of_a_fact_is_bounded(part, dimension, event_type, field, monkeypatch):
    monkeypatch.setattr(facts, "MAX_PART_VALUES", 30)
    [fact] = facts_of(flood(event_type, field))
    [row] = fact["rows"]
    entries = lists_of(row)[part]
    assert len(entries) == 30
    assert {OTHER, "name-0000"} <= {entry[0] for entry in entries}
    assert row["others"][dimension] == MANY - 29
    monkeypatch.undo()
    whole = lists_of(facts_of(flood(event_type, field))[0]["rows"][0])[part]
    assert len(whole) == MANY < MAX_PART_VALUES
    for place, value in enumerate(whole[0]):
        if isinstance(value, int | float):
            assert sum(entry[place] for entry in entries) == sum(entry[place] for entry in whole)


def test_senders_of_a_fact_are_bounded_and_their_users_exact(monkeypatch):
    monkeypatch.setattr(facts, "MAX_SENDERS", 5)
    events = [make_request(project=f"p{n}", user_id=f"user-{n % 3}", sequence=n) for n in range(20)]
    [fact] = facts_of(events)
    assert len(fact["rows"]) <= 5 + 3
    assert sum(row["events"] for row in fact["rows"]) == 20
    by_user = Counter()
    for row in fact["rows"]:
        by_user[row["user_id"]] += row["events"]
    assert by_user == {"user-0": 7, "user-1": 7, "user-2": 6}
    assert fact["rows"][-1]["others"]["project"] == 15
