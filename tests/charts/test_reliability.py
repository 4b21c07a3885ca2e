from __future__ import annotations

from datetime import date

import pandas as pd

import charts
from tests.charts.frames import DAYS

FAILURES = pd.DataFrame(
    {
        "day": DAYS,
        "api_requests": [90, 0, 50],
        "api_errors": [10, 0, 0],
        "error_rate": [0.1, None, 0.0],
        "tool_calls": [20, 0, 10],
        "tool_failures": [2, 0, 1],
    }
)
TYPES = pd.DataFrame(
    {
        "error_type": ["http_429", "ShellError", "Error:ENOENT", "McpError"],
        "errors": [10, 2, 1, 1],
        "share": [0.7, 0.15, 0.075, 0.075],
        "api_errors": [10, 0, 0, 0],
        "tool_failures": [0, 2, 1, 1],
    }
)


def test_the_encoding_of_days_is_what_was_reviewed(snapshot):
    assert charts.errors_per_day(FAILURES).to_dict()["encoding"] == snapshot


def test_the_encoding_of_kinds_is_what_was_reviewed(snapshot):
    assert charts.errors_by_type(TYPES).to_dict()["layer"] == snapshot


def test_both_kinds_of_failure_are_stacked_and_the_highest_day_named():
    chart = charts.errors_per_day(FAILURES, partial_day=date(2026, 1, 21))
    assert chart.data.groupby("day")["failed"].sum().tolist() == [12, 0, 1]
    assert chart.data["is_partial"].sum() == 2
    assert chart.description.endswith("highest on 19 January with 12 failures.")


def test_what_is_too_rare_is_added_up_in_a_colour_of_its_own():
    rows = charts.errors_by_type(TYPES, limit=2).data
    assert rows["name"].tolist() == ["HTTP 429 rate limit", "Shell error", "2 others"]
    assert rows["failed"].tolist() == ["API requests", "Tool calls", "other"]
    assert rows["errors"].sum() == TYPES["errors"].sum()


def test_no_failures_can_be_drawn_too():
    assert charts.errors_by_type(TYPES.head(0)).description == "No rows."
    assert charts.errors_per_day(FAILURES.head(0)).description == "No days."
