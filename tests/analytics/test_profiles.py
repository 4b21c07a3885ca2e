from __future__ import annotations

import pytest
from pymongo.database import Database

from analytics import UserNotFound, user_profile
from analytics.profiles import FormerPost
from analytics.store.directory import apply_people
from analytics.store.refresh import refresh_people
from tests.factories import later, load, make_request


def test_somebody_whom_no_directory_lists_is_known_by_their_events(db: Database) -> None:
    load(db, make_request(department="Data Engineering"))
    ada = user_profile(db, "user-ada")
    assert (ada.name, ada.email) == ("ada@example.com", "ada@example.com")
    assert (ada.role, ada.role_basis, ada.level) == ("data_scientist", "derived", "")
    assert (ada.first_seen_at, ada.is_seen, ada.is_listed) == (later(), True, False)
    assert ada.history == ()


def test_the_directory_says_who_somebody_is_and_was(db: Database) -> None:
    load(db, make_request())
    past = [{"until_day": "2026-01-01", "role": "junior_dev", "department": "Apps"}]
    row = {"email": "ada@example.com", "name": "Ada", "role": "tech_lead", "history": past}
    refresh_people(db, apply_people(db, [row]).touched)
    ada = user_profile(db, "user-ada")
    assert (ada.name, ada.role, ada.role_basis) == ("Ada", "tech_lead", "directory")
    assert ada.history == (
        FormerPost(until_day="2026-01-01", role="junior_dev", department="Apps"),
    )


def test_somebody_of_whom_nothing_came_is_there(db: Database) -> None:
    refresh_people(db, apply_people(db, [{"email": "new@example.com"}]).touched)
    new = user_profile(db, "new@example.com")
    assert (new.is_seen, new.is_listed, new.first_seen_at) == (False, True, None)


def test_a_stranger_is_named(db: Database) -> None:
    with pytest.raises(UserNotFound, match="stranger"):
        user_profile(db, "stranger")
