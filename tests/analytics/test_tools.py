from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from analytics import (
    Filters,
    code_edits_per_day,
    edits_by_language,
    tool_calls_by_tool,
    tool_decisions_by_source,
)
from tests.factories import later, load, make_event

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def call(tool: str, minute: int, **fields: Any) -> dict[str, Any]:
    return make_event("tool_result", tool_name=tool, timestamp=later(minutes=minute), **fields)


def decision(tool: str, minute: int, decision: str, source: str, **fields: Any) -> dict[str, Any]:
    return make_event(
        "tool_decision",
        tool_name=tool,
        timestamp=later(minutes=minute),
        decision=decision,
        decision_source=source,
        **fields,
    )


def test_tools_are_ranked_with_how_it_ends_and_how_long_it_takes(db: Database) -> None:
    load(
        db,
        *(call("Bash", n, is_success=n != 3, duration_ms=100 * (n + 1)) for n in range(4)),
        call("Read", 5, is_success=True),
        decision("Web", 6, "reject", "user_reject"),
    )
    frame = tool_calls_by_tool(db, SCOPE).set_index("tool_name")
    assert frame.index.to_list() == ["Bash", "Read", "Web"]
    counts = frame[["calls", "failures", "rejections"]]
    assert counts.to_numpy().tolist() == [[4, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert frame.loc["Bash", "success_rate"] == 0.75
    assert frame.loc["Bash", "p50_ms"] == pytest.approx(200, rel=0.01)
    assert frame.loc["Bash", "p95_ms"] == pytest.approx(400, rel=0.01)
    assert frame.loc["Read", ["p50_ms", "p95_ms"]].isna().all()
    assert frame["success_rate"].isna().to_list() == [False, False, True]


def test_decisions_are_counted_by_who_decided(db: Database) -> None:
    load(
        db,
        decision("Bash", 1, "accept", "config"),
        decision("Bash", 2, "accept", "config"),
        decision("Bash", 3, "reject", "user_reject"),
    )
    assert tool_decisions_by_source(db, SCOPE).to_numpy().tolist() == [
        ["config", 2, 0],
        ["user_reject", 0, 1],
    ]


def test_edits_are_calls_of_the_tools_that_write_files(db: Database) -> None:
    load(
        db,
        *(call(tool, n) for n, tool in enumerate(["Edit", "MultiEdit", "Write", "NotebookEdit"])),
        call("Read", 5),
        decision("Edit", 6, "accept", "config"),
        decision("Bash", 7, "reject", "config"),
        call("Edit", 24 * 60),
    )
    frame = code_edits_per_day(db, SCOPE).drop(columns="day")
    assert frame.to_numpy().tolist() == [[4, 1, 0], [1, 0, 0]]


def test_languages_come_from_the_data_and_are_unknown_otherwise(db: Database) -> None:
    load(
        db,
        call("Edit", 1, language="Python"),
        call("Edit", 2, language="Python"),
        call("Edit", 3, department="Data Engineering"),
        decision("Edit", 4, "reject", "user_reject", language="Rust"),
    )
    assert edits_by_language(db, SCOPE).to_numpy().tolist() == [
        ["Python", 2, 0, 0],
        ["unknown", 1, 0, 0],
        ["Rust", 0, 0, 1],
    ]
