from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import charts
from tests.charts.frames import EVENTS


def encoding(chart) -> dict:
    return chart.to_dict()["encoding"]


def test_days_are_read_as_utc_so_that_no_browser_moves_them():
    x = encoding(charts.events_per_day(EVENTS))["x"]
    assert x["timeUnit"] == "utcyearmonthdate"
    assert all(value["utc"] for value in x["axis"]["values"])


@pytest.mark.parametrize(
    ("count", "labels"),
    [
        (7, 7),  # each day
        (30, 4),  # Mondays
        (90, 6),  # the 1st and the 15th
        (365, 12),  # months
        (1_000, 6),  # half-years
    ],
)
def test_few_enough_days_are_labelled(count, labels):
    days = pd.date_range("2024-01-01", periods=count, tz=None)
    frame = pd.DataFrame({"day": days, "events": 1})
    values = encoding(charts.events_per_day(frame))["x"]["axis"]["values"]
    assert abs(len(values) - labels) <= 1


def test_partial_day_is_marked():
    rows = charts.events_per_day(EVENTS, partial_day=date(2026, 1, 21)).data
    assert rows["is_partial"].tolist() == [False, False, True]


def test_summary_names_the_highest_day():
    assert charts.events_per_day(EVENTS).description == "Highest on 20 Jan: 30 events."


def test_summary_of_days_without_any():
    assert charts.events_per_day(EVENTS.assign(events=0)).description == "None in 3 days."
