from __future__ import annotations

from datetime import date

import charts
from tests.charts.frames import ERRORS, FAILURES_PER_DAY


def test_errors_per_day_stacks_both_kinds_and_names_the_highest_day():
    chart = charts.errors_per_day(FAILURES_PER_DAY, partial_day=date(2026, 1, 21))
    assert chart.data.groupby("day")["amount"].sum().tolist() == [12, 0, 1]
    assert chart.data.groupby("day")["errors"].first().tolist() == [12, 0, 1]
    assert chart.data["is_partial"].sum() == 2
    assert chart.description == "Highest on 19 Jan: 12 failures."


def test_errors_by_type_adds_up_rare_causes_in_grey():
    rows = charts.errors_by_type(ERRORS, limit=2).data
    assert rows["name"].tolist() == ["HTTP 429 rate limit", "Shell error", "2 others"]
    assert rows["failed"].tolist() == ["API requests", "Tool calls", "other"]
    assert rows["errors"].sum() == ERRORS["errors"].sum()
