from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import Filters, cost_by_model, cost_per_day, cost_per_day_by_model
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))
UNPRICED = {"model": "claude-unheard-of-1", "cost_usd": None}


def test_a_request_without_a_price_adds_nothing_and_is_counted(db: Database) -> None:
    load(db, make_request(), make_request(timestamp=later(minutes=1), **UNPRICED))
    frame = cost_per_day(db, SCOPE)
    assert frame[["cost_usd", "unpriced_requests"]].to_numpy().tolist() == [[0.5, 1], [0, 0]]


def test_what_the_client_reported_counts_even_if_it_is_nothing(db: Database) -> None:
    load(db, make_request(cost_usd=0.0))
    assert cost_per_day(db, SCOPE).loc[0, ["cost_usd", "unpriced_requests"]].to_list() == [0, 0]


def test_without_a_report_the_list_price_counts(db: Database) -> None:
    million = {"output_tokens": 1_000_000, "cache_read_tokens": 0, "cache_creation_tokens": 0}
    load(db, make_request(model="claude-haiku-4-5", cost_usd=None, input_tokens=0, **million))
    assert cost_per_day(db, SCOPE).loc[0, "cost_usd"] == 5.0


def test_models_are_ranked_dearest_first(db: Database) -> None:
    load(
        db,
        make_request(model="cheap", cost_usd=0.1),
        make_request(timestamp=later(minutes=1), **UNPRICED),
        make_request(timestamp=later(minutes=2), model="dear", cost_usd=2.0),
        make_event("api_error", model="never-answered"),
    )
    assert cost_by_model(db, SCOPE).to_numpy().tolist() == [
        ["dear", 1, 370, 2.0, 0],
        ["cheap", 1, 370, 0.1, 0],
        ["claude-unheard-of-1", 1, 370, 0.0, 1],
    ]


def test_every_model_that_was_called_has_every_day(db: Database) -> None:
    load(db, make_request(model="a"), make_request(timestamp=later(days=1), model="b"))
    assert cost_per_day_by_model(db, SCOPE)[["model", "cost_usd"]].to_numpy().tolist() == [
        ["a", 0.5],
        ["b", 0.0],
        ["a", 0.0],
        ["b", 0.5],
    ]
