from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import Filters, tokens_by_role, tokens_per_day, tokens_per_day_by_role
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))
DATA = {"department": "Data Engineering", "user_id": "user-b", "email": None, "session_id": "b"}


def test_the_four_kinds_are_kept_apart(db: Database) -> None:
    load(db, make_request(), make_request(timestamp=later(minutes=1), input_tokens=None))
    frame = tokens_per_day(db, SCOPE).drop(columns="day")
    assert frame.to_numpy().tolist() == [[10, 40, 600, 80, 730], [0, 0, 0, 0, 0]]


def test_only_requests_use_tokens(db: Database) -> None:
    load(db, make_event("hook", input_tokens=7), make_event("api_error", input_tokens=7))
    assert tokens_per_day(db, SCOPE)["total_tokens"].sum() == 0


def test_every_role_that_occurs_has_every_day(db: Database) -> None:
    load(db, make_request(), make_request(timestamp=later(days=1), **DATA))
    frame = tokens_per_day_by_role(db, SCOPE)
    assert frame[["role", "total_tokens"]].to_numpy().tolist() == [
        ["data_scientist", 0],
        ["unknown", 370],
        ["data_scientist", 370],
        ["unknown", 0],
    ]


def test_roles_are_ranked_by_total_tokens(db: Database) -> None:
    load(
        db,
        make_request(),
        make_request(**DATA, output_tokens=1000),
        make_request(timestamp=later(minutes=1), **DATA, cost_usd=None, model="unheard-of"),
        make_event("user_prompt", user_id="user-c", email=None, session_id="c", department="Ops"),
    )
    assert tokens_by_role(db, SCOPE).to_numpy().tolist() == [
        ["data_scientist", 2, 20, 1020, 600, 80, 1720, 860.0, 0.5, 1],
        ["unknown", 1, 10, 20, 300, 40, 370, 370.0, 0.5, 0],
    ]
