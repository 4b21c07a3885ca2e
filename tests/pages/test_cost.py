from __future__ import annotations

import pytest

from tests.factories import load, make_event, make_request
from tests.ui.apps import metrics, texts

PEOPLE = "data-who-spends-most"


def test_the_headline_tells_what_a_lead_asks(team, open_app):
    app = open_app("cost", period="7")
    assert not app.exception
    assert metrics(app) == {
        "Cost": "$1.50",
        "Per active user": "$0.50",
        "Per session": "$0.50",
        "Per 1,000 prompts": "$500",
        "Cache savings": "$0.0040",
    }


def test_people_stand_in_the_table_by_name_with_their_share(team, open_app):
    shown = open_app("cost", period="7").dataframe[-1].value
    assert sorted(shown["name"]) == [f"{who}@example.com" for who in ("ada", "grace", "linus")]
    assert "user_id" not in shown
    assert shown["share"].tolist() == pytest.approx([100 / 3] * 3)
    assert set(shown["role"]) == {"Data scientist", "DevOps", "Tech lead"}


def test_what_has_no_price_is_a_line_of_its_own(unpriced, open_app):
    app = open_app("cost")
    assert "Without a price:" in texts(app)
    assert metrics(app)["Per session"].startswith("≥ $")


def test_what_nobody_can_be_charged_with_is_a_line_of_its_own(team, open_app):
    load(team, make_request(user_id=None, email=None, session_id=None))
    written = texts(open_app("cost", period="7"))
    assert "Not attributed:" in written
    assert "$0.50 (25%) names no person" in written
    assert "names no project" in written


def test_requests_without_prompts_are_divided_by_nobody(db, open_app):
    load(db, make_request())
    app = open_app("cost")
    assert metrics(app)["Per active user"] == "\N{EM DASH}"


def test_events_without_requests_cost_nothing_and_say_so(db, open_app):
    load(db, make_event("user_prompt"))
    app = open_app("cost")
    assert not app.exception
    assert metrics(app)["Cost"] == "$0.00"
    assert "No request was made." in texts(app)


def test_picking_a_department_narrows_the_filter(team, open_app):
    app = open_app("cost", period="7")
    app.session_state["data-which-departments-spend-most"] = True
    app.run()
    app.selectbox(key="pick-which-departments-spend-most").select("Platform Engineering").run()
    assert app.session_state["department"] == ["Platform Engineering"]
    assert metrics(app)["Cost"] == "$0.50"


def test_picking_a_person_opens_the_sessions_behind_the_cost(team, open_app):
    app = open_app("cost", period="7")
    app.session_state[PEOPLE] = True
    app.run()
    app.selectbox(key=f"pick-{PEOPLE.removeprefix('data-')}").select("ada").run()
    assert not app.exception
    assert app.title[0].value == "Sessions"
    assert app.query_params["user"] == "ada"
