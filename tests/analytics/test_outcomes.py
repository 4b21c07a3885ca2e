from __future__ import annotations

import math
from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, errors_per_day, headline_latency
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_failures_stand_beside_what_was_tried(db: Database) -> None:
    tool = {"tool_name": "Bash"}
    load(
        db,
        *(make_request(timestamp=later(minutes=n)) for n in range(3)),
        make_event("api_error", error_type="timeout"),
        make_event("tool_result", is_success=False, **tool),
        make_event("tool_result", is_success=True, timestamp=later(minutes=1), **tool),
    )
    first, quiet = errors_per_day(db, SCOPE).to_dict("records")
    assert [first[name] for name in list(first)[1:]] == [3, 1, 0.25, 2, 1]
    assert math.isnan(quiet["error_rate"])
    assert quiet["api_errors"] == quiet["tool_calls"] == 0


def test_a_day_with_nothing_but_errors_failed_altogether(db: Database) -> None:
    load(db, make_event("api_error", error_type="timeout"))
    assert errors_per_day(db, SCOPE)["error_rate"].iloc[0] == 1


def test_only_the_roles_in_scope_count(db: Database) -> None:
    load(db, make_event("api_error", department="Platform Engineering"), make_event("api_error"))
    devops = Filters(SCOPE.start, SCOPE.end, roles=["devops"])
    assert errors_per_day(db, devops)["api_errors"].sum() == 1


def test_percentiles_are_those_of_all_requests_of_all_models(db: Database) -> None:
    fast = [make_request(timestamp=later(minutes=n), duration_ms=100) for n in range(9)]
    load(db, *fast, make_request(timestamp=later(days=1), duration_ms=9000, model="other"))
    found = headline_latency(db, SCOPE)
    assert found.api_requests == 10
    assert found.p50_ms == pytest.approx(100, rel=0.01)
    assert found.p95_ms == pytest.approx(9000, rel=0.01)


def test_without_a_known_duration_there_is_no_percentile(db: Database) -> None:
    load(db, make_request(duration_ms=None))
    found = headline_latency(db, SCOPE)
    assert (found.api_requests, found.p50_ms, found.p95_ms) == (0, None, None)
