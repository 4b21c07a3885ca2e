"""TODO"""

from __future__ import annotations

import pandas as pd
import pytest

import charts
from tests.charts.frames import DAYS, HOURS


def test_the_encoding_is_what_was_reviewed(snapshot):
    assert charts.events_by_hour(HOURS).to_dict()["encoding"] == snapshot


def test_the_description_names_the_busiest_hour():
    described = charts.events_by_hour(HOURS).description
    assert described == "Busiest from 09:00 to 10:00 with 5 events."


def test_a_quiet_day_is_called_quiet():
    quiet = HOURS.assign(events=0)
    assert charts.events_by_hour(quiet).description == "No events at any hour."


WEEK = pd.DataFrame(
    [
        {"weekday": weekday, "hour": hour, "events": 9 if (weekday, hour) == (1, 10) else 0}
        for weekday in range(7)
        for hour in range(24)
    ]
)
USERS = pd.DataFrame(
    {
        "day": DAYS,
        "dau": [1, 2, 1],
        "wau": [3, 3, 3],
        "mau": [4, 4, 4],
        "stickiness": [0.25, 0.5, 0.25],
    }
)
SESSIONS = pd.DataFrame({"day": DAYS, "sessions": [3, 1, 2]})
NEW = pd.DataFrame({"day": DAYS, "new_users": [1, 0, 2]})
COHORTS = pd.DataFrame(
    {
        "cohort_week": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-12", "2026-01-12"]),
        "week_number": [0, 1, 0, 1],
        "cohort_users": [4, 4, 2, 2],
        "retained_users": pd.array([4, 3, 2, None], dtype="Int64"),
        "retention_rate": [1.0, 0.75, 1.0, None],
    }
)


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.activity_by_weekday_hour, WEEK),
        (charts.active_users_per_day, USERS),
        (charts.sessions_per_day, SESSIONS),
        (charts.new_users_per_day, NEW),
        (charts.retention_cohorts, COHORTS),
    ],
)
def test_the_encoding_is_what_was_reviewed_rhythm(draw, frame, snapshot):
    spec = draw(frame).to_dict()
    assert spec.get("layer", spec.get("encoding")) == snapshot


def test_the_heat_map_names_the_busiest_hour():
    assert charts.activity_by_weekday_hour(WEEK).description == (
        "Busiest on Tuesday, 10:00 to 11:00, with 9 events."
    )


def test_a_quiet_week_is_called_quiet():
    quiet = charts.activity_by_weekday_hour(WEEK.assign(events=0))
    assert quiet.description == "No events at any hour."


def test_a_week_that_is_not_over_has_no_field():
    rows = charts.retention_cohorts(COHORTS).data
    assert len(rows) == 3
    assert rows["cohort"].unique().tolist() == ["5 Jan 2026 (4)", "12 Jan 2026 (2)"]


def test_retention_is_told_in_a_sentence():
    described = charts.retention_cohorts(COHORTS).description.replace("\xa0", " ")
    assert described == "75 % of those who started came back in the week after."


def test_cohorts_without_a_week_after_say_so():
    assert "over yet" in charts.retention_cohorts(COHORTS[COHORTS["week_number"] == 0]).description


def test_counts_of_active_people_stand_side_by_side():
    rows = charts.active_users_per_day(USERS).data
    assert rows.groupby("span")["people"].sum().to_dict() == {
        "in 28 days": 12,
        "in 7 days": 9,
        "on the day": 4,
    }


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.active_users_per_day, USERS),
        (charts.sessions_per_day, SESSIONS),
        (charts.retention_cohorts, COHORTS),
    ],
)
def test_no_rows_can_be_drawn_too(draw, frame):
    assert draw(frame.head(0)).to_dict()["description"]


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
def test_the_encoding_is_what_was_reviewed_output(draw, frame, snapshot):
    assert draw(frame).to_dict()["encoding"] == snapshot


def test_both_kinds_of_lines_are_stacked_under_their_names():
    rows = charts.lines_of_code_per_day(LINES).data
    assert rows.groupby("kind")["amount"].sum().to_dict() == {"Added": 105, "Removed": 11}


def test_active_time_is_drawn_in_hours():
    rows = charts.active_time_per_day(ACTIVE).data
    assert rows.groupby("kind")["amount"].sum().to_dict() == {"Agent": 2.0, "People": 1.0}


def test_the_description_names_the_highest_day():
    assert "highest on 19 January with 110." in charts.lines_of_code_per_day(LINES).description
