from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import Filters, user_models, user_tools
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 23))


def test_models_are_ranked_by_what_the_person_spent_on_them(db: Database) -> None:
    load(
        db,
        make_request(model="claude-haiku-4-5", cost_usd=0.25),
        make_request(timestamp=later(minutes=1)),
        make_request(session_id="b", timestamp=later(minutes=2)),
        make_request(session_id="b", timestamp=later(minutes=3), model="new", cost_usd=None),
        make_request(session_id="c", user_id="user-grace", email=None),
        make_request(session_id="d", timestamp=later(days=30)),
    )
    assert user_models(db, SCOPE, "user-ada").to_numpy().tolist() == [
        ["claude-opus-4-6", 2, 2, 740, 1.0, 0],
        ["claude-haiku-4-5", 1, 1, 370, 0.25, 0],
        ["new", 1, 1, 370, 0.0, 1],
    ]
    assert user_models(db, SCOPE, "nobody").empty


def test_tools_are_ranked_by_calls(db: Database) -> None:
    calls = [("Bash", True), ("Bash", False), ("Read", True), (None, True)]
    load(
        db,
        make_request(),
        *(
            make_event(
                "tool_result", timestamp=later(minutes=n), tool_name=tool, is_success=is_success
            )
            for n, (tool, is_success) in enumerate(calls)
        ),
    )
    assert user_tools(db, SCOPE, "user-ada").to_numpy().tolist() == [
        ["Bash", 1, 2, 1, 0.5],
        ["Read", 1, 1, 0, 1.0],
        ["unknown", 1, 1, 0, 1.0],
    ]


def test_a_blank_person_is_nobody_not_everybody(db: Database) -> None:
    load(db, make_request(), make_event("tool_result", tool_name="Bash", is_success=True))
    assert user_models(db, SCOPE, "").empty
    assert user_tools(db, SCOPE, "").empty
