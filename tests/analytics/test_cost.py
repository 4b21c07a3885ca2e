"""Answers of `analytics.cost` to literal events."""

from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import (
    Filters,
    cache_savings_per_day,
    cost_by_department,
    cost_by_model,
    cost_by_project,
    cost_by_user,
    cost_per_day,
    cost_per_day_by_model,
)
from analytics.cost import labelled
from store.prices.overrides import save_rate
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


SCOPE_spend = Filters(date(2026, 1, 20), date(2026, 1, 21))
BOB = {"user_id": "user-bob", "email": None, "session_id": "b", "department": "Data"}


def test_departments_are_ranked_dearest_first(db: Database) -> None:
    load(db, make_request(), make_request(**BOB, cost_usd=2.0), make_event("hook", department="X"))
    assert cost_by_department(db, SCOPE_spend).to_numpy().tolist() == [
        ["Data", 1, 370, 2.0, 0],
        ["unknown", 1, 370, 0.5, 0],
    ]


def test_projects_are_ranked_and_prompts_counted(db: Database) -> None:
    load(
        db,
        make_request(project="atlas"),
        make_event("user_prompt", project="atlas"),
        make_request(timestamp=later(minutes=1), repository="tools", cost_usd=1.0),
        make_request(timestamp=later(minutes=2), cost_usd=0.1),
        make_event("user_prompt", timestamp=later(minutes=3), project="only-talk"),
    )
    assert cost_by_project(db, SCOPE_spend)[
        ["project", "prompts", "cost_usd"]
    ].to_numpy().tolist() == [
        ["tools", 0, 1.0],
        ["atlas", 1, 0.5],
        ["unknown", 0, 0.1],
    ]


def test_people_are_ranked_and_never_without_a_name(db: Database) -> None:
    load(
        db,
        make_request(name="Ada"),
        make_request(**BOB, cost_usd=2.0),
        make_request(user_id=None, email=None, session_id="x", cost_usd=0.1),
        make_event("user_prompt", user_id="user-quiet", session_id="q"),
    )
    frame = cost_by_user(db, SCOPE_spend)[["user_id", "name", "department", "cost_usd"]]
    assert frame.to_numpy().tolist() == [
        ["user-bob", "user-bob", "Data", 2.0],
        ["user-ada", "Ada", "unknown", 0.5],
        ["unknown", "unknown", "unknown", 0.1],
    ]


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"user_id": "u", "email": "e", "name": "n"}, "n"),
        ({"user_id": "u", "email": "e"}, "e"),
        ({"user_id": "u"}, "u"),
    ],
)
def test_a_label_is_the_best_that_is_known(person: dict[str, str], name: str) -> None:
    assert labelled(person)["name"] == name


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
