from __future__ import annotations

import pandas as pd

import charts

YEAR = pd.DataFrame(
    {
        "day": pd.date_range("2025-12-29", periods=28).astype("datetime64[us]"),
        "is_active": [False] * 20 + [True] * 8,
        "prompts": [0] * 20 + list(range(1, 9)),
        "sessions": [0] * 20 + [1] * 8,
        "events": [0] * 20 + [9] * 8,
        "total_tokens": [0] * 20 + [1_000] * 8,
        "cost_usd": [0.0] * 20 + [0.5] * 8,
    }
)


def test_the_encoding_of_the_calendar_is_what_was_reviewed(snapshot):
    assert charts.activity_calendar(YEAR).to_dict()["encoding"] == snapshot


def test_each_day_is_a_cell_in_its_week():
    rows = charts.activity_calendar(YEAR).data
    assert len(rows.drop_duplicates(["week", "weekday"])) == 28
    assert rows.iloc[0][["week", "weekday"]].tolist() == ["2025-12-29", "Mon"]


def test_a_month_is_named_over_the_week_of_its_first_day():
    axis = charts.activity_calendar(YEAR).to_dict()["encoding"]["x"]["axis"]
    assert axis["values"] == ["2025-12-29"]
    assert '[substring("=Jan", 1)][indexof([substring("=2025-12-29", 1)], ' in axis["labelExpr"]


def test_somebody_who_was_never_active_has_a_calendar_too():
    chart = charts.activity_calendar(YEAR.assign(is_active=False, prompts=0))
    assert chart.to_dict()["encoding"]["color"]["scale"]["domain"] == [0, 1.0]
    assert chart.description == "Active on 0 of 28 days from 29 December 2025 to 25 January 2026."


def test_tokens_are_drawn_over_days():
    assert charts.user_tokens_per_day(YEAR).description.endswith("with 1,000 tokens.")
