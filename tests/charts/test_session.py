from __future__ import annotations

import pandas as pd
import pytest

import charts
from tests.charts.frames import REQUESTS, SESSION_TOOLS, TIME_SPENT, TIMELINE


def test_session_lanes_reads_local_times_as_utc_so_that_no_browser_moves_them():
    for layer in charts.session_lanes(TIMELINE).to_dict()["layer"]:
        assert layer["encoding"]["x"]["scale"]["type"] == "utc"


def test_session_lanes_keep_their_colours():
    spec = charts.session_lanes(TIMELINE).to_dict()["layer"][0]["encoding"]
    assert spec["color"]["scale"]["domain"][:2] == ["Prompts", "Requests"]
    assert spec["y"]["scale"]["domain"] == ["Prompts", "Requests"]
    alone = charts.session_lanes(TIMELINE.iloc[1:]).to_dict()["layer"][0]["encoding"]
    assert alone["color"]["scale"] == spec["color"]["scale"]
    assert alone["y"]["scale"]["domain"] == ["Requests"]


def test_request_tokens_stacks_types_that_add_up():
    rows = charts.request_tokens(REQUESTS).data
    assert rows.groupby("request")["tokens"].sum().tolist() == [40, 20]


@pytest.mark.parametrize(("count", "step"), [(12, 1), (60, 5), (500, 50), (5_000, 1_000_000)])
def test_request_costs_labels_few_enough_requests(count, step):
    frame = pd.concat([REQUESTS.head(1)] * count).assign(request=range(1, count + 1))
    axis = charts.request_costs(frame).to_dict()["encoding"]["x"]["axis"]
    assert axis["labelExpr"].startswith(f"datum.value % {step} ?")


@pytest.mark.parametrize(
    ("chart", "sentence"),
    [
        (charts.session_lanes(TIMELINE), "12:00:00 to 12:00:10: 1 prompt, 1 request."),
        (charts.session_lanes(TIMELINE.head(0)), "No events."),
        (charts.request_costs(REQUESTS), "Highest of 2 requests: number 1, $0.50."),
        (charts.request_tokens(REQUESTS.head(0)), "No requests."),
        (charts.tools_used(SESSION_TOOLS), "Highest of 2: Bash, 5, 1 failed."),
        (charts.time_spent(TIME_SPENT), "Highest of 2: Bash, 1.5\xa0min, 95%."),
    ],
)
def test_summary_is_a_finding(chart, sentence):
    assert chart.description == sentence


def test_request_costs_below_a_cent():
    chart = charts.request_costs(REQUESTS.assign(cost_usd=[0.0009, 0.0]))
    assert chart.data["cost"].to_list() == ["$0.0009", "$0.00"]
    assert chart.description.endswith(", $0.0009.")


def test_time_spent_adds_up_the_rest():
    frame = pd.concat([TIME_SPENT.head(1)] * 4).assign(used=["Bash", "Read", "Edit", "Grep"])
    assert charts.time_spent(frame, limit=2).data["name"].tolist() == ["Bash", "Read", "2 others"]


def test_time_spent_labels_models_and_tools():
    assert charts.time_spent(TIME_SPENT).data["name"].tolist() == ["Bash", "Opus 4.6"]
