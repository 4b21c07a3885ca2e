from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pymongo.database import Database

from analytics import Filters, user_activity
from analytics.store.settings import set_reporting_zone
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_the_latest_event_comes_first_whatever_its_session(db: Database) -> None:
    load(
        db,
        make_request(timestamp=later(minutes=0), session_id="a"),
        make_request(timestamp=later(minutes=1), session_id="b"),
        make_request(timestamp=later(minutes=2), session_id="a"),
        make_event("hook", timestamp=later(minutes=3), session_id=None),
    )
    frame = user_activity(db, SCOPE, "user-ada")
    assert frame["timestamp"].to_list() == [later(minutes=n) for n in (3, 2, 1, 0)]
    assert frame["session_id"].fillna("-").to_list() == ["-", "a", "b", "a"]


def test_only_the_persons_own_events_on_the_days_in_scope_are_listed(db: Database) -> None:
    set_reporting_zone(db, "Asia/Kathmandu")  # 5:45 ahead
    inside = [
        datetime(2026, 1, 19, 18, 15, tzinfo=UTC),
        datetime(2026, 1, 21, 18, 14, 59, tzinfo=UTC),
    ]
    outside = [
        datetime(2026, 1, 19, 18, 14, 59, tzinfo=UTC),
        datetime(2026, 1, 21, 18, 15, tzinfo=UTC),
    ]
    load(
        db,
        *(make_request(timestamp=moment) for moment in inside + outside),
        make_request(user_id="user-bob", session_id="b"),
    )
    assert user_activity(db, SCOPE, "user-ada")["timestamp"].to_list() == inside[::-1]


def test_sources_and_roles_are_applied(db: Database) -> None:
    data = {"department": "Data"}
    load(db, make_request(**data), make_request(**data, source="otlp", timestamp=later(minutes=1)))
    otlp = Filters(SCOPE.start, SCOPE.end, sources=["otlp"], roles=["data_scientist"])
    assert user_activity(db, otlp, "user-ada")["source"].to_list() == ["otlp"]
    devops = Filters(SCOPE.start, SCOPE.end, roles=["devops"])
    assert user_activity(db, devops, "user-ada").empty


def test_somebody_unknown_did_nothing(db: Database) -> None:
    load(db, make_request())
    assert user_activity(db, SCOPE, "nobody").empty


@pytest.mark.parametrize("sessions_at_once", [1, 2, 25])
def test_only_the_latest_are_listed_however_they_are_read(
    db: Database, monkeypatch: pytest.MonkeyPatch, sessions_at_once: int
) -> None:
    monkeypatch.setattr("analytics.diary.MAX_ACTIVITY", 4)
    monkeypatch.setattr("analytics.diary._SESSIONS_AT_ONCE", sessions_at_once)
    minutes = {"a": [0, 9], "b": [1, 2, 3], "c": [4, 8], "d": [5, 6, 7]}
    load(
        db,
        *(
            make_request(session_id=session, timestamp=later(minutes=minute))
            for session, its in minutes.items()
            for minute in its
        ),
    )
    frame = user_activity(db, SCOPE, "user-ada")
    assert frame["timestamp"].to_list() == [later(minutes=n) for n in (9, 8, 7, 6)]
