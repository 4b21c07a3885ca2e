from __future__ import annotations

import pandas as pd

import charts
from tests.charts.frames import ROLES, TYPES


def test_the_encoding_of_roles_is_what_was_reviewed(snapshot):
    assert charts.tokens_by_role(ROLES).to_dict()["layer"] == snapshot


def test_the_encoding_of_event_types_is_what_was_reviewed(snapshot):
    assert charts.events_by_type(TYPES).to_dict()["layer"] == snapshot


def test_names_are_words_and_shares_add_up():
    rows = charts.tokens_by_role(ROLES).data
    assert rows["name"].tolist() == ["Tech lead", "DevOps"]
    assert rows["share"].sum() == 1


def test_a_filter_changes_no_colour():
    everybody = ["devops", "tech_lead", "designer"]
    charted = [charts.tokens_by_role(frame, roles=everybody) for frame in (ROLES, ROLES.tail(1))]
    colors = [chart.to_dict()["layer"][-1]["encoding"]["color"] for chart in charted]
    assert colors[0] == colors[1]


def test_the_description_names_the_largest():
    described = charts.tokens_by_role(ROLES).description.replace("\xa0", " ")
    assert described == "Tech lead is the largest of 2 with 3.0 M, 75 %."


def test_the_description_never_names_what_is_added_up():
    frame = pd.DataFrame({"tool_name": [*"abcd"], "calls": [3, 2, 2, 2], "failures": 0})
    described = charts.tools_used(frame, limit=1).description
    assert described == "A is the largest of 4 with 3."


def test_no_rows_can_be_drawn_too():
    chart = charts.events_by_type(TYPES.head(0))
    assert chart.to_dict()
    assert chart.description == "No rows."
