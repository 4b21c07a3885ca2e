"""What is asked for, how it is answered and how fast."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from analytics import Filters
from analytics.saas import requests_by_endpoint, response_time_per_day
from tests.saas_factories import NOON, load_saas, make

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_endpoints_are_ranked_by_requests_with_their_failures(db):
    load_saas(
        db,
        make("requests", 1, status_code=499),
        make("requests", 2, status_code=500, rate_limited=True),
        *(make("requests", n, request_size_bytes=1, response_size_bytes=2) for n in (3, 4)),
        make("requests", 5, endpoint="/api/export"),
    )
    counts = ["endpoint", "requests", "errors", "server_errors", "error_rate", "rate_limited"]
    frame = requests_by_endpoint(db, SCOPE)
    assert frame[counts].to_numpy().tolist() == [
        ["/api/users", 4, 2, 1, 0.5, 1],
        ["/api/export", 1, 0, 0, 0.0, 0],
    ]
    assert frame[["request_bytes", "response_bytes"]].to_numpy().tolist() == [[2, 4], [0, 0]]


def test_percentiles_are_of_the_requests_whose_time_is_known(db):
    load_saas(
        db,
        *(make("requests", n, response_time_ms=100) for n in range(9)),
        make("requests", "slow", response_time_ms=3000),
        make("requests", "unknown"),
    )
    row = requests_by_endpoint(db, SCOPE).iloc[0]
    assert (row["p50_ms"], row["p95_ms"]) == pytest.approx((100, 3000), rel=0.01)
    first, quiet = response_time_per_day(db, SCOPE).drop(columns="day").to_numpy().tolist()
    assert first[1:] == pytest.approx([100, 3000], rel=0.01)
    assert all(map(math.isnan, quiet[1:]))


def test_a_day_counts_all_requests_also_those_whose_time_is_unknown(db):
    load_saas(
        db,
        make("requests", 1, response_time_ms=5),
        make("requests", 2),
        make("requests", 3, response_time_ms=5, timestamp=NOON + timedelta(days=1)),
    )
    assert list(response_time_per_day(db, SCOPE)["requests"]) == [2, 1]
