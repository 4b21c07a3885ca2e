"""Answers of `analytics.reliability` to literal events."""

from __future__ import annotations

import math
from datetime import date

import pytest
from pymongo.database import Database

from analytics import (
    Filters,
    errors_by_type,
    errors_per_day,
    headline_latency,
    latency_by_model,
    latency_per_day,
)
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 21))


def test_failures_of_both_kinds_are_ranked_with_their_share(db: Database) -> None:
    failed = {"tool_name": "Bash", "is_success": False}
    load(
        db,
        make_event("api_error", error_type="timeout"),
        make_event("api_error", error_type="timeout", timestamp=later(minutes=1)),
        make_event("tool_result", error_type="timeout", timestamp=later(minutes=2), **failed),
        make_event("tool_result", error_type="tool_failed", **failed),
        make_event("tool_result", tool_name="Bash", is_success=True),
    )
    assert errors_by_type(db, SCOPE).to_numpy().tolist() == [
        ["timeout", 3, 0.75, 2, 1],
        ["tool_failed", 1, 0.25, 0, 1],
    ]


def test_rejected_permission_is_no_failure(db: Database) -> None:
    load(db, make_event("tool_decision", tool_name="Bash", decision="reject"))
    assert errors_by_type(db, SCOPE).empty


LATENCY_SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_failures_stand_beside_what_was_tried(db: Database) -> None:
    tool = {"tool_name": "Bash"}
    load(
        db,
        *(make_request(timestamp=later(minutes=n)) for n in range(3)),
        make_event("api_error", error_type="timeout"),
        make_event("tool_result", is_success=False, **tool),
        make_event("tool_result", is_success=True, timestamp=later(minutes=1), **tool),
    )
    first, quiet = errors_per_day(db, LATENCY_SCOPE).to_dict("records")
    assert [first[name] for name in list(first)[1:]] == [3, 1, 0.25, 2, 1]
    assert math.isnan(quiet["error_rate"])
    assert quiet["api_errors"] == quiet["tool_calls"] == 0


def test_a_day_with_nothing_but_errors_failed_altogether(db: Database) -> None:
    load(db, make_event("api_error", error_type="timeout"))
    assert errors_per_day(db, LATENCY_SCOPE)["error_rate"].iloc[0] == 1


def test_only_the_roles_in_scope_count(db: Database) -> None:
    load(db, make_event("api_error", department="Platform Engineering"), make_event("api_error"))
    devops = Filters(LATENCY_SCOPE.start, LATENCY_SCOPE.end, roles=["devops"])
    assert errors_per_day(db, devops)["api_errors"].sum() == 1


def test_percentiles_are_those_of_all_requests_of_all_models(db: Database) -> None:
    fast = [make_request(timestamp=later(minutes=n), duration_ms=100) for n in range(9)]
    load(db, *fast, make_request(timestamp=later(days=1), duration_ms=9000, model="other"))
    latency = headline_latency(db, LATENCY_SCOPE)
    assert latency.api_requests == 10
    assert latency.p50_ms == pytest.approx(100, rel=0.01)
    assert latency.p95_ms == pytest.approx(9000, rel=0.01)


def test_without_a_known_duration_there_is_no_percentile(db: Database) -> None:
    load(db, make_request(duration_ms=None))
    latency = headline_latency(db, LATENCY_SCOPE)
    assert (latency.api_requests, latency.p50_ms, latency.p95_ms) == (0, None, None)


SCOPE_latency = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_percentiles_are_those_of_all_requests_not_a_mean_of_days(db: Database) -> None:
    fast = [make_request(timestamp=later(minutes=n), duration_ms=100) for n in range(9)]
    slow = [make_request(timestamp=later(days=1), duration_ms=9000)]
    load(db, *fast, *slow)
    [model] = latency_by_model(db, SCOPE_latency).to_dict("records")
    assert (model["model"], model["api_requests"]) == ("claude-opus-4-6", 10)
    assert model["p50_ms"] == pytest.approx(100, rel=0.01)
    assert model["p95_ms"] == pytest.approx(9000, rel=0.01)


def test_only_requests_with_a_duration_count(db: Database) -> None:
    load(db, make_request(duration_ms=None), make_event("api_error", duration_ms=5))
    assert latency_by_model(db, SCOPE_latency).empty


def test_models_are_ranked_by_requests(db: Database) -> None:
    load(
        db,
        make_request(model="rare"),
        *(make_request(model="usual", timestamp=later(minutes=n)) for n in range(2)),
    )
    assert latency_by_model(db, SCOPE_latency)["model"].to_list() == ["usual", "rare"]


def test_days_without_requests_are_blank_not_zero(db: Database) -> None:
    load(db, make_request(timestamp=later(days=1), duration_ms=0))
    frame = latency_per_day(db, SCOPE_latency)
    assert frame["api_requests"].to_list() == [0, 1]
    assert frame["p50_ms"].isna().to_list() == [True, False]
    assert frame.loc[1, "p50_ms"] == 0
