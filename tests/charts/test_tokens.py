from __future__ import annotations

import charts
from tests.charts.frames import ROLES, TOKENS


def test_tokens_per_day_stacks_types_that_add_up_to_the_total():
    rows = charts.tokens_per_day(TOKENS).data
    assert rows.groupby("day")["amount"].sum().tolist() == TOKENS["total_tokens"].tolist()


def test_tokens_by_role_labels_roles_with_shares_that_add_up():
    rows = charts.tokens_by_role(ROLES).data
    assert rows["name"].tolist() == ["Tech lead", "DevOps"]
    assert rows["share"].sum() == 1


def test_tokens_by_role_keeps_colours_under_a_filter():
    roles = ["devops", "tech_lead", "designer"]
    made = [charts.tokens_by_role(frame, roles=roles) for frame in (ROLES, ROLES.tail(1))]
    colors = [chart.to_dict()["layer"][-1]["encoding"]["color"] for chart in made]
    assert colors[0] == colors[1]


def test_tokens_by_role_summary_names_the_highest():
    assert charts.tokens_by_role(ROLES).description == "Highest of 2: Tech lead, 3.0M, 75%."
