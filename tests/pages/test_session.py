from __future__ import annotations

import json

import pytest

from tests.factories import later, load, make_event, make_request
from tests.ui.apps import metrics, shown, texts


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


def test_facts_and_headline_numbers(run, open_app):
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
    written = texts(app)
    assert shown(app.title[0].value) == "atlas · Tue 20 Jan 2026, 12:00"
    assert "**Ada**" in written
    assert "Tue 20 Jan 2026, 12:00" in written
    assert "**atlas**" in written
    assert "macOS" in written


def test_events_are_drawn_and_listed_with_display_names(run, open_app):
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


def test_filters_do_not_apply(run, open_app):
    app = open_app("session", id="session-a", range=["2026-01-01", "2026-01-02"])
    assert metrics(app)["Prompts"] == "1"


@pytest.mark.parametrize("params", [{}, {"id": "nothing"}])
def test_unknown_session_is_reported(run, open_app, params):
    app = open_app("session", **params)
    assert not app.exception
    assert "Session not found" in texts(app)


def test_values_of_clients_are_never_links_or_images(db, open_app):
    load(db, make_request(name="![x](http://evil.example/x.png)"))
    app = open_app("session", id="session-a")
    assert not any("![x](" in text.value for text in app.markdown)


def test_cost_below_a_cent_is_not_shown_as_zero(db, open_app):
    load(db, make_request(cost_usd=0.0009))
    app = open_app("session", id="session-a")
    assert metrics(app)["Cost"] == "$0.0009"
    assert b"$0.0009" in app.dataframe[-1].proto.arrow_data.styler.display_values


def test_unpriced_requests_are_excluded_with_a_note(db, open_app):
    load(db, make_request(model="claude-unheard-of-1", cost_usd=None))
    app = open_app("session", id="session-a")
    assert metrics(app)["Cost"] == "$0.00"
    assert "Excludes 1 unpriced request." in texts(app)
