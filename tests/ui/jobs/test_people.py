from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analytics import UserProfile, user_profile
from ingest.manual import PersonChange
from store.import_log import recover
from tests.factories import load, make_event, make_request
from ui.jobs.people import add_activity, change_person
from ui.jobs.runner import Cancelled, Job, Runner

ADA = UserProfile(user_id="user-ada", name="Ada", email="ada@example.com")
NINE = datetime(2026, 1, 20, 9, tzinfo=UTC)
CHANGE = PersonChange("ada@example.com", "", {"role": "devops"}, "")


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


def test_add_activity_counts_events_and_change_person_counts_none(store):
    assert run(add_activity(ADA, NINE, "user_prompt")).counts == {"inserted": 1}
    assert run(add_activity(ADA, NINE, "user_prompt")).counts == {"inserted": 0}
    assert run(change_person(CHANGE)).counts == {}
    assert user_profile(store, "user-ada").role == "devops"


def test_a_job_cancelled_before_its_refresh_is_completed_by_recovery(store):
    runner = Runner(Job("test"))
    report = runner.report

    def stop(done: int, total: int, label: str) -> None:
        runner.stop()
        report(done, total, label)

    runner.report = stop
    with pytest.raises(Cancelled):
        change_person(CHANGE)(runner)
    assert user_profile(store, "user-ada").role != "devops"
    assert recover(store) == 1
    assert user_profile(store, "user-ada").role == "devops"
