from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from starlette.datastructures import QueryParams

from analytics import Filters, headline_totals
from store.errors import FilterError
from store.rollups.definitions import DIMENSIONS
from tests.factories import later, load, make_event, make_request
from tests.ui.apps import metrics, shown
from ui.filters import FILTERS, select
from ui.http import api

ROOT = Path(__file__).parents[2]
MONTH = (date(2026, 1, 1), date(2026, 2, 1))

VALUES = {
    "role": ("data_scientist", "Data scientist"),
    "department": ("Data Engineering", "Data Engineering"),
    "source": ("cloudwatch", "CloudWatch export"),
    "model": ("claude-haiku-4-5", "Haiku 4.5"),
    "project": ("atlas", "atlas"),
    "user": ("ada", "Ada"),
    "tool": ("Bash", "Bash"),
    "version": ("2.1.9", "2.1.9"),
    "terminal": ("vscode", "vscode"),
    "os": ("darwin", "macOS"),
    "repository": ("acme/atlas", "acme/atlas"),
    "weekday": ("1", "Tuesday"),
}
"""What Ada's session has and Grace's has not: id and label."""


@pytest.fixture
def pair(db):
    """Return a store with two sessions that have nothing in common."""
    ada = {
        "session_id": "s-ada", "user_id": "ada", "email": "ada@example.com", "name": "Ada",
        "department": "Data Engineering", "level": "L3", "project": "atlas",
        "repository": "acme/atlas", "terminal": "vscode", "os": "darwin", "client_version": "2.1.9",
        "timestamp": later(),
    }  # fmt: skip
    grace = {
        "session_id": "s-grace", "user_id": "grace", "email": "grace@example.com", "name": "Grace",
        "department": "Platform Engineering", "level": "L5", "project": "borealis",
        "repository": "acme/borealis", "terminal": "tmux", "os": "linux",
        "client_version": "2.1.10", "timestamp": later(days=1), "source": "otlp",
    }  # fmt: skip
    load(
        db,
        make_event("user_prompt", **ada),
        make_request(model="claude-haiku-4-5", **ada),
        make_event("tool_result", tool_name="Bash", is_success=True, duration_ms=9, **ada),
        make_event("user_prompt", **grace),
        make_request(model="claude-opus-4-6", cost_usd=2.0, **grace),
        make_event("tool_result", tool_name="Read", is_success=True, duration_ms=9, **grace),
    )
    return db


def chosen(app) -> Filters:
    return app.session_state["scope"].filters


def chips(app) -> list[str]:
    return [shown(button.label) for button in app.button if str(button.key).startswith("chip-")]


def test_every_dimension_of_filters_is_declared_once_and_has_its_column():
    declared = {each.field: each.column for each in FILTERS.values()}
    assert [*declared] == [each.field for each in FILTERS.values()]
    dimensions = {each.filter: each.name for each in DIMENSIONS.values() if each.filter}
    assert declared == {**dimensions, "weekdays": "weekday"}
    assert {*declared} == {each.name for each in fields(Filters)} - {"start", "end"}
    assert {*VALUES} == {*FILTERS}


@pytest.mark.parametrize("key", FILTERS)
def test_filter_of_the_address_is_a_chip_that_removes_it(pair, open_app, key):
    value, label = VALUES[key]
    app = open_app("cost", period="all", **{key: [value]})
    assert not app.exception
    assert not app.main.warning
    number = int(value) if key == "weekday" else value
    assert getattr(chosen(app), FILTERS[key].field) == (number,)
    assert metrics(app)["Cost"] == "$0.50"
    assert chips(app) == [f"{FILTERS[key].label}: **{label}**"]
    app.button(key=f"chip-{key}").click().run()
    assert metrics(app)["Cost"] == "$2.50"
    assert chips(app) == []


def test_address_with_labels_of_all_filters(pair, open_app):
    app = open_app("cost", period="all", **{key: [label] for key, (_, label) in VALUES.items()})
    assert chosen(app) == select(
        chosen(app).start, chosen(app).end, {key: [value] for key, (value, _) in VALUES.items()}
    )
    assert len(chips(app)) == len(FILTERS)
    assert next(e.label for e in app.sidebar.expander) == f"More filters ({len(FILTERS) - 2})"


def test_unknown_values_of_every_filter_are_named(team, open_app):
    app = open_app(**{key: ["Nonsense"] for key in FILTERS})
    (warning,) = app.main.warning
    for each in FILTERS.values():
        assert f"asks for the {each.label.lower()} Nonsense, which is not in the data" in (
            warning.value
        )
    assert chips(app) == []


def test_label_that_is_the_id_of_another_person_stays_a_label(pair, open_app):
    load(pair, make_request(session_id="x", user_id="Ada", email="other@example.com"))
    assert chosen(open_app(user=["Ada"], period="all")).users == ("ada",)


def test_equal_names_are_distinguished_by_ids(pair, open_app):
    load(pair, make_request(session_id="x", user_id="u2", email="ada2@example.com", name="Ada"))
    box = open_app(period="all").multiselect(key="user")
    assert box.options == ["Ada (ada)", "Ada (u2)", "Grace"]


