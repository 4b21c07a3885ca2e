from __future__ import annotations

import threading
from datetime import date
from datetime import time as clock

import pytest

from analytics import Filters, tokens_by_role, user_profile
from store.time_bounds import EARLIEST
from tests.pages.test_data import wait
from tests.ui.apps import metrics, texts
from ui.jobs.runner import jobs

JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))


def edit(app, **fields: str) -> None:
    for name, value in fields.items():
        box = app.selectbox if name in ("role", "department") else app.text_input
        box(key=f"edit-{name}").set_value(value)
    submit(app, "Review the change")


def submit(app, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_a_person_is_told_with_days_models_and_sessions(team, open_app):
    app = open_app("person", id="ada", period="7")
    assert not app.exception
    assert metrics(app) == {
        "Active days": "1",
        "Sessions": "1",
        "Prompts": "1",
        "Tokens": "370",
        "Cost": "$0.50",
    }
    said = texts(app)
    assert "Not in roster" in said
    assert "derived from department and level" in said
    assert len(app.get("vega_lite_chart")) == 4
    assert len(app.dataframe[0].value) == 1


def test_filters_by_role_do_not_hide_a_person(team, open_app):
    app = open_app("person", id="ada", period="7", role="devops")
    assert metrics(app)["Prompts"] == "1"
    assert "do not apply on this page" in texts(app)


def test_a_quiet_period_is_named_and_the_calendar_stays(team, open_app):
    app = open_app("person", id="ada", range=["2026-01-08", "2026-01-09"])
    assert not app.exception
    assert "Nothing in this period" in texts(app)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize(
    ("asked", "why"),
    [({}, "choose one from the list"), ({"id": "nobody"}, "may have been deleted")],
)
def test_an_unknown_person_is_said_to_be_unknown(team, open_app, asked, why):
    app = open_app("person", **asked)
    assert not app.exception
    assert "There is no such person" in texts(app)
    assert why in texts(app)


def test_a_change_from_a_day_on_leaves_the_days_before_as_they_were(team, open_app):
    app = open_app("person", id="ada", period="7")
    app.date_input(key="edit-from").set_value(date(2026, 1, 15))
    edit(app, role="tech_lead", level="L7")
    assert "**Role**: nothing → Tech lead" in texts(app)
    assert "It counts from 15 Jan 2026 on" in texts(app)
    app.button(key="save-person").click().run()
    wait(app)
    ada = user_profile(team, "ada")
    assert (ada.role, ada.level, ada.is_listed) == ("tech_lead", "L7", True)
    assert [post.until_day for post in ada.history] == ["2026-01-15"]
    by_role = tokens_by_role(team, JANUARY).set_index("role")["api_requests"]
    # Linus leads already, with a request before that day and one after
    assert (by_role["tech_lead"], by_role["data_scientist"]) == (2 + 1, 1)
    assert "Until 15 January 2026" in texts(app)


def test_the_role_that_follows_from_a_department_is_told_before_it_is_saved(team, open_app):
    app = open_app("person", id="ada", period="7")
    edit(app, department="Platform Engineering")
    assert "**Role**: Data scientist → DevOps, by rule" in texts(app)


def test_a_correction_counts_for_all_days(team, open_app):
    app = open_app("person", id="ada", period="7")
    app.button_group(key="edit-when").set_value("Always, it was wrong")
    edit(app, role="tech_lead")
    app.button(key="save-person").click().run()
    wait(app)
    assert user_profile(team, "ada").history == ()
    by_role = tokens_by_role(team, JANUARY).set_index("role")["api_requests"]
    assert "data_scientist" not in by_role


def test_a_running_job_is_shown_again_below_the_forms_that_start_it(team, open_app):
    may_end = threading.Event()
    jobs().start("Changing Ada", lambda run: may_end.wait(60))
    app = open_app("person", id="ada")
    labels = [button.label for button in app.main.button]
    may_end.set()
    assert not app.exception
    assert labels.index("Cancel") < labels.index("Review the change")
    assert labels[-1] == "Cancel"
    wait(app)
    assert "Cancel" not in [button.label for button in app.main.button]


def test_no_difference_is_no_change(team, open_app):
    app = open_app("person", id="ada", period="7")
    edit(app)
    assert app.toast[0].value == "Nothing is different."
    assert not user_profile(team, "ada").is_listed


def test_an_activity_entered_by_hand_counts_and_is_marked_as_such(team, open_app):
    app = open_app("person", id="ada", period="7")
    app.date_input(key="manual-day").set_value(date(2026, 1, 18))
    app.time_input(key="manual-time").set_value(clock(9, 30))
    submit(app, "Enter")
    wait(app)
    assert metrics(app)["Prompts"] == "2"
    assert metrics(app)["Active days"] == "2"
    assert team["event_buckets"].find_one({"day": "2026-01-18"})["source"] == "manual"


def test_an_activity_before_there_was_an_agent_is_not_entered(team, open_app):
    app = open_app("person", id="ada", period="7")
    assert app.date_input(key="manual-day").min == EARLIEST.date()
