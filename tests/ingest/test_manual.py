from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics import UserProfile, user_profile
from ingest.manual import PersonChange, activity_event, add_activity, change_person
from store.import_log import recover
from tests.factories import load, make_event, make_request

ADA = UserProfile(user_id="user-ada", name="Ada", email="ada@example.com")
NINE = datetime(2026, 1, 20, 9, tzinfo=UTC)


@pytest.fixture
def store(db):
    load(db, make_event("user_prompt"), make_request())
    return db


def test_activity_event_has_the_utc_time_and_only_known_fields():
    berlin = datetime(2026, 1, 20, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    event = activity_event(ADA, berlin, "user_prompt")
    assert event["timestamp"] == NINE
    assert event == activity_event(ADA, NINE, "user_prompt")
    assert set(event) == {"id", "timestamp", "event_type", "source", "user_id", "email", "name"}


def test_an_activity_added_twice_is_one_event(store):
    new, known = {"inserted": 1, "unchanged": 0}, {"inserted": 0, "unchanged": 1}
    assert add_activity(store, ADA, NINE, "user_prompt") == new
    assert add_activity(store, ADA, NINE, "user_prompt") == known
    assert add_activity(store, ADA, NINE + timedelta(minutes=1), "user_prompt") == new


def test_add_activity_keeps_the_department_of_a_user_outside_the_directory(store):
    load(store, make_request(user_id="x", email=None, department="Sales", session_id="s"))
    user = user_profile(store, "x")
    add_activity(store, user, NINE + timedelta(days=1), "manual_activity")
    assert user_profile(store, "x").department == "Sales"


def test_each_entry_stands_in_the_import_log(store):
    add_activity(store, ADA, NINE, "tool_result")
    change_person(store, PersonChange("ada@example.com", "", {"name": "Ada"}, ""))
    runs = list(store["imports"].find({}))
    assert {run["name"] for run in runs} == {"activity of Ada", "edit of ada@example.com"}
    assert {run["state"] for run in runs} == {"done"}


def test_change_person_lists_a_user_without_an_address_by_id(store):
    load(store, make_request(user_id="x", email=None, session_id="s"))
    change_person(store, PersonChange("x@example.com", "x", {"role": "tech_lead"}, ""))
    user = user_profile(store, "x")
    assert (user.role, user.is_listed) == ("tech_lead", True)


def test_recovery_completes_a_change_stopped_before_its_refresh(store):
    def stop(done: int, total: int, label: str) -> None:
        raise KeyboardInterrupt

    change = PersonChange("ada@example.com", "", {"role": "devops"}, "")
    with pytest.raises(KeyboardInterrupt):
        change_person(store, change, stop)
    assert user_profile(store, "user-ada").role != "devops"
    assert recover(store) == 1
    assert user_profile(store, "user-ada").role == "devops"
