from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import Filters, errors_by_type
from tests.factories import later, load, make_event

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 21))


def test_failures_of_both_kinds_are_ranked_with_their_share(db: Database) -> None:
    failed = {"tool_name": "Bash", "is_success": False}
    load(
        db,
        make_event("api_error", error_type="timeout"),
        make_event("api_error", error_type="timeout", timestamp=later(minutes=1)),
        make_event("tool_result", error_type="timeout", timestamp=later(minutes=2), **failed),
        make_event("tool_result", error_type="tool_failed", **failed),
        make_event("tool_result", tool_name="Bash", is_success=True),
    )
    assert errors_by_type(db, SCOPE).to_numpy().tolist() == [
        ["timeout", 3, 0.75, 2, 1],
        ["tool_failed", 1, 0.25, 0, 1],
    ]


def test_a_refused_permission_is_no_failure(db: Database) -> None:
    load(db, make_event("tool_decision", tool_name="Bash", decision="reject"))
    assert errors_by_type(db, SCOPE).empty
