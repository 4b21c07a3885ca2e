from __future__ import annotations

import threading
from datetime import date
from datetime import time as clock

import pytest

from analytics import Filters, tokens_by_role, user_profile
from store.time_bounds import EARLIEST
from tests.pages.test_data import wait
from tests.ui.apps import metrics, shown, texts
from ui.jobs.runner import jobs

JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))


def edit(app, **fields: str) -> None:
    for name, value in fields.items():
        box = app.selectbox if name in ("role", "department") else app.text_input
        box(key=f"edit-{name}").set_value(value)
    submit(app, "Review change")


def submit(app, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_headline_numbers_charts_and_sessions(team, open_app):
    app = open_app("person", id="ada", period="7")
    assert not app.exception
    assert metrics(app) == {
        "Active days": "1",
        "Sessions": "1",
        "Prompts": "1",
        "Tokens": "370",
        "Cost": "$0.50",
    }
    written = texts(app)
    assert shown(app.title[0].value) == "ada@example.com"
    assert "Not in roster" in written
    assert "inferred from department and level" in written
    assert len(app.get("vega_lite_chart")) == 4
    assert len(app.dataframe[0].value) == 1


@pytest.mark.parametrize("other", [{"role": "devops"}, {"user": "grace"}])
def test_filters_by_role_and_person_do_not_apply(team, open_app, other):
    app = open_app("person", id="ada", period="7", **other)
    assert metrics(app)["Prompts"] == "1"
    assert not app.multiselect or not {"role", "user"} & {box.key for box in app.multiselect}


def test_period_without_activity_keeps_the_calendar(team, open_app):
    app = open_app("person", id="ada", range=["2026-01-08", "2026-01-09"])
    assert not app.exception
    assert "No activity in this period" in texts(app)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize(
    ("params", "reason"),
    [({}, "Choose one from the list"), ({"id": "missing"}, "may have been deleted")],
)
def test_unknown_person_is_reported(team, open_app, params, reason):
    app = open_app("person", **params)
    assert not app.exception
    assert "Person not found" in texts(app)
    assert reason in texts(app)


def test_change_from_a_date_keeps_earlier_days(team, open_app):
    app = open_app("person", id="ada", period="7")
    app.date_input(key="edit-from").set_value(date(2026, 1, 15))
    edit(app, role="tech_lead", level="L7")
    assert "**Role**: none → Tech lead" in texts(app)
    assert "Applies from 15 Jan 2026" in texts(app)
    app.button(key="save-person").click().run()
    wait(app)
    ada = user_profile(team, "ada")
    assert (ada.role, ada.level, ada.is_listed) == ("tech_lead", "L7", True)
    assert [position.until_day for position in ada.history] == ["2026-01-15"]
    by_role = tokens_by_role(team, JANUARY).set_index("role")["api_requests"]
    # Linus leads already, with a request before that day and one after
    assert (by_role["tech_lead"], by_role["data_scientist"]) == (2 + 1, 1)
    assert "Until 15 January 2026" in texts(app)


def test_inferred_role_is_shown_before_saving(team, open_app):
    app = open_app("person", id="ada", period="7")
    edit(app, department="Platform Engineering")
    assert "**Role**: Data scientist → DevOps (auto)" in texts(app)


def test_correction_applies_to_all_days(team, open_app):
    app = open_app("person", id="ada", period="7")
    app.button_group(key="edit-when").set_value("To all history (correction)")
    edit(app, role="tech_lead")
    app.button(key="save-person").click().run()
    wait(app)
    assert user_profile(team, "ada").history == ()
    by_role = tokens_by_role(team, JANUARY).set_index("role")["api_requests"]
    assert "data_scientist" not in by_role


def test_running_job_is_shown_above_and_below_the_forms(team, open_app):
    may_end = threading.Event()
    jobs().start("Changing Ada", lambda run: may_end.wait(60))
    app = open_app("person", id="ada")
    labels = [button.label for button in app.main.button]
    may_end.set()
    assert not app.exception
    assert labels.index("Cancel") < labels.index("Review change")
    assert labels[-1] == "Cancel"
    wait(app)
    assert "Cancel" not in [button.label for button in app.main.button]


def test_unchanged_form_changes_nothing(team, open_app):
    app = open_app("person", id="ada", period="7")
    edit(app)
    assert app.toast[0].value == "Nothing changed."
    assert not user_profile(team, "ada").is_listed


def test_manual_activity_is_counted_under_its_own_source(team, open_app):
    app = open_app("person", id="ada", period="7")
    app.date_input(key="manual-day").set_value(date(2026, 1, 18))
    app.time_input(key="manual-time").set_value(clock(9, 30))
    submit(app, "Log activity")
    wait(app)
    assert metrics(app)["Prompts"] == "2"
    assert metrics(app)["Active days"] == "2"
    assert team["event_buckets"].find_one({"day": "2026-01-18"})["source"] == "manual"


def test_manual_activity_has_an_earliest_day(team, open_app):
    app = open_app("person", id="ada", period="7")
    assert app.date_input(key="manual-day").min == EARLIEST.date()
