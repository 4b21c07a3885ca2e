from __future__ import annotations

import json

from tests.factories import NOON
from tests.ui.apps import metrics, texts


def charts_of(app) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def test_headline_numbers_are_those_of_the_period(team, open_app):
    app = open_app(period="7")
    assert not app.exception
    assert metrics(app) == {
        "Active users": "3",
        "Sessions": "3",
        "Prompts": "3",
        "Tokens": "1,110",
        "Cost": "$1.50",
        "Error rate": "50%",
    }


def test_the_frame_names_period_zone_and_freshness(team, open_app):
    app = open_app(period="7")
    line = app.caption[0].value.replace("\xa0", " ")
    assert "14 Jan \N{EN DASH} 20 Jan 2026" in line
    assert "Days in UTC" in line
    assert "last event 20 Jan 2026, 12:00" in line


def test_a_change_is_shown_only_against_a_whole_period_before(team, open_app):
    week = open_app(period="7")
    assert week.metric[0].delta == ""
    assert "does not reach back" not in texts(week)
    everything = open_app(period="all")
    assert "does not reach back" in texts(everything)


def test_filters_of_the_address_narrow_every_number(team, open_app):
    app = open_app(role=["data_scientist", "devops"], period="all")
    assert metrics(app)["Active users"] == "2"
    assert "2 roles" in app.caption[0].value


def test_a_cost_that_is_not_complete_says_so(unpriced, open_app):
    app = open_app()
    assert metrics(app)["Cost"].startswith("≥ $")
    assert "1 request (370 tokens) used a model without a known price" in texts(app)


def test_a_day_that_is_not_over_is_named(team, open_app, time_machine):
    time_machine.move_to(NOON)
    app = open_app()
    assert "Today is not over" in texts(app)
    assert any("is_partial" in json.dumps(spec) for spec in charts_of(app))
