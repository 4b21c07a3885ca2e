"""Accounts as they are now, whatever the days in scope."""

from __future__ import annotations

from datetime import date

from analytics import Filters
from analytics.saas import account_list, user_status
from tests.saas_factories import NOON, identity, load_saas, make

LONG_AGO = Filters(date(1999, 1, 1), date(1999, 1, 2))


def test_accounts_are_counted_by_status_and_role(db):
    load_saas(
        db,
        make("users", 1, last_login_at=NOON),
        make("users", 2, mfa_enabled=False, failed_login_attempts=2),
        make("users", 3, status="blocked", failed_login_attempts=1),
    )
    frame = user_status(db, LONG_AGO)
    assert frame.to_numpy().tolist() == [
        ["active", "user", 2, 1, 0.5, 1, 2],
        ["blocked", "user", 1, 1, 1.0, 1, 1],
    ]


def test_accounts_are_listed_by_name(db):
    load_saas(
        db,
        make("users", 1, username="grace", role="admin", failed_login_attempts=3),
        make("users", 2, username="ada", email="ada@example.com"),
    )
    frame = account_list(db, LONG_AGO)
    assert list(frame["username"]) == ["ada", "grace"]
    assert list(frame["user_id"]) == [identity("users", 2), identity("users", 1)]
    assert list(frame["failed_login_attempts"]) == [0, 3]
