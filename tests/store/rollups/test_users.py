"""Summaries of users, from those of their sessions."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from store.people.directory import Directory
from store.rollups.users import fold_user
from tests.factories import NOON, later, make_event
from tests.facts import session_of

UTC_ZONE = ZoneInfo("UTC")


def test_a_person_is_seen_from_the_first_to_the_last_event():
    first = session_of(make_event("hook"))
    second = session_of(
        make_event("user_prompt", timestamp=later(hours=30), session_id="session-b"),
        session="session-b",
    )
    user = fold_user("user-ada", [second, first], UTC_ZONE, Directory([]))
    assert (user["first_seen_at"], user["last_seen_at"]) == (NOON, later(hours=30))
    assert user["first_prompt_day"] == "2026-01-21"


def test_a_person_without_sessions_is_none():
    assert fold_user("user-ada", [], UTC_ZONE, Directory([])) is None