def test_versions_are_in_the_order_of_their_numbers(pair, open_app):
    assert open_app().multiselect(key="version").options == ["2.1.9", "2.1.10"]


def test_many_values_of_a_filter_are_counted(pair, open_app):
    days = ["Monday", "Tuesday", "Wednesday", "Thursday"]
    assert chips(open_app(weekday=days)) == ["Weekday: **4 selected**"]


def resets(app) -> list:
    return [button for button in app.main.button if button.label == "Reset filters"]


def test_reset_of_two_filters_clears_the_period_as_well(pair, open_app):
    assert not resets(open_app(role=["devops"]))
    app = open_app(role=["devops"], user=["grace"], period="all")
    (reset,) = resets(app)
    reset.click().run()
    assert chosen(app) == chosen(open_app())
    assert not chips(app)


@pytest.mark.parametrize(("page", "link"), [("cost", True), ("people", True), ("sessions", False)])
def test_link_names_as_many_sessions_as_its_page_lists(pair, open_app, page, link):
    app = open_app(page, period="all", tool=["Bash"])
    labels = [shown(each.proto.label) for each in app.get("page_link")]
    assert labels == (["Show the 1 session"] if link else [])
    assert metrics(open_app("sessions", period="all", tool=["Bash"]))["Sessions"] == "1"


@pytest.mark.parametrize(
    ("page", "offered"),
    [
        ("data", []),
        ("session", []),
        ("saas", ["period"]),
        ("person", ["period", *(k for k in FILTERS if k not in ("role", "department", "user"))]),
        ("overview", ["period", *FILTERS]),
    ],
)
def test_page_offers_the_filters_that_it_heeds(pair, open_app, page, offered):
    app = open_app(page, role=["devops"], id="ada")
    keys = [widget.key for kind in ("selectbox", "multiselect") for widget in app.sidebar.get(kind)]
    assert keys == offered
    assert bool(chips(app)) == ("role" in offered)


def test_filters_return_after_a_page_without_them(pair, open_app):
    app = open_app("cost", period="7", role=["devops"], tool=["Read"])
    before = chosen(app)
    app.switch_page("../pages/data.py").run()
    assert chosen(app).roles == ()
    app.switch_page("../pages/cost.py").run()
    assert chosen(app) == before


PICKS = [
    ("cost", "cost-by-model", "model"),
    ("cost", "daily-cost-by-model", "model"),
    ("cost", "cost-by-role", "role"),
    ("cost", "cost-by-department", "department"),
    ("cost", "cost-by-project", "project"),
    ("cost", "top-spenders", "user"),
    ("activity", "activity-by-weekday-and-hour", "weekday"),
    ("activity", "session-length-by-role", "role"),
    ("people", "top-spenders", "user"),
    ("reliability", "latency-by-model", "model"),
    ("tools", "calls-by-tool", "tool"),
    ("overview", "tokens-by-role", "role"),
]


@pytest.mark.parametrize(("page", "chart", "key"), PICKS)
def test_pick_in_a_chart_filters_the_page_and_a_second_one_clears_it(
    pair, open_app, page, chart, key
):
    value, label = VALUES[key]
    app = open_app(page, period="all")
    app.session_state[f"data-{chart}"] = True
    app.run()
    app.selectbox(key=f"pick-{chart}").set_value(value).run()
    assert not app.exception
    assert chips(app) == [f"{FILTERS[key].label}: **{label}**"]
    app.selectbox(key=f"pick-{chart}").set_value(value).run()
    assert chips(app) == []


@pytest.mark.parametrize("key", FILTERS)
def test_parameter_of_the_api(pair, key):
    filters = api.filters_of(QueryParams({key: VALUES[key][0]}), *MONTH)
    assert filters == select(*MONTH, {key: [VALUES[key][0]]})
    assert filters != Filters(*MONTH)
    assert headline_totals(pair, filters).cost_usd == pytest.approx(0.5)


@pytest.mark.parametrize("key", FILTERS)
def test_api_rejects_blank_values(key):
    with pytest.raises(FilterError):
        api.filters_of(QueryParams(f"{key}="), *MONTH)


@pytest.mark.parametrize("day", ["7", "-1", "Monday", "1.0", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_weekday_that_is_none_is_rejected(day):
    with pytest.raises(FilterError, match="weekdays must be numbers from 0"):
        select(*MONTH, {"weekday": [day]})


def test_every_parameter_is_documented():
    introduction = (ROOT / "docs" / "questions.md").read_text("utf-8").partition("\n## ")[0]
    for key in FILTERS:
        assert f"`{key}`" in introduction


def test_selected_value_that_was_deleted_is_dropped(pair, open_app):
    app = open_app("cost", period="all", model=["claude-haiku-4-5", "claude-opus-4-6"])
    app.session_state["model"] = ["gone", "claude-opus-4-6"]
    app.run()
    assert not app.exception
    assert chosen(app).models == ("claude-opus-4-6",)
