from __future__ import annotations

import json

import pytest

from tests.factories import later, load, make_event, make_request
from tests.ui.apps import metrics, texts


@pytest.fixture
def run(db):
    """Return a store with one session that has everything."""
    tool = {"tool_name": "Bash", "duration_ms": 2_000}
    load(
        db,
        make_event("user_prompt", prompt_length=42, name="Ada", project="atlas", os="darwin"),
        make_request(timestamp=later(seconds=10)),
        make_event("tool_decision", timestamp=later(seconds=11), tool_name="Bash",
                   decision="accept", decision_source="config"),
        make_event("tool_result", timestamp=later(seconds=14), is_success=True,
                   decision="accept", decision_source="config", **tool),
        make_event("tool_result", timestamp=later(seconds=20), is_success=False,
                   error_type="ShellError", **tool),
        make_event("api_error", timestamp=later(seconds=30), error_type="http_529"),
        make_event("hook", timestamp=later(seconds=31)),
    )  # fmt: skip
    return db


def test_a_session_is_told_with_person_place_and_sums(run, open_app):
    app = open_app("session", id="session-a")
    assert not app.exception
    assert metrics(app) == {
        "Duration": "31 s",
        "Prompts": "1",
        "Requests": "1",
        "Tool calls": "2",
        "Tokens": "370",
        "Cost": "$0.50",
    }
    said = texts(app)
    assert "**Ada**" in said
    assert "Tue 20 Jan 2026, 12:00" in said
    assert "**atlas**" in said
    assert "macOS" in said


def test_its_events_are_drawn_and_listed_in_words(run, open_app):
    app = open_app("session", id="session-a")
    drawn = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    assert len(drawn) == 5
    rows = app.dataframe[-1].value.astype("str").replace("\xa0", " ", regex=True)
    assert rows[["event", "what", "outcome", "took"]].to_numpy().tolist() == [
        ["User prompt", "Prompt of 42 characters", "", ""],
        ["API request", "Opus 4.6", "", "1.0 s"],
        ["Tool decision", "Bash", "Granted \N{EN DASH} Auto (rule)", ""],
        ["Tool result", "Bash", "OK", "2.0 s"],
        ["Tool result", "Bash", "Shell error", "2.0 s"],
        ["API error", "API error", "HTTP 529 overloaded", ""],
        ["Hook", "Hook", "", ""],
    ]


def test_the_filters_do_not_hide_it(run, open_app):
    app = open_app("session", id="session-a", range=["2026-01-01", "2026-01-02"])
    assert metrics(app)["Prompts"] == "1"


@pytest.mark.parametrize("asked", [{}, {"id": "nothing"}])
def test_an_unknown_session_is_said_to_be_unknown(run, open_app, asked):
    app = open_app("session", **asked)
    assert not app.exception
    assert "There is no such session" in texts(app)


def test_what_a_client_sent_is_never_a_link_or_a_picture(db, open_app):
    load(db, make_request(name="![x](http://evil.example/x.png)"))
    app = open_app("session", id="session-a")
    assert not any("![x](" in text.value for text in app.markdown)


def test_a_cost_below_a_cent_is_never_told_as_nothing(db, open_app):
    load(db, make_request(cost_usd=0.0009))
    app = open_app("session", id="session-a")
    assert metrics(app)["Cost"] == "$0.0009"
    assert b"$0.0009" in app.dataframe[-1].proto.arrow_data.styler.display_values


def test_a_cost_that_is_not_complete_says_so(db, open_app):
    load(db, make_request(model="claude-unheard-of-1", cost_usd=None))
    app = open_app("session", id="session-a")
    assert metrics(app)["Cost"].startswith("≥ $")
    assert "without a known price" in texts(app)
