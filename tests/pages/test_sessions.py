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
        ("model", "claude-haiku-4-5", "Model: **Haiku 4\\.5**"),
        ("user", "ada", "Person: **Ada**"),
        ("project", "atlas", "Project: **atlas**"),
        ("tool", "Bash", "Tool: **Bash**"),
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
    matches = {"user": "3", "day": "4"}.get(param, "1")
    assert metrics(app)["Sessions"] == matches
    assert ("All failures" in metrics(app)) == (param in ("errors", "tool"))
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
    app.text_input(key="find").set_value("s00").run()
    assert "1 to 10 of 10 sessions" in texts(app)


def test_filters_offer_the_values_of_the_period(runs, open_app):
    app = open_app("sessions", period="all")
    app.session_state["filters"] = True
    app.run()
    offered = {box.label: box.options for box in app.selectbox if "filter-" in box.key}
    assert offered["Model"] == ["Opus 4.6", "Haiku 4.5"]
    assert offered["Error"][0] == "Any error"
    box = next(box for box in app.selectbox if box.label == "Tool" and "filter-" in box.key)
    box.set_value("Bash").run()
    assert metrics(app)["Sessions"] == "1"
