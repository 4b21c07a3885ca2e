from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics import UserProfile, user_profile
from store.import_log import recover
from tests.factories import load, make_event, make_request
from ui.jobs.people import PersonChange, add_activity, change_person, manual_event
from ui.jobs.runner import Cancelled, Job, Runner

ADA = UserProfile(user_id="user-ada", name="Ada", email="ada@example.com")
NINE = datetime(2026, 1, 20, 9, tzinfo=UTC)


@pytest.fixture
def store(db, mongo_url, db_name, monkeypatch):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    load(db, make_event("user_prompt"), make_request())
    return db


def run(work) -> Job:
    job = Job("test")
    work(Runner(job))
    return job


def test_an_activity_has_the_time_of_its_zone_and_no_field_that_is_not_known():
    berlin = datetime(2026, 1, 20, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    event = manual_event(ADA, berlin, "user_prompt")
    assert event["timestamp"] == NINE
    assert event == manual_event(ADA, NINE, "user_prompt")
    assert set(event) == {"id", "timestamp", "event_type", "source", "user_id", "email", "name"}


def test_an_activity_entered_twice_is_one_event(store):
    assert run(add_activity(ADA, NINE, "user_prompt")).counts == {"inserted": 1}
    assert run(add_activity(ADA, NINE, "user_prompt")).counts == {"inserted": 0}
    later = NINE + timedelta(minutes=1)
    assert run(add_activity(ADA, later, "user_prompt")).counts == {"inserted": 1}


def test_an_activity_keeps_what_is_known_of_somebody_whom_no_directory_lists(store):
    load(store, make_request(user_id="x", email=None, department="Sales", session_id="s"))
    run(add_activity(user_profile(store, "x"), NINE + timedelta(days=1), "manual_activity"))
    assert user_profile(store, "x").department == "Sales"


def test_each_job_stands_in_the_ledger(store):
    run(add_activity(ADA, NINE, "tool_result"))
    run(change_person(PersonChange("ada@example.com", "", {"name": "Ada"}, "")))
    entries = list(store["imports"].find({}))
    assert {entry["name"] for entry in entries} == {"activity of Ada", "edit of ada@example.com"}
    assert {entry["state"] for entry in entries} == {"done"}


def test_somebody_without_an_address_is_listed_by_their_id(store):
    load(store, make_request(user_id="x", email=None, session_id="s"))
    run(change_person(PersonChange("x@example.com", "x", {"role": "tech_lead"}, "")))
    assert (user_profile(store, "x").role, user_profile(store, "x").is_listed) == (
        "tech_lead",
        True,
    )


def test_what_a_stopped_job_left_is_made_true_by_the_next_start(store):
    runner = Runner(Job("test"))
    real = runner.step

    def stop(title: str) -> None:
        real(title)
        if title == "Counting anew":
            runner.stop()

    runner.step = stop
    with pytest.raises(Cancelled):
        change_person(PersonChange("ada@example.com", "", {"role": "devops"}, ""))(runner)
    assert user_profile(store, "user-ada").role != "devops"
    assert recover(store) == 1
    assert user_profile(store, "user-ada").role == "devops"
