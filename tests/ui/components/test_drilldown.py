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
    filter_by,
    go_where_wanted,
    link_to,
    open_sessions,
    pickable,
)
from ui.components.figure import spec_of

ROLE_LIST = "pick-which-roles-use-the-tokens"
ROLE_DATA = "data-which-roles-use-the-tokens"


def selections(spec: dict) -> list[dict]:
    return [param for unit in spec.get("layer", [spec]) for param in unit.get("params", ())]


def test_a_chart_with_layers_gets_one_selection_of_the_column():
    spec = spec_of(ROLES, charts.tokens_by_role).spec
    (selection,) = selections(pickable(spec, "role"))
    assert selection["name"] == PARAM
    assert selection["select"]["fields"] == ["role"]
    assert not selections(spec)


def test_a_chart_without_layers_gets_it_too():
    spec = pickable(spec_of(COST, charts.cost_per_day).spec, "day")
    assert len(selections(spec)) == 1
    assert spec["mark"]["cursor"] == "pointer"


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ("devops", "devops"),
        (1_768_953_600_000, "2026-01-21"),
        (pd.Timestamp(2026, 1, 21), "2026-01-21"),
    ],
)
def test_a_value_is_written_as_an_address_writes_it(held, text, monkeypatch):
    taken = []
    monkeypatch.setattr("ui.components.drilldown.st.rerun", lambda: None)
    Action("day", "Take it", taken.append)(held)
    assert taken == [text]


def test_a_list_offers_names_rather_than_ids():
    people = pd.DataFrame({"user_id": ["u1"], "name": ["Ada"]})
    assert link_to("page.py", "user", "Open", "user_id", "name").offers(people) == {"u1": "Ada"}
    assert filter_by("role").offers(ROLES) == {"tech_lead": "Tech lead", "devops": "DevOps"}
    assert open_sessions("day").column == "day"


def opened(open_app, **params):
    app = open_app(**params)
    app.session_state[ROLE_DATA] = True
    return app.run()


def test_picking_from_the_list_narrows_the_filter_of_the_sidebar(team, open_app):
    app = opened(open_app, period="all")
    app.selectbox(key=ROLE_LIST).select("devops").run()
    assert app.session_state["role"] == ["devops"]
    assert metrics(app)["Active users"] == "1"


def test_picking_the_same_again_lets_everything_in_again(team, open_app):
    app = opened(open_app, period="all", role=["devops"])
    app.selectbox(key=ROLE_LIST).select("devops").run()
    assert app.session_state["role"] == []
    assert metrics(app)["Active users"] == "3"


def test_who_comes_back_after_a_pick_finds_the_page_as_it_was_left(monkeypatch):
    address = {"id": "ada"}
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", address)

    def switch(page: str, query_params: dict[str, str]) -> None:
        address.clear()
        address.update(query_params)
        raise InterruptedError(page)

    monkeypatch.setattr(st, "switch_page", switch)
    link_to(SESSIONS, "day", "Show the sessions of", user="ada").act("2026-01-20")
    with pytest.raises(InterruptedError, match=SESSIONS):
        go_where_wanted("Person")
    go_where_wanted("Sessions")
    assert address == {"day": "2026-01-20", "user": "ada"}
    go_where_wanted("Person")
    assert address == {"id": "ada"}
