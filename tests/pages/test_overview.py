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


def test_scope_line_has_period_zone_and_last_event(team, open_app):
    app = open_app(period="7")
    line = app.caption[0].value.replace("\xa0", " ")
    assert "14 Jan \N{EN DASH} 20 Jan 2026" in line
    assert "Days in UTC" in line
    assert "Last event 20 Jan 2026, 12:00" in line


def test_changes_need_a_whole_previous_period(team, open_app):
    week = open_app(period="7")
    assert week.metric[0].delta == ""
    assert "does not reach back" not in texts(week)
    everything = open_app(period="all")
    assert "does not reach back" in texts(everything)


def test_filters_of_the_address_apply_to_every_number(team, open_app):
    app = open_app(role=["data_scientist", "devops"], period="all")
    assert metrics(app)["Active users"] == "2"
    assert app.button(key="chip-role").label == "Role: **Data scientist, DevOps**"


def test_unpriced_requests_are_excluded_with_a_note(unpriced, open_app):
    app = open_app()
    assert metrics(app)["Cost"].startswith("$")
    assert "Excludes 1 unpriced request (370 tokens)." in texts(app)


def test_partial_day_is_named(team, open_app, time_machine):
    time_machine.move_to(NOON)
    app = open_app()
    assert "Today is partial" in texts(app)
    assert any("is_partial" in json.dumps(spec) for spec in charts_of(app))
