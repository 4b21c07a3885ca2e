from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import charts
from charts.shared.money import price_tip, with_prices

DAYS = pd.to_datetime([date(2026, 1, 19), date(2026, 1, 20)])


def test_with_prices_adds_a_text_for_each_amount() -> None:
    rows = with_prices(pd.DataFrame({"cost_usd": [1234.5, 0.0031], "events": [1, 2]}))
    assert rows["cost_usd_text"].to_list() == ["$1,234.50", "$0.0031"]
    assert "events_text" not in rows


def test_with_prices_leaves_unknown_amounts_blank() -> None:
    assert with_prices(pd.DataFrame({"cost_usd": [None]}, dtype=float))["cost_usd_text"][0] == ""


@pytest.mark.parametrize(
    ("count", "text"), [(0, "$2.00"), (1_200, "$2.00 + 1,200 unpriced requests")]
)
def test_with_prices_names_unpriced_requests(count: int, text: str) -> None:
    rows = with_prices(pd.DataFrame({"cost_usd": [2.0], "unpriced_requests": [count]}))
    assert rows["cost_usd_text"].to_list() == [text]


def test_price_tip_shows_the_text() -> None:
    assert price_tip("cost_usd", "Cost") == {
        "field": "cost_usd_text",
        "type": "nominal",
        "title": "Cost",
    }


def test_cost_per_day_shows_fractions_of_a_cent() -> None:
    frame = pd.DataFrame({"day": DAYS, "cost_usd": [0.0031, 0.0], "unpriced_requests": [0, 0]})
    rows = charts.cost_per_day(frame).data
    assert rows["cost_usd_text"].to_list() == ["$0.0031", "$0.00"]


def test_cost_by_project_has_a_price_for_the_rest() -> None:
    names = [f"project-{number}" for number in range(12)]
    frame = pd.DataFrame(
        {
            "project": names,
            "api_requests": 1,
            "total_tokens": 1,
            "cost_usd": 0.002,
            "unpriced_requests": 0,
        }
    )
    rows = charts.cost_by_project(frame).data
    assert rows["name"].iloc[-1] == "4 others"
    assert rows["cost_usd_text"].iloc[-1] == "$0.0080"
