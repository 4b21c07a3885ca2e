from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, latency_by_model, latency_per_day
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_percentiles_are_those_of_all_requests_not_a_mean_of_days(db: Database) -> None:
    fast = [make_request(timestamp=later(minutes=n), duration_ms=100) for n in range(9)]
    slow = [make_request(timestamp=later(days=1), duration_ms=9000)]
    load(db, *fast, *slow)
    [model] = latency_by_model(db, SCOPE).to_dict("records")
    assert (model["model"], model["api_requests"]) == ("claude-opus-4-6", 10)
    assert model["p50_ms"] == pytest.approx(100, rel=0.01)
    assert model["p95_ms"] == pytest.approx(9000, rel=0.01)


def test_only_requests_with_a_duration_count(db: Database) -> None:
    load(db, make_request(duration_ms=None), make_event("api_error", duration_ms=5))
    assert latency_by_model(db, SCOPE).empty


def test_models_are_ranked_by_requests(db: Database) -> None:
    load(
        db,
        make_request(model="rare"),
        *(make_request(model="usual", timestamp=later(minutes=n)) for n in range(2)),
    )
    assert latency_by_model(db, SCOPE)["model"].to_list() == ["usual", "rare"]


def test_days_without_requests_are_blank_not_zero(db: Database) -> None:
    load(db, make_request(timestamp=later(days=1), duration_ms=0))
    frame = latency_per_day(db, SCOPE)
    assert frame["api_requests"].to_list() == [0, 1]
    assert frame["p50_ms"].isna().to_list() == [True, False]
    assert frame.loc[1, "p50_ms"] == 0
