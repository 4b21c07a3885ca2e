from __future__ import annotations

from datetime import date

import pandas as pd

import charts
from charts.shared.money import price_tip, with_prices

DAYS = pd.to_datetime([date(2026, 1, 19), date(2026, 1, 20)])


def test_each_amount_is_written_beside_itself() -> None:
    rows = with_prices(pd.DataFrame({"cost_usd": [1234.5, 0.0031], "events": [1, 2]}))
    assert rows["cost_usd_written"].to_list() == ["$1,234.50", "$0.0031"]
    assert "events_written" not in rows


def test_an_amount_that_is_not_known_is_left_blank() -> None:
    assert with_prices(pd.DataFrame({"cost_usd": [None]}, dtype=float))["cost_usd_written"][0] == ""


def test_a_tooltip_names_the_amount_as_it_is_written() -> None:
    assert price_tip("cost_usd", "Cost") == {
        "field": "cost_usd_written",
        "type": "nominal",
        "title": "Cost",
    }


def test_less_than_a_cent_is_not_nothing_in_a_tooltip() -> None:
    frame = pd.DataFrame({"day": DAYS, "cost_usd": [0.0031, 0.0], "unpriced_requests": [0, 0]})
    rows = charts.cost_per_day(frame).data
    assert rows["cost_usd_written"].to_list() == ["$0.0031", "$0.00"]


def test_the_rest_of_a_ranking_has_a_price_of_its_own() -> None:
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
    assert rows["cost_usd_written"].iloc[-1] == "$0.0080"
