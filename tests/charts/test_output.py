from __future__ import annotations

import pandas as pd
import pytest

import charts
from tests.charts.frames import DAYS

EDITS = pd.DataFrame(
    {"day": DAYS, "edits": [3, 0, 1], "accepted": [3, 0, 1], "rejected": [1, 0, 0]}
)
LINES = pd.DataFrame({"day": DAYS, "added": [100, 0, 5], "removed": [10, 0, 1]})
COMMITS = pd.DataFrame({"day": DAYS, "commits": [2, 0, 1], "pull_requests": [1, 0, 0]})
ACTIVE = pd.DataFrame({"day": DAYS, "user_seconds": [3600.0, 0, 0], "cli_seconds": [7200.0, 0, 0]})


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.code_edits_per_day, EDITS),
        (charts.lines_of_code_per_day, LINES),
        (charts.commits_per_day, COMMITS),
        (charts.active_time_per_day, ACTIVE),
    ],
)
def test_the_encoding_is_what_was_reviewed(draw, frame, snapshot):
    assert draw(frame).to_dict()["encoding"] == snapshot


def test_both_kinds_of_lines_are_stacked_under_their_names():
    rows = charts.lines_of_code_per_day(LINES).data
    assert rows.groupby("kind")["amount"].sum().to_dict() == {"Added": 105, "Removed": 11}


def test_active_time_is_drawn_in_hours():
    rows = charts.active_time_per_day(ACTIVE).data
    assert rows.groupby("kind")["amount"].sum().to_dict() == {"Agent": 2.0, "People": 1.0}


def test_the_description_names_the_highest_day():
    assert "highest on 19 January with 110." in charts.lines_of_code_per_day(LINES).description
