from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOON, load, make_event, make_request
from tests.ui.apps import metrics, texts


def call(tool: str, minutes: int, **fields):
    return make_event(
        "tool_result",
        tool_name=tool,
        duration_ms=fields.pop("duration_ms", 40),
        is_success=fields.pop("is_success", True),
        timestamp=NOON + timedelta(minutes=minutes),
        **fields,
    )


def decision(tool: str, minutes: int, outcome: str, source: str):
    return make_event(
        "tool_decision",
        tool_name=tool,
        decision=outcome,
        decision_source=source,
        timestamp=NOON + timedelta(minutes=minutes),
    )


@pytest.fixture
def busy(db):
    """Return a store with four calls, one of which fails, and three decisions."""
    load(
        db,
        make_request(),
        call("Bash", 1),
        call("Bash", 2, is_success=False),
        call("Edit", 3, language="Python"),
        call("mcp__github__create_issue", 4),
        decision("Bash", 0, "accept", "config"),
        decision("Bash", 1, "accept", "user_temporary"),
        decision("Write", 2, "reject", "user_reject"),
    )
    return db


def test_headline_numbers(busy, open_app):
    app = open_app("tools")
    assert not app.exception
    assert metrics(app) == {
        "Tool calls": "4",
        "Success rate": "75%",
        "Denials": "1",
        "Manual decisions": "2",
        "File edits": "1",
    }


def test_table_has_display_names_and_kinds(busy, open_app):
    table = open_app("tools").dataframe[-1].value.set_index("tool")
    assert table.loc["Bash", ["kind", "calls", "failures"]].tolist() == ["Run", 2, 1]
    assert table.loc["Github: create issue", "kind"] == "MCP"
    # Denied every time: it never ran, but is listed
    assert table.loc["Write", ["calls", "rejections"]].tolist() == [0, 1]


def test_period_without_tool_calls(db, open_app):
    load(db, make_request())
    app = open_app("tools")
    assert not app.exception
    assert metrics(app)["Tool calls"] == "0"
    assert metrics(app)["Success rate"] == "\N{EM DASH}"
    assert "No tool calls in this period." in texts(app)


def test_one_day_of_one_role(busy, open_app):
    load(busy, call("Read", 0, department="Platform Engineering", session_id="other"))
    app = open_app("tools", range=["2026-01-20", "2026-01-20"], role=["devops"])
    assert not app.exception
    assert metrics(app)["Tool calls"] == "1"
