"""Answers of `analytics.person` to literal events."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pymongo.database import Database

from analytics import Filters, UserNotFound, user_activity, user_models, user_profile, user_tools
from analytics.person import PastPosition
from store.people.directory import apply_people
from store.rollups.refresh import refresh_people
from store.settings import set_reporting_zone
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


def test_unknown_user_has_no_events(db: Database) -> None:
    load(db, make_request())
    assert user_activity(db, SCOPE, "missing").empty


@pytest.mark.parametrize("sessions_at_once", [1, 2, 25])
def test_only_the_latest_are_listed_however_they_are_read(
    db: Database, monkeypatch: pytest.MonkeyPatch, sessions_at_once: int
) -> None:
    monkeypatch.setattr("analytics.person.MAX_ACTIVITY", 4)
    monkeypatch.setattr("analytics.person._SESSIONS_AT_ONCE", sessions_at_once)
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


USAGE_SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 23))


def test_models_are_ranked_by_what_the_person_spent_on_them(db: Database) -> None:
    load(
        db,
        make_request(model="claude-haiku-4-5", cost_usd=0.25),
        make_request(timestamp=later(minutes=1)),
        make_request(session_id="b", timestamp=later(minutes=2)),
        make_request(session_id="b", timestamp=later(minutes=3), model="new", cost_usd=None),
        make_request(session_id="c", user_id="user-grace", email=None),
        make_request(session_id="d", timestamp=later(days=30)),
    )
    assert user_models(db, USAGE_SCOPE, "user-ada").to_numpy().tolist() == [
        ["claude-opus-4-6", 2, 2, 740, 1.0, 0],
        ["claude-haiku-4-5", 1, 1, 370, 0.25, 0],
        ["new", 1, 1, 370, 0.0, 1],
    ]
    assert user_models(db, USAGE_SCOPE, "missing").empty


def test_tools_are_ranked_by_calls(db: Database) -> None:
    calls = [("Bash", True), ("Bash", False), ("Read", True), (None, True)]
    load(
        db,
        make_request(),
        *(
            make_event(
                "tool_result", timestamp=later(minutes=n), tool_name=tool, is_success=is_success
            )
            for n, (tool, is_success) in enumerate(calls)
        ),
    )
    assert user_tools(db, USAGE_SCOPE, "user-ada").to_numpy().tolist() == [
        ["Bash", 1, 2, 1, 0.5],
        ["Read", 1, 1, 0, 1.0],
        ["unknown", 1, 1, 0, 1.0],
    ]


def test_blank_id_is_no_user_instead_of_all(db: Database) -> None:
    load(db, make_request(), make_event("tool_result", tool_name="Bash", is_success=True))
    assert user_models(db, USAGE_SCOPE, "").empty
    assert user_tools(db, USAGE_SCOPE, "").empty


def test_profile_of_an_unlisted_user_comes_from_events(db: Database) -> None:
    load(db, make_request(department="Data Engineering"))
    ada = user_profile(db, "user-ada")
    assert (ada.name, ada.email) == ("ada@example.com", "ada@example.com")
    assert (ada.role, ada.role_basis, ada.level) == ("data_scientist", "derived", "")
    assert (ada.first_seen_at, ada.is_seen, ada.is_listed) == (later(), True, False)
    assert ada.history == ()


def test_profile_has_present_and_past_positions_of_the_directory(db: Database) -> None:
    load(db, make_request())
    past = [{"until_day": "2026-01-01", "role": "junior_dev", "department": "Apps"}]
    row = {"email": "ada@example.com", "name": "Ada", "role": "tech_lead", "history": past}
    refresh_people(db, apply_people(db, [row]).touched)
    ada = user_profile(db, "user-ada")
    assert (ada.name, ada.role, ada.role_basis) == ("Ada", "tech_lead", "directory")
    assert ada.history == (
        PastPosition(until_day="2026-01-01", role="junior_dev", department="Apps"),
    )


def test_profile_of_a_user_without_events(db: Database) -> None:
    refresh_people(db, apply_people(db, [{"email": "new@example.com"}]).touched)
    new = user_profile(db, "new@example.com")
    assert (new.is_seen, new.is_listed, new.first_seen_at) == (False, True, None)


def test_unknown_user_is_named_in_the_error(db: Database) -> None:
    with pytest.raises(UserNotFound, match="missing"):
        user_profile(db, "missing")
