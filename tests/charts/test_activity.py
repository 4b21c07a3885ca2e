from __future__ import annotations

import charts
from tests.charts.frames import ACTIVE_TIME, HOURS, LINES_OF_CODE, WEEK


def test_events_by_hour_summary_names_the_peak():
    assert charts.events_by_hour(HOURS).description == "Peak: 09:00\N{EN DASH}10:00, 5 events."


def test_events_by_hour_without_events():
    chart = charts.events_by_hour(HOURS.assign(events=0))
    assert chart.description == "No events at any hour."


def test_activity_by_weekday_hour_summary_names_the_peak():
    chart = charts.activity_by_weekday_hour(WEEK)
    assert chart.description == "Peak: Tuesday 10:00\N{EN DASH}11:00, 9 events."


def test_activity_by_weekday_hour_without_events():
    chart = charts.activity_by_weekday_hour(WEEK.assign(events=0))
    assert chart.description == "No events at any hour."


def test_lines_of_code_per_day_stacks_both_types_with_the_day_total():
    rows = charts.lines_of_code_per_day(LINES_OF_CODE).data
    assert rows.groupby("kind")["amount"].sum().to_dict() == {"Added": 105, "Removed": 11}
    assert rows.groupby("day")["total"].first().tolist() == [110, 0, 6]


def test_lines_of_code_per_day_summary_names_the_highest_day():
    chart = charts.lines_of_code_per_day(LINES_OF_CODE)
    assert chart.description == "Highest on 19 Jan: 110 lines."


def test_active_time_per_day_is_in_hours():
    rows = charts.active_time_per_day(ACTIVE_TIME).data
    assert rows.groupby("kind")["amount"].sum().to_dict() == {"Agent": 2.0, "User": 1.0}
