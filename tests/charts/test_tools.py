from __future__ import annotations

import pandas as pd

import charts
from charts.shared.theme import texts_expr
from tests.charts.frames import DECISIONS, SESSION_TOOLS, TOOLS


def test_tool_calls_by_tool_keeps_colours_under_a_filter():
    made = [charts.tool_calls_by_tool(frame).to_dict() for frame in (TOOLS, TOOLS.tail(1))]
    scales = [chart["layer"][1]["encoding"]["color"]["scale"] for chart in made]
    assert scales[0] == scales[1]


def test_tool_calls_by_tool_lists_only_present_kinds_in_the_legend():
    color = charts.tool_calls_by_tool(TOOLS).to_dict()["layer"][1]["encoding"]["color"]
    assert color["legend"]["values"] == {"expr": texts_expr(["Run", "Edit", "MCP"])}


def test_tool_durations_by_tool_leaves_out_tools_that_never_ran():
    rows = charts.tool_durations_by_tool(TOOLS).data
    assert rows["name"].tolist() == ["Bash", "Github: create issue"]
    assert rows["p50"].tolist() == ["250\xa0ms", "1.5\xa0s"]


def test_failure_rate_by_tool_starts_with_the_worst():
    chart = charts.failure_rate_by_tool(TOOLS)
    assert chart.data["tool_name"].tolist() == ["mcp__github__create_issue", "Bash"]
    assert chart.description == "Highest of 2: Github: create issue, 20%, 2 of 10."


def test_tool_decisions_by_source_summary_is_the_denied_share():
    chart = charts.tool_decisions_by_source(DECISIONS)
    assert chart.description == "Denied: 1 of 10, 10%."


def test_tools_used_never_names_the_rest_as_the_highest():
    frame = pd.DataFrame({"tool_name": [*"abcd"], "calls": [3, 2, 2, 2], "failures": 0})
    assert charts.tools_used(frame, limit=1).description == "Highest of 4: A, 3."


def test_tools_used_labels_tools_of_mcp_servers():
    assert charts.tools_used(SESSION_TOOLS).data["name"].tolist() == ["Bash", "Github: search"]
