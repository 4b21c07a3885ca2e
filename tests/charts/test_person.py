from __future__ import annotations

import charts
from tests.charts.frames import CALENDAR


def test_activity_calendar_has_a_cell_per_day_in_its_week():
    rows = charts.activity_calendar(CALENDAR).data
    assert len(rows.drop_duplicates(["week", "weekday"])) == 28
    assert rows.iloc[0][["week", "weekday"]].tolist() == ["2025-12-29", "Mon"]


def test_activity_calendar_names_a_month_over_the_week_of_its_first_day():
    axis = charts.activity_calendar(CALENDAR).to_dict()["encoding"]["x"]["axis"]
    assert axis["values"] == ["2025-12-29"]
    assert '[substring("=Jan", 1)][indexof([substring("=2025-12-29", 1)], ' in axis["labelExpr"]


def test_activity_calendar_of_an_inactive_user():
    chart = charts.activity_calendar(CALENDAR.assign(is_active=False, prompts=0))
    assert chart.to_dict()["encoding"]["color"]["scale"]["domain"] == [0, 1.0]
    assert chart.description == "Active on 0 of 28 days, 29 Dec 2025 to 25 Jan 2026."


def test_user_tokens_per_day_summary_names_the_highest_day():
    chart = charts.user_tokens_per_day(CALENDAR)
    assert chart.description == "Highest on 25 Jan: 1,000 tokens."
