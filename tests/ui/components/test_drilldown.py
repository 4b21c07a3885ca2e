from __future__ import annotations

import pandas as pd
import pytest
import streamlit as st

import charts
from tests.charts.frames import COST, ROLES
from tests.ui.apps import metrics
from ui.components.drilldown import (
    PARAM,
    SESSIONS,
    Action,
    link_to,
    open_pending_link,
    open_sessions,
    pickable,
)
from ui.components.figure import spec_of

ROLE_LIST = "pick-tokens-by-role"
ROLE_DATA = "data-tokens-by-role"


def selections(spec: dict) -> list[dict]:
    return [param for unit in spec.get("layer", [spec]) for param in unit.get("params", ())]


def test_pickable_adds_one_selection_to_a_chart_with_layers():
    spec = spec_of(ROLES, charts.tokens_by_role).spec
    (selection,) = selections(pickable(spec, "role"))
    assert selection["name"] == PARAM
    assert selection["select"]["fields"] == ["role"]
    assert not selections(spec)


def test_pickable_adds_one_selection_to_a_chart_without_layers():
    spec = pickable(spec_of(COST, charts.cost_per_day).spec, "day")
    assert len(selections(spec)) == 1
    assert spec["mark"]["cursor"] == "pointer"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("devops", "devops"),
        (1_768_953_600_000, "2026-01-21"),
        (pd.Timestamp(2026, 1, 21), "2026-01-21"),
    ],
)
def test_action_passes_values_as_in_addresses(value, text, monkeypatch):
    taken = []
    monkeypatch.setattr("ui.components.drilldown.st.rerun", lambda: None)
    Action("day", "Take it", taken.append)(value)
    assert taken == [text]


def test_offers_have_names_instead_of_ids():
    people = pd.DataFrame({"user_id": ["u1"], "name": ["Ada"]})
    assert link_to("page.py", "user", "Open", "user_id", "name").offers(people) == {"u1": "Ada"}
    assert link_to("page.py", "role", "Open").offers(ROLES) == {
        "tech_lead": "Tech lead",
        "devops": "DevOps",
    }
    assert open_sessions("day").column == "day"


def opened(open_app, **params):
    app = open_app(**params)
    app.session_state[ROLE_DATA] = True
    return app.run()


def test_picking_from_the_list_sets_the_filter(team, open_app):
    app = opened(open_app, period="all")
    app.selectbox(key=ROLE_LIST).select("devops").run()
    assert app.session_state["role"] == ["devops"]
    assert metrics(app)["Active users"] == "1"


def test_picking_the_same_value_again_clears_the_filter(team, open_app):
    app = opened(open_app, period="all", role=["devops"])
    app.selectbox(key=ROLE_LIST).select("devops").run()
    assert app.session_state["role"] == []
    assert metrics(app)["Active users"] == "3"


def test_going_back_after_a_pick_restores_the_parameters(monkeypatch):
    address = {"id": "ada"}
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", address)

    def switch(page: str, query_params: dict[str, str]) -> None:
        address.clear()
        address.update(query_params)
        raise InterruptedError(page)

    monkeypatch.setattr(st, "switch_page", switch)
    link_to(SESSIONS, "day", "Show sessions of", user="ada").act("2026-01-20")
    with pytest.raises(InterruptedError, match=SESSIONS):
        open_pending_link("Person")
    open_pending_link("Sessions")
    assert address == {"day": "2026-01-20"}
    assert st.session_state["user"] == ["ada"]
    open_pending_link("Person")
    assert address == {"id": "ada"}
