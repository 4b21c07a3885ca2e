"""Requests of the web application, counted by day and by how they were answered."""

from __future__ import annotations

import math
from datetime import date, timedelta

from analytics import Filters
from analytics.saas import day_list, rate_limited_per_day, requests_by_status, requests_per_day
from tests.saas_factories import NOON, identity, load_saas, make

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))
TOMORROW = NOON + timedelta(days=1)


def test_days_with_requests_are_listed_and_no_others(db):
    load_saas(
        db,
        make("requests", 1),
        make("requests", 2, timestamp=TOMORROW),
        make("requests", 3, timestamp=NOON + timedelta(days=9)),
        make("audit_logs", 1, timestamp=NOON - timedelta(days=9)),
    )
    assert list(day_list(db, SCOPE)["day"].dt.day) == [20, 21]


def test_requests_of_a_day_include_failed_ones_and_those_without_a_session(db):
    known = {"session_id": identity("sessions", 1), "token_id": identity("tokens", 1)}
    sizes = {"request_size_bytes": 10, "response_size_bytes": 100}
    load_saas(
        db,
        make("requests", 1, **known, **sizes),
        make("requests", 2, status_code=404, **sizes),
        make("requests", 3, status_code=399, session_id=known["session_id"]),
        make("requests", 4, status_code=400),
        make("requests", 5, timestamp=NOON + timedelta(days=2)),
    )
    first, quiet = requests_per_day(db, SCOPE).drop(columns="day").to_numpy().tolist()
    assert first == [4, 2, 0.5, 2, 3, 20, 200]
    assert quiet[:2] == [0, 0]
    assert math.isnan(quiet[2])


def test_answers_are_ranked_by_how_often_they_occur(db):
    answers = [200, 200, 200, 429, None]
    requests = [
        make("requests", n, status_code=status, rate_limited=status == 429)
        for n, status in enumerate(answers)
    ]
    load_saas(db, *requests)
    frame = requests_by_status(db, SCOPE).fillna({"status_code": 0})
    assert frame.to_numpy().tolist() == [[200, 3, 0.6, 0], [0, 1, 0.2, 0], [429, 1, 0.2, 1]]


def test_a_limit_may_slow_down_or_reject(db):
    load_saas(
        db,
        make("requests", 1),
        make("requests", 2, rate_limited=True),
        make("requests", 3, rate_limited=True, status_code=429),
        make("requests", 4, status_code=429),
        make("requests", 5, timestamp=TOMORROW),
    )
    assert rate_limited_per_day(db, SCOPE).drop(columns="day").to_numpy().tolist() == [
        [4, 2, 2, 0.5],
        [1, 0, 0, 0],
    ]
