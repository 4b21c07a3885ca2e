from __future__ import annotations

import altair as alt
import pytest

import charts
from charts.shared.theme import words
from tests.charts.frames import EVENTS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("senior_dev", "Senior dev"),
        ("api_request", "API request"),
        ("devops", "DevOps"),
        ("unknown", "Unknown"),
        ("Data Engineering", "Data Engineering"),
        ("mcp_server_connection", "MCP server connection"),
    ],
)
def test_stored_names_become_words(name, text):
    assert words(name) == text


@pytest.mark.parametrize(("dark", "first"), [(False, "#3B5BDB"), (True, "#8AA2FF")])
def test_a_notebook_draws_in_our_colours(dark, first):
    before = alt.theme.active
    try:
        charts.use_theme(dark=dark)
        config = charts.events_per_day(EVENTS).to_dict()["config"]
    finally:
        alt.theme.enable(before)
    assert config["range"]["category"][0] == first
    assert config["locale"]["number"]["percent"] == "\N{NO-BREAK SPACE}%"
