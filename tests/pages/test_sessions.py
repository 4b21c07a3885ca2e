from __future__ import annotations

import pytest

from tests.factories import later, load, make_event, make_request
from tests.ui.apps import metrics, texts


@pytest.fixture
def runs(team):
    """Return the team's store with a session that failed, in a project of its own."""
    common = {
        "session_id": "run-1", "user_id": "ada", "email": "ada@example.com", "name": "Ada",
        "project": "atlas", "department": "Data Engineering",
    }  # fmt: skip
    load(
        team,
        make_event("user_prompt", timestamp=later(minutes=1), prompt_length=42, **common),
        make_request(timestamp=later(minutes=2), model="claude-haiku-4-5", **common),
        make_event(
            "tool_result", timestamp=later(minutes=3), tool_name="Bash", is_success=False,
            error_type="ShellError", duration_ms=1_500, **common,
        ),
    )  # fmt: skip
    return team


def listed(app):
    return app.dataframe[-1].value


def test_sessions_of_the_period_are_listed_and_added_up(runs, open_app):
    app = open_app("sessions", period="7")
    assert not app.exception
    assert metrics(app) == {
        "Sessions": "4",
        "Prompts": "4",
        "Average session": "30 s",
        "Tokens": "1,480",
        "Cost": "$2.00",
        "Failures": "4",
    }
    rows = listed(app)
    assert next(iter(rows["started"].str.replace("\xa0", " "))) == "Tue 20 Jan 2026, 12:01"
    assert next(iter(rows["project"])) == "atlas"
    assert "1 to 4 of 4 sessions" in texts(app)


@pytest.mark.parametrize(
    ("param", "value", "chip"),
    [
        ("errors", "ShellError", "Error: **Shell error**"),
        ("day", "2026-01-20", "Day: **20 Jan 2026**"),
    ],
)
def test_query_parameters_filter_the_list_and_chips_remove_them(runs, open_app, param, value, chip):
    app = open_app("sessions", period="all")
    assert metrics(app)["Sessions"] == "7"
    app.query_params[param] = value
    app.run()
    assert not app.exception
    assert metrics(app)["Sessions"] == {"day": "4"}.get(param, "1")
    assert ("All failures" in metrics(app)) == (param == "errors")
    button = app.button(key=f"chip-{param}")
    assert button.label.replace("\xa0", " ") == chip
    button.click().run()
    assert metrics(app)["Sessions"] == "7"


def test_day_in_the_address_is_the_period_of_the_page(runs, open_app):
    app = open_app("sessions", period="all", day="2026-01-20")
    written = texts(app)
    assert "**20 Jan 2026** (1 day)" in written
    assert "vs. previous day" not in written


def test_search_finds_people_and_projects(runs, open_app):
    app = open_app("sessions", period="all")
    app.text_input(key="find").set_value("atlas ADA").run()
    assert metrics(app)["Sessions"] == "1"


def test_search_without_a_match_offers_to_clear_it(runs, open_app):
    app = open_app("sessions", period="all")
    app.text_input(key="find").set_value("no such session").run()
    assert "No sessions match these filters" in texts(app)
    app.button(key="clear-sessions").click().run()
    assert metrics(app)["Sessions"] == "7"


def test_one_day_has_no_chart_by_day(runs, open_app):
    app = open_app("sessions", range=["2026-01-20", "2026-01-20"])
    assert not app.exception
    assert not app.get("vega_lite_chart")
    assert metrics(app)["Sessions"] == "4"


def test_list_is_sorted(runs, open_app):
    app = open_app("sessions", period="7", sort="+started_at")
    assert list(listed(app)["person"])[-1] == "Ada"
    app.selectbox(key="sort").set_value("errors").run()
    assert not app.exception


def test_many_sessions_are_paginated(db, open_app):
    load(db, *(make_request(session_id=f"s{n:03}", timestamp=later(seconds=n)) for n in range(60)))
    app = open_app("sessions")
    assert len(listed(app)) == 50
    assert "1 to 50 of 60 sessions" in texts(app)
    app.session_state["page"] = 2
    app.run()
    assert len(listed(app)) == 10
    app.text_input(key="find").set_value("s0").run()
    assert "1 to 50 of 60 sessions" in texts(app)
    app.session_state["page"] = 2
    app.run()
    assert len(listed(app)) == 10
    app.multiselect(key="weekday").set_value(["1"]).run()
    assert "1 to 50 of 60 sessions" in texts(app)
    app.text_input(key="find").set_value("s00").run()
    assert "1 to 10 of 10 sessions" in texts(app)


@pytest.mark.parametrize(
    ("param", "value", "matches"),
    [("model", "claude-haiku-4-5", "1"), ("user", "ada", "3"), ("project", "atlas", "1")],
)
def test_filters_of_all_pages_filter_the_list(runs, open_app, param, value, matches):
    app = open_app("sessions", period="all", **{param: [value]})
    assert metrics(app)["Sessions"] == matches
    assert len(listed(app)) == int(matches)


def test_errors_of_the_period_are_offered(runs, open_app):
    app = open_app("sessions", period="all")
    app.session_state["errors-list"] = True
    app.run()
    box = app.selectbox(key="filter-errors-None")
    assert box.options == ["Any error", "HTTP 429 rate limit", "Shell error"]
    box.set_value("ShellError").run()
    assert metrics(app)["Sessions"] == "1"
