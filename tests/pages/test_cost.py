from __future__ import annotations

import pytest

from tests.factories import load, make_event, make_request
from tests.ui.apps import metrics, texts

PEOPLE = "data-top-spenders"


def test_headline_numbers(team, open_app):
    app = open_app("cost", period="7")
    assert not app.exception
    assert metrics(app) == {
        "Cost": "$1.50",
        "Per active user": "$0.50",
        "Per session": "$0.50",
        "Per 1,000 prompts": "$500",
        "Cache savings": "$0.0040",
    }


def test_people_table_has_names_and_shares(team, open_app):
    shown = open_app("cost", period="7").dataframe[-1].value
    assert sorted(shown["name"]) == [f"{who}@example.com" for who in ("ada", "grace", "linus")]
    assert "user_id" not in shown
    assert shown["share"].tolist() == pytest.approx([100 / 3] * 3)
    assert set(shown["role"]) == {"Data scientist", "DevOps", "Tech lead"}


def test_unpriced_requests_are_excluded_with_a_note(unpriced, open_app):
    app = open_app("cost")
    assert "Excludes 1 unpriced request (370 tokens)." in texts(app)
    assert metrics(app)["Per session"].startswith("$")


def test_unattributed_cost_is_named(team, open_app):
    load(team, make_request(user_id=None, email=None, session_id=None))
    written = texts(open_app("cost", period="7"))
    assert "Unattributed:" in written
    assert "$0.50 (25%) without a person" in written
    assert "without a project" in written


def test_cost_per_user_is_undefined_without_active_users(db, open_app):
    load(db, make_request())
    app = open_app("cost")
    assert metrics(app)["Per active user"] == "\N{EM DASH}"


def test_cost_without_requests_is_zero(db, open_app):
    load(db, make_event("user_prompt"))
    app = open_app("cost")
    assert not app.exception
    assert metrics(app)["Cost"] == "$0.00"
    assert "No requests in this period." in texts(app)


def test_picking_a_department_filters_the_page(team, open_app):
    app = open_app("cost", period="7")
    app.session_state["data-cost-by-department"] = True
    app.run()
    app.selectbox(key="pick-cost-by-department").select("Platform Engineering").run()
    assert app.session_state["department"] == ["Platform Engineering"]
    assert metrics(app)["Cost"] == "$0.50"


def test_picking_a_person_filters_the_page(team, open_app):
    app = open_app("cost", period="7")
    app.session_state[PEOPLE] = True
    app.run()
    app.selectbox(key=f"pick-{PEOPLE.removeprefix('data-')}").select("ada").run()
    assert not app.exception
    assert app.title[0].value == "Cost"
    assert app.session_state["user"] == ["ada"]
    assert metrics(app)["Cost"] == "$0.50"
