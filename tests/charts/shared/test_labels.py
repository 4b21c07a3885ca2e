from __future__ import annotations

import pytest

from charts.shared.labels import (
    decider_label,
    error_label,
    humanize,
    status_label,
    system_label,
    tool_kind,
    tool_label,
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("senior_dev", "Senior dev"),
        ("api_request", "API request"),
        ("devops", "DevOps"),
        ("unknown", "Unknown"),
        ("Data Engineering", "Data Engineering"),
        ("mcp_server_connection", "MCP server connection"),
    ],
)
def test_humanize(name, text):
    assert humanize(name) == text


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
def test_tool_label_and_kind(tool, name, kind):
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
        ("aborted", "Cancelled by user"),
        ("AbortError", "Tool aborted"),
        ("credentials", "Authentication failed"),
    ],
)
def test_error_label(error, name):
    assert error_label(error) == name


def test_decider_label():
    assert decider_label("config") == "Auto (rule)"
    assert decider_label("user_reject") == "User denied"
    assert decider_label("some_policy") == "Some policy"


def test_system_label():
    assert [system_label(name) for name in ("darwin", "Linux", "haiku")] == [
        "macOS",
        "Linux",
        "haiku",
    ]


def test_status_label():
    assert [status_label(status) for status in (200, 299, None)] == [
        "200 OK",
        "299",
        "Not recorded",
    ]
