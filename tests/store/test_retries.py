"""Repetition of work whose connection was lost within a cursor."""

from __future__ import annotations

import pytest
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from store.connection import connect
from store.events.write import write_events
from store.people.directory import apply_people
from store.retries import repeated
from store.rollups.refresh import rebuild, refresh, refresh_people, refresh_utc_days
from tests.factories import dump, load, make_request

DAY = "2026-01-20"
PERSON = {"email": "ada@example.com", "department": "Frontend"}
# More than fit into the first part of an answer
EVENTS = [make_request(session_id=f"session-{number}") for number in range(150)]
IDS = [f"{DAY}T12|session-{number}" for number in range(150)]


def test_what_reads_on_survives_a_lost_connection(replica_set, db_name):
    db = connect(replica_set.url, db_name)
    apply_people(db, [PERSON])
    load(db, *EVENTS)
    expected = dump(db)
    lost = {"failCommands": ["getMore"], "closeConnection": True}
    for work in (
        lambda: write_events(db, EVENTS),
        lambda: refresh(db, IDS),
        lambda: refresh_utc_days(db, [DAY]),
        lambda: refresh_people(db, [PERSON["email"]]),
        lambda: rebuild(db),
    ):
        db.client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=lost)
        work()
        left = db.client.admin.command("configureFailPoint", "failCommand", mode="off")
        assert left["ok"]
        assert dump(db) == expected


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (AutoReconnect("lost"), 2),
        (ServerSelectionTimeoutError("waited for already"), 1),
        (OperationFailure("no such stage", 40324), 1),
    ],
    ids=["lost connection", "no server", "rejected"],
)
def test_only_a_lost_connection_is_worth_another_attempt(error, attempts):
    made = []

    @repeated
    def work() -> None:
        made.append(1)
        raise error

    with pytest.raises(type(error)):
        work()
    assert len(made) == attempts
