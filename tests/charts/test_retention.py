from __future__ import annotations

import charts
from tests.charts.frames import COHORTS, USERS


def test_active_users_per_day_draws_a_line_per_metric():
    rows = charts.active_users_per_day(USERS).data
    assert rows.groupby("span")["people"].sum().to_dict() == {
        "DAU (day)": 4,
        "WAU (7 days)": 9,
        "MAU (28 days)": 12,
    }


def test_retention_cohorts_leaves_out_weeks_that_are_not_over():
    rows = charts.retention_cohorts(COHORTS).data
    assert len(rows) == 3
    assert rows["cohort"].unique().tolist() == ["5 Jan 2026 (4)", "12 Jan 2026 (2)"]


def test_retention_cohorts_summary_is_week_one():
    assert charts.retention_cohorts(COHORTS).description == "Week 1 retention: 75%."


def test_retention_cohorts_before_week_one_is_over():
    chart = charts.retention_cohorts(COHORTS[COHORTS["week_number"] == 0])
    assert chart.description == "No cohort has completed week 1."
