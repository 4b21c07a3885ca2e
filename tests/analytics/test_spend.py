from __future__ import annotations

from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, cost_by_department, cost_by_project, cost_by_user
from analytics.spend import labelled
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 21))
BOB = {"user_id": "user-bob", "email": None, "session_id": "b", "department": "Data"}


def test_departments_are_ranked_dearest_first(db: Database) -> None:
    load(db, make_request(), make_request(**BOB, cost_usd=2.0), make_event("hook", department="X"))
    assert cost_by_department(db, SCOPE).to_numpy().tolist() == [
        ["Data", 1, 370, 2.0, 0],
        ["unknown", 1, 370, 0.5, 0],
    ]


def test_projects_are_ranked_and_prompts_counted(db: Database) -> None:
    load(
        db,
        make_request(project="atlas"),
        make_event("user_prompt", project="atlas"),
        make_request(timestamp=later(minutes=1), repository="tools", cost_usd=1.0),
        make_request(timestamp=later(minutes=2), cost_usd=0.1),
        make_event("user_prompt", timestamp=later(minutes=3), project="only-talk"),
    )
    assert cost_by_project(db, SCOPE)[["project", "prompts", "cost_usd"]].to_numpy().tolist() == [
        ["tools", 0, 1.0],
        ["atlas", 1, 0.5],
        ["unknown", 0, 0.1],
    ]


def test_people_are_ranked_and_never_without_a_name(db: Database) -> None:
    load(
        db,
        make_request(name="Ada"),
        make_request(**BOB, cost_usd=2.0),
        make_request(user_id=None, email=None, session_id="x", cost_usd=0.1),
        make_event("user_prompt", user_id="user-quiet", session_id="q"),
    )
    frame = cost_by_user(db, SCOPE)[["user_id", "name", "department", "cost_usd"]]
    assert frame.to_numpy().tolist() == [
        ["user-bob", "user-bob", "Data", 2.0],
        ["user-ada", "Ada", "unknown", 0.5],
        ["unknown", "unknown", "unknown", 0.1],
    ]


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"user_id": "u", "email": "e", "name": "n"}, "n"),
        ({"user_id": "u", "email": "e"}, "e"),
        ({"user_id": "u"}, "u"),
    ],
)
def test_a_label_is_the_best_that_is_known(person: dict[str, str], name: str) -> None:
    assert labelled(person)["name"] == name
