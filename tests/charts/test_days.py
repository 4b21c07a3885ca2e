from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import charts
from tests.charts.frames import COST, EVENTS, TOKENS


def encoding(chart) -> dict:
    return chart.to_dict()["encoding"]


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.events_per_day, EVENTS),
        (charts.cost_per_day, COST),
        (charts.tokens_per_day, TOKENS),
    ],
)
def test_the_encoding_is_what_was_reviewed(draw, frame, snapshot):
    assert encoding(draw(frame)) == snapshot


def test_days_are_read_as_utc_so_that_no_browser_moves_them():
    x = encoding(charts.events_per_day(EVENTS))["x"]
    assert x["timeUnit"] == "utcyearmonthdate"
    assert all(value["utc"] for value in x["axis"]["values"])


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (7, 7),  # each day
        (30, 4),  # Mondays
        (90, 6),  # the 1st and the 15th
        (365, 12),  # months
        (1_000, 6),  # half-years
    ],
)
def test_few_enough_days_are_named(count, named):
    days = pd.date_range("2024-01-01", periods=count, tz=None)
    frame = pd.DataFrame({"day": days, "events": 1})
    values = encoding(charts.events_per_day(frame))["x"]["axis"]["values"]
    assert abs(len(values) - named) <= 1


def test_a_day_that_is_not_over_is_marked():
    rows = charts.events_per_day(EVENTS, partial_day=date(2026, 1, 21)).data
    assert rows["is_partial"].tolist() == [False, False, True]


def test_the_kinds_of_tokens_add_up_to_the_total():
    rows = charts.tokens_per_day(TOKENS).data
    assert rows.groupby("day")["tokens"].sum().tolist() == TOKENS["total_tokens"].tolist()


def test_the_description_names_the_highest_day():
    assert charts.events_per_day(EVENTS).description == (
        "Days from 19 January 2026 to 21 January 2026, highest on 20 January with 30 events."
    )


def test_no_days_can_be_drawn_too():
    assert charts.cost_per_day(COST.head(0)).description == "No days."
