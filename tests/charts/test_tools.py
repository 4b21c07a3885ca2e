from __future__ import annotations

import pandas as pd
import pytest

import charts
from charts.shared.labels import (
    decider_label,
    error_label,
    status_label,
    system_label,
    tool_kind,
    tool_label,
)
from charts.shared.theme import texts_expr

TOOLS = pd.DataFrame(
    {
        "tool_name": ["Bash", "mcp__github__create_issue", "Write"],
        "calls": [100, 10, 0],
        "failures": [5, 2, 0],
        "success_rate": [0.95, 0.8, None],
        "rejections": [1, 0, 3],
        "p50_ms": [250.0, 1500.0, None],
        "p95_ms": [9000.0, 400_000.0, None],
    }
)
DECISIONS = pd.DataFrame(
    {"decision_source": ["config", "user_reject"], "accepted": [9, 0], "rejected": [0, 1]}
)
LANGUAGES = pd.DataFrame(
    {"language": ["Python", "unknown"], "edits": [8, 2], "accepted": [8, 0], "rejected": [1, 0]}
)


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.tool_calls_by_tool, TOOLS),
        (charts.failure_rate_by_tool, TOOLS),
        (charts.rejections_by_tool, TOOLS),
        (charts.tool_decisions_by_source, DECISIONS),
        (charts.edits_by_language, LANGUAGES),
    ],
)
def test_the_encoding_is_what_was_reviewed(draw, frame, snapshot):
    assert draw(frame).to_dict()["layer"] == snapshot


@pytest.mark.parametrize(
    ("draw", "frame"),
    [
        (charts.tool_calls_by_tool, TOOLS),
        (charts.failure_rate_by_tool, TOOLS),
        (charts.rejections_by_tool, TOOLS),
        (charts.tool_decisions_by_source, DECISIONS),
        (charts.edits_by_language, LANGUAGES),
        (charts.tool_durations_by_tool, TOOLS),
    ],
)
def test_no_rows_can_be_drawn_too(draw, frame):
    assert draw(frame.head(0)).to_dict()["description"]


def test_a_tool_keeps_the_colour_of_its_kind_whatever_else_is_shown():
    shown = [charts.tool_calls_by_tool(frame).to_dict() for frame in (TOOLS, TOOLS.tail(1))]
    scales = [chart["layer"][1]["encoding"]["color"]["scale"] for chart in shown]
    assert scales[0] == scales[1]


def test_the_legend_names_only_kinds_that_are_there():
    color = charts.tool_calls_by_tool(TOOLS).to_dict()["layer"][1]["encoding"]["color"]
    assert color["legend"]["values"] == {"expr": texts_expr(["Run", "Edit", "MCP"])}


def test_tools_that_never_ran_have_no_duration():
    rows = charts.tool_durations_by_tool(TOOLS).data
    assert rows["name"].tolist() == ["Bash", "Github: create issue"]
    assert rows["half"].tolist() == ["250\xa0ms", "1.5\xa0s"]


def test_the_worst_tool_comes_first_with_its_numerator_and_denominator():
    chart = charts.failure_rate_by_tool(TOOLS)
    assert chart.data["tool_name"].tolist() == ["mcp__github__create_issue", "Bash"]
    assert chart.description.replace("\xa0", " ").endswith("with 20 %, 2 of 10.")


def test_permissions_are_described_by_the_part_that_was_refused():
    described = charts.tool_decisions_by_source(DECISIONS).description.replace("\xa0", " ")
    assert described == "1 of 10 were refused, 10 %."


@pytest.mark.parametrize(
    ("tool", "name", "kind"),
    [
        ("Bash", "Bash", "Run"),
        ("Task", "Task", "Agents"),
        ("TaskCreate", "TaskCreate", "Plan"),
        ("mcp_tool", "MCP tool", "MCP"),
        ("mcp__jira__find", "Jira: find", "MCP"),
        ("Brandnew", "Brandnew", "other"),
    ],
)
def test_tools_have_names_and_kinds(tool, name, kind):
    assert (tool_label(tool), tool_kind(tool)) == (name, kind)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ("http_429", "HTTP 429 rate limit"),
        ("http_418", "HTTP 418"),
        ("ShellError", "Shell error"),
        ("McpError", "MCP error"),
        ("Error:ENOENT", "No such file"),
        ("Error:ENOSPC", "ENOSPC"),
        ("Error:NoMatch", "No match"),
        ("tool_failed", "Tool failed"),
        ("aborted", "Aborted"),
    ],
)
def test_failures_have_names(error, name):
    assert error_label(error) == name


def test_deciders_and_statuses_have_names():
    assert decider_label("config") == "By rule"
    assert decider_label("some_policy") == "Some policy"


def test_a_system_is_named_as_its_maker_does():
    assert [system_label(name) for name in ("darwin", "Linux", "haiku")] == [
        "macOS",
        "Linux",
        "haiku",
    ]
    assert [status_label(status) for status in (200, 299, None)] == [
        "200 OK",
        "299",
        "Not recorded",
    ]
