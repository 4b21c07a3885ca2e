from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import charts
from tests.charts.frames import DAYS

SPENT = {
    "api_requests": [3, 2, 1],
    "total_tokens": [300, 200, 100],
    "cost_usd": [6.0, 3.0, 0.0],
    "unpriced_requests": [0, 0, 1],
}
MODELS = pd.DataFrame(
    {"model": ["claude-opus-4-5-20251101", "claude-haiku-4-5", "claude-mythos-preview"], **SPENT}
)
PER_DAY = pd.DataFrame(
    {
        "day": [day for day in DAYS for _ in range(2)],
        "model": ["claude-haiku-4-5", "claude-opus-4-5-20251101"] * 3,
        "cost_usd": [1.0, 5.0, 0.0, 0.0, 2.0, 1.0],
    }
)
SAVINGS = pd.DataFrame(
    {
        "day": DAYS,
        "cache_read_tokens": [10, 0, 5],
        "cache_savings_usd": [9.0, 0.0, 4.5],
        "cache_write_premium_usd": [1.0, 0.0, 0.5],
    }
)


def by(dimension: str, values: list[str], **more: list[str]) -> pd.DataFrame:
    return pd.DataFrame({dimension: values, **more, **SPENT})


def test_the_encoding_of_days_by_model_is_what_was_reviewed(snapshot):
    assert charts.cost_per_day_by_model(PER_DAY).to_dict()["encoding"] == snapshot


def test_the_encoding_of_savings_is_what_was_reviewed(snapshot):
    assert charts.cache_savings_per_day(SAVINGS).to_dict()["encoding"] == snapshot


def test_the_encoding_of_models_is_what_was_reviewed(snapshot):
    assert charts.cost_by_model(MODELS).to_dict()["layer"] == snapshot


def test_the_dearest_model_is_the_first_of_the_stack():
    rows = charts.cost_per_day_by_model(PER_DAY).data
    assert rows.groupby("model")["place"].first().sort_values().index[0].startswith("claude-opus")
    assert rows.groupby("day")["day_usd"].first().tolist() == [6.0, 0.0, 3.0]


def test_a_day_that_is_not_over_is_marked():
    rows = charts.cost_per_day_by_model(PER_DAY, partial_day=date(2026, 1, 21)).data
    assert rows[rows["is_partial"]]["day"].nunique() == 1


def test_models_are_called_what_people_call_them():
    assert charts.cost_by_model(MODELS).data["name"].tolist() == [
        "Opus 4.5",
        "Haiku 4.5",
        "Mythos preview",
    ]


def test_a_model_without_a_price_says_so_instead_of_zero():
    rows = charts.cost_by_model(MODELS).data.set_index("name")
    assert rows.loc["Mythos preview", "behind"].replace("\xa0", " ") == "no price"


def test_a_filter_changes_no_colour():
    everything = tuple(MODELS["model"])
    one = charts.cost_by_model(MODELS.tail(1), models=everything).to_dict()
    all_of_them = charts.cost_by_model(MODELS, models=everything).to_dict()
    colors = [chart["layer"][1]["encoding"]["color"] for chart in (one, all_of_them)]
    assert colors[0] == colors[1]


def test_what_names_no_project_has_a_line_of_its_own_at_the_end():
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
    assert rows["name"].tolist()[-2:] == ["4 others", "No project named"]
    assert rows["cost_usd"].sum() == frame["cost_usd"].sum()
    assert rows["share"].sum() == pytest.approx(1)


def test_nobody_can_pick_the_others():
    frame = by("project", ["a", "b", "c"]).loc[[0, 1, 2] * 4].reset_index(drop=True)
    rows = charts.cost_by_project(frame).data
    assert rows.loc[rows["name"].str.endswith("others"), "project"].isna().all()


def test_people_who_share_a_name_have_a_line_each():
    people = by("user_id", ["u1", "u2", "unknown"], name=["Ada", "Ada", "unknown"])
    assert charts.cost_by_user(people).data["name"].tolist() == ["Ada", "Ada (2)", "Nobody named"]


def test_roles_are_ranked_by_cost_whatever_order_they_come_in():
    frame = by("role", ["devops", "tech_lead", "unknown"]).iloc[::-1]
    assert charts.cost_by_role(frame).data["role"].tolist() == ["devops", "tech_lead", "unknown"]


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.cost_per_day_by_model, PER_DAY),
        (charts.cost_by_model, MODELS),
        (charts.cost_by_role, by("role", ["a", "b", "c"])),
        (charts.cost_by_department, by("department", ["a", "b", "c"])),
        (charts.cost_by_project, by("project", ["a", "b", "c"])),
        (charts.cost_by_user, by("user_id", ["a", "b", "c"], name=["A", "B", "C"])),
        (charts.cache_savings_per_day, SAVINGS),
    ],
)
def test_no_rows_can_be_drawn_too(draw, frame):
    assert draw(frame.head(0)).to_dict()["description"] in ("No rows.", "No days.")


def test_what_is_missing_among_the_rest_is_left_out_of_its_sums():
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
