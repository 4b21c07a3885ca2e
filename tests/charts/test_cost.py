from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import charts
from charts.shared.palette import GREY
from tests.charts.frames import COST, COST_BY_MODEL, COST_PER_DAY_BY_MODEL, spending


def test_cost_per_day_by_model_stacks_the_most_expensive_first():
    rows = charts.cost_per_day_by_model(COST_PER_DAY_BY_MODEL).data
    assert rows.groupby("model")["place"].first().sort_values().index[0].startswith("claude-opus")
    assert rows.groupby("day")["day_usd"].first().tolist() == [6.0, 0.0, 3.0]


def test_cost_per_day_by_model_marks_the_partial_day():
    rows = charts.cost_per_day_by_model(COST_PER_DAY_BY_MODEL, partial_day=date(2026, 1, 21)).data
    assert rows[rows["is_partial"]]["day"].nunique() == 1


def test_cost_by_model_labels_models():
    assert charts.cost_by_model(COST_BY_MODEL).data["name"].tolist() == [
        "Opus 4.5",
        "Haiku 4.5",
        "Mythos preview",
    ]


def test_cost_by_model_labels_an_unpriced_model():
    rows = charts.cost_by_model(COST_BY_MODEL).data.set_index("name")
    assert rows.loc["Mythos preview", "value_label"] == "unpriced"


def test_cost_by_model_keeps_colours_under_a_filter():
    models = tuple(COST_BY_MODEL["model"])
    filtered = charts.cost_by_model(COST_BY_MODEL.tail(1), models=models).to_dict()
    unfiltered = charts.cost_by_model(COST_BY_MODEL, models=models).to_dict()
    colors = [chart["layer"][1]["encoding"]["color"] for chart in (filtered, unfiltered)]
    assert colors[0] == colors[1]


def test_cost_by_project_ends_with_unattributed_requests():
    names = [f"project-{n}" for n in range(11)]
    frame = pd.DataFrame(
        {
            "project": ["unknown", *names],
            "api_requests": 1,
            "total_tokens": 10,
            "cost_usd": [float(n) for n in range(20, 8, -1)],
            "unpriced_requests": 0,
        }
    )
    rows = charts.cost_by_project(frame).data
    assert rows["name"].tolist()[-2:] == ["4 others", "Unattributed"]
    assert rows["cost_usd"].sum() == frame["cost_usd"].sum()
    assert rows["share"].sum() == pytest.approx(1)


def test_cost_by_project_gives_the_rest_no_project_to_pick():
    frame = spending("project", ["a", "b", "c"]).loc[[0, 1, 2] * 4].reset_index(drop=True)
    rows = charts.cost_by_project(frame).data
    assert rows.loc[rows["name"].str.endswith("others"), "project"].isna().all()


def test_cost_by_user_numbers_equal_names():
    people = spending("user_id", ["u1", "u2", "unknown"], name=["Ada", "Ada", "unknown"])
    assert charts.cost_by_user(people).data["name"].tolist() == ["Ada", "Ada (2)", "Unattributed"]


def test_cost_by_role_sorts_by_cost():
    frame = spending("role", ["devops", "tech_lead", "unknown"]).iloc[::-1]
    assert charts.cost_by_role(frame).data["role"].tolist() == ["devops", "tech_lead", "unknown"]


def test_cost_by_user_leaves_missing_values_out_of_the_rest():
    names = [f"person-{number:02}" for number in range(11)]
    roles = ["devops"] * 8 + [None] * 3
    frame = pd.DataFrame(
        {
            "user_id": names,
            "name": names,
            "role": pd.Series(roles, dtype="str"),
            "seen_at": pd.Series([pd.NaT] * 11, dtype="datetime64[us]"),
            "timed": pd.Series([1] * 8 + [None, 2, 3], dtype="Int64"),
            "api_requests": 1,
            "total_tokens": 1,
            "cost_usd": 1.0,
            "unpriced_requests": 0,
        }
    )
    rest = charts.cost_by_user(frame).data.iloc[-1]
    assert rest["name"] == "3 others"
    assert (rest["role"], rest["timed"], rest["api_requests"]) == ("other", 5, 3)
    assert pd.isna(rest["seen_at"])


def test_cost_per_day_names_unpriced_requests_only_where_there_are_any():
    texts = charts.cost_per_day(COST).data["cost_usd_text"].tolist()
    assert texts == ["$1.50", "$0.00 + 1 unpriced request", "$2.25"]


def test_cost_by_project_draws_unnamed_rows_in_grey():
    chart = charts.cost_by_project(spending("project", ["a", "b", "unknown"]))
    domain = chart.to_dict()["layer"][1]["encoding"]["color"]["scale"]["domain"]
    assert chart.data["is_rest"].tolist() == [False, False, True]
    assert [domain.index(False), domain.index(True)] == [0, GREY]
