"""Events and failed sign-ins of the audit log."""

from __future__ import annotations

from datetime import date, timedelta

from analytics import Filters
from analytics.saas import audit_events_by_action, failed_logins_by_address
from tests.saas_factories import NOON, load_saas, make

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_actions_are_ranked_by_how_often_they_occur(db):
    load_saas(
        db,
        *(make("audit_logs", n) for n in range(3)),
        make("audit_logs", 3, action="login_failed", severity="warning"),
        make("audit_logs", 4, timestamp=NOON + timedelta(days=2)),
    )
    assert audit_events_by_action(db, SCOPE).to_numpy().tolist() == [
        ["login_success", "info", 3, 0.75],
        ["login_failed", "warning", 1, 0.25],
    ]


def test_failures_without_an_address_are_counted_too(db):
    load_saas(
        db,
        make("audit_logs", 1, action="login_failed"),
        make("audit_logs", 2, action="login_failed", ip_address=None),
        make("audit_logs", 3, action="login_failed", ip_address=None),
        make("audit_logs", 4),
    )
    frame = failed_logins_by_address(db, SCOPE).fillna({"ip_address": "-"})
    counted = dict(zip(frame["ip_address"], frame["failed_logins"], strict=True))
    assert counted == {"-": 2, "10.0.0.1": 1}
