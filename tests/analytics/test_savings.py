from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, cache_savings_per_day
from analytics.store.price_rates import save_rate
from tests.factories import later, load, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))
HAIKU = {"model": "claude-haiku-4-5", "cache_read_tokens": 1_000_000, "cache_creation_tokens": 0}


def amounts(db: Database) -> list[list[float]]:
    return cache_savings_per_day(db, SCOPE).drop(columns="day").to_numpy().tolist()


def test_a_read_saves_the_difference_to_plain_input(db: Database) -> None:
    load(db, make_request(**HAIKU))
    assert amounts(db) == [[1_000_000, pytest.approx(0.9), 0, 0], [0, 0, 0, 0]]


def test_what_the_client_reported_does_not_change_the_estimate(db: Database) -> None:
    load(db, make_request(**HAIKU, cost_usd=99.0))
    assert amounts(db)[0][1] == pytest.approx(0.9)


def test_a_write_costs_more_than_plain_input(db: Database) -> None:
    load(db, make_request(**HAIKU | {"cache_read_tokens": 0, "cache_creation_tokens": 1_000_000}))
    assert amounts(db)[0] == [0, 0, pytest.approx(0.25), 0]


def test_models_of_a_day_are_added_up(db: Database) -> None:
    load(db, make_request(**HAIKU), make_request(timestamp=later(minutes=1), **HAIKU))
    assert amounts(db)[0][:2] == [2_000_000, pytest.approx(1.8)]


def test_a_model_without_a_price_saves_nothing_and_is_counted(db: Database) -> None:
    load(db, make_request(**HAIKU | {"model": "claude-unheard-of-1"}))
    assert amounts(db)[0] == [1_000_000, 0, 0, 1_000_000]


def test_the_stores_own_rates_count_first(db: Database) -> None:
    load(db, make_request(**HAIKU | {"model": "claude-unheard-of-1"}))
    usd = {"input": 3, "output": 1, "cache_write_5m": 1, "cache_write_1h": 1, "cache_read": 1}
    save_rate(db, "ours", {"models": ["claude-unheard-of-1"], "usd_per_million": usd})
    assert amounts(db)[0][1] == pytest.approx(2.0)
