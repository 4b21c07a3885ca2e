from __future__ import annotations

import pandas as pd
import pytest

import charts
from charts.shared.palette import TOKEN_KINDS
from tests.charts.frames import DAYS

FOUND = pd.DataFrame(
    {"day": DAYS, "sessions": [1, 3, 2], "prompts": [2, 6, 4], "errors": [0, 1, 0],
     "cost_usd": [0.5, 1.5, 1.0]}
)  # fmt: skip
LANES = pd.DataFrame(
    {
        "began": pd.to_datetime(["2026-01-20 12:00:00", "2026-01-20 12:00:05"]),
        "ended": pd.to_datetime(["2026-01-20 12:00:00", "2026-01-20 12:00:10"]),
        "lane": ["Prompts", "Requests"],
        "what": ["Prompt of 42 characters", "Opus 4.6"],
        "took": ["", "5.0 s"],
        "outcome": ["", ""],
    }
)
REQUESTS = pd.DataFrame(
    {
        "request": [1, 2],
        "clock": ["12:00:05", "12:00:10"],
        "model": ["claude-opus-4-6", "claude-haiku-4-5"],
        "cost_usd": [0.5, 0.01],
        "total_tokens": [370, 20],
        **{kind: [10, 5] for kind in TOKEN_KINDS},
    }
)
TOOLS = pd.DataFrame({"tool_name": ["Bash", "mcp__github__search"], "calls": [5, 2],
                      "failures": [1, 0]})  # fmt: skip
SPENT = pd.DataFrame({"used": ["Bash", "claude-opus-4-6"], "duration_ms": [90_000.0, 5_000.0],
                      "calls": [5, 2]})  # fmt: skip


def test_the_encoding_of_sessions_over_days_is_what_was_reviewed(snapshot):
    assert charts.found_sessions_per_day(FOUND).to_dict()["encoding"] == snapshot


def test_the_encoding_of_a_session_over_time_is_what_was_reviewed(snapshot):
    layers = charts.session_lanes(LANES).to_dict()["layer"]
    assert [layer["encoding"] for layer in layers] == snapshot


@pytest.mark.parametrize("draw", [charts.request_costs, charts.request_tokens])
def test_the_encoding_of_requests_is_what_was_reviewed(draw, snapshot):
    assert draw(REQUESTS).to_dict()["encoding"] == snapshot


def test_local_times_are_read_as_utc_so_that_no_browser_moves_them():
    for layer in charts.session_lanes(LANES).to_dict()["layer"]:
        assert layer["encoding"]["x"]["scale"]["type"] == "utc"


def test_a_lane_keeps_its_colour_whatever_else_happened():
    spec = charts.session_lanes(LANES).to_dict()["layer"][0]["encoding"]
    assert spec["color"]["scale"]["domain"][:2] == ["Prompts", "Requests"]
    assert spec["y"]["scale"]["domain"] == ["Prompts", "Requests"]
    alone = charts.session_lanes(LANES.iloc[1:]).to_dict()["layer"][0]["encoding"]
    assert alone["color"]["scale"] == spec["color"]["scale"]
    assert alone["y"]["scale"]["domain"] == ["Requests"]


def test_the_kinds_of_tokens_of_a_request_add_up():
    rows = charts.request_tokens(REQUESTS).data
    assert rows.groupby("request")["tokens"].sum().tolist() == [40, 20]


@pytest.mark.parametrize(("count", "step"), [(12, 1), (60, 5), (500, 50), (5_000, 1_000_000)])
def test_few_enough_requests_are_numbered(count, step):
    frame = pd.concat([REQUESTS.head(1)] * count).assign(request=range(1, count + 1))
    axis = charts.request_costs(frame).to_dict()["encoding"]["x"]["axis"]
    assert axis["labelExpr"].startswith(f"datum.value % {step} ?")


@pytest.mark.parametrize(
    ("chart", "sentence"),
    [
        (charts.session_lanes(LANES), "From 12:00:00 to 12:00:10: 1 prompt, 1 request."),
        (charts.session_lanes(LANES.head(0)), "No events."),
        (charts.request_costs(REQUESTS), "2 requests, the largest is number 1 with $0.50."),
        (charts.request_tokens(REQUESTS.head(0)), "No requests."),
        (charts.tools_used(TOOLS), "Bash is the largest of 2 with 5, 1 failed."),
        (charts.time_spent(SPENT), "Bash is the largest of 2 with 1.5\xa0min, 95\xa0%."),
    ],
)
def test_who_cannot_see_the_chart_is_told(chart, sentence):
    assert chart.description == sentence


def test_a_request_below_a_cent_is_told_what_it_cost():
    drawn = charts.request_costs(REQUESTS.assign(cost_usd=[0.0009, 0.0]))
    assert drawn.data["cost"].to_list() == ["$0.0009", "$0.00"]
    assert "with $0.0009." in drawn.description


def test_what_took_little_time_is_added_up():
    frame = pd.concat([SPENT.head(1)] * 4).assign(used=["Bash", "Read", "Edit", "Grep"])
    assert charts.time_spent(frame, limit=2).data["name"].tolist() == ["Bash", "Read", "2 others"]


def test_models_and_tools_have_their_names():
    assert charts.time_spent(SPENT).data["name"].tolist() == ["Bash", "Opus 4.6"]
    assert charts.tools_used(TOOLS).data["name"].tolist() == ["Bash", "Github: search"]
