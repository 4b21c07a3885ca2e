"""TODO"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import charts
from tests.charts.frames import COST, EVENTS, ROLES, TOKENS, TYPES


def test_the_encoding_of_roles_is_what_was_reviewed(snapshot):
    assert charts.tokens_by_role(ROLES).to_dict()["layer"] == snapshot


def test_the_encoding_of_event_types_is_what_was_reviewed(snapshot):
    assert charts.events_by_type(TYPES).to_dict()["layer"] == snapshot


def test_names_are_words_and_shares_add_up():
    rows = charts.tokens_by_role(ROLES).data
    assert rows["name"].tolist() == ["Tech lead", "DevOps"]
    assert rows["share"].sum() == 1


def test_a_filter_changes_no_colour():
    everybody = ["devops", "tech_lead", "designer"]
    charted = [charts.tokens_by_role(frame, roles=everybody) for frame in (ROLES, ROLES.tail(1))]
    colors = [chart.to_dict()["layer"][-1]["encoding"]["color"] for chart in charted]
    assert colors[0] == colors[1]


def test_the_description_names_the_largest():
    described = charts.tokens_by_role(ROLES).description.replace("\xa0", " ")
    assert described == "Tech lead is the largest of 2 with 3.0 M, 75 %."


def test_the_description_never_names_what_is_added_up():
    frame = pd.DataFrame({"tool_name": [*"abcd"], "calls": [3, 2, 2, 2], "failures": 0})
    described = charts.tools_used(frame, limit=1).description
    assert described == "A is the largest of 4 with 3."


def test_no_rows_can_be_drawn_too():
    chart = charts.events_by_type(TYPES.head(0))
    assert chart.to_dict()
    assert chart.description == "No rows."


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
