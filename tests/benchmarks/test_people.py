"""A team that was never loaded looks like one that was."""

from __future__ import annotations

import pytest

from analytics import cost_by_user, headline_totals, new_users_per_day, user_list
from benchmarks import people
from store.schema import DAILY_ROLLUPS
from tests.factories import load, make_event, make_request


@pytest.fixture
def team(db):
    people.build(db, count=5, days=12)
    return db


def test_all_users_are_active_on_every_day_after_their_first(team):
    filters = people.scope(12)
    totals = headline_totals(team, filters)
    listed = user_list(team, filters)
    assert (totals.active_users, len(listed)) == (5, 5)
    assert totals.sessions == listed["sessions"].sum() > 5 * 2 * 9
    assert totals.cost_usd == pytest.approx(cost_by_user(team, filters)["cost_usd"].sum())
    assert new_users_per_day(team, filters)["new_users"].sum() == 5


def test_what_is_built_has_the_shape_of_what_is_loaded(team, mongo_url, db_name):
    from store.connection import connect

    loaded = connect(mongo_url, f"{db_name}_loaded")
    load(
        loaded,
        make_request(source="otlp", department="Data", name="Ada"),
        make_event("user_prompt"),
        make_event("api_error", error_type="timeout"),
        make_event("tool_result", is_success=True),
    )
    for name in ("users", *(name for name in DAILY_ROLLUPS if team[name].find_one({}))):
        built, real = team[name].find_one({}), loaded[name].find_one({})
        assert built.keys() <= real.keys(), name
        for row in built.get("rows", ()):
            assert row.keys() <= {field for other in real["rows"] for field in other}, name
    loaded.client.drop_database(loaded.name)


@pytest.mark.parametrize("name", people.ASKED)
def test_every_question_has_something_to_say_of_the_team(team, name: str):
    question, arguments = people.call_of(name, people.scope(12))
    answer = question(team, *arguments)
    frame = answer if hasattr(answer, "empty") else None
    assert frame is None or not frame.select_dtypes("number").fillna(0).eq(0).all(axis=None)
