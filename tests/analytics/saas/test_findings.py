"""The order and severity of security findings."""

from __future__ import annotations

from datetime import date, timedelta

from analytics import Filters
from analytics.saas import (
    failed_logins_by_address,
    security_events_per_day,
    security_findings,
)
from tests.saas_factories import NOON, identity, load_saas, make

JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))


def failed_logins(address, count):
    return [
        make(
            "audit_logs",
            (address, n),
            action="login_failed",
            ip_address=address,
            user_id=identity("users", n),
            timestamp=NOON + timedelta(minutes=n),
        )
        for n in range(count)
    ]


def uses(number, token, count, **fields):
    return [
        make(
            "requests",
            (number, n),
            token_id=token[1]["id"],
            timestamp=NOON + timedelta(minutes=n + 1),
            **fields,
        )
        for n in range(count)
    ]


def test_a_breach_outranks_any_number_of_rejected_requests(db):
    one, two = (make("tokens", n, revoked=True, revoked_at=NOON) for n in (1, 2))
    load_saas(
        db,
        *(one, two),
        *uses(1, one, 1, status_code=200),
        *uses(2, two, 12, status_code=401),
        *failed_logins("10.0.0.1", 25),
        *failed_logins("10.0.0.2", 5),
        *failed_logins("10.0.0.3", 1),
        make("requests", "limited", status_code=429, rate_limited=True, session_id=identity("s")),
    )
    findings = security_findings(db, JANUARY)
    columns = (findings[name] for name in ("severity", "subject", "events"))
    assert list(zip(*columns, strict=True)) == [
        ("critical", one[1]["id"], 1),
        ("high", "10.0.0.1", 25),
        ("high", two[1]["id"], 12),
        ("medium", "10.0.0.2", 5),
        ("low", "10.0.0.3", 1),
        ("low", identity("s"), 1),
    ]


def test_an_account_is_named_only_if_it_is_the_only_one(db):
    load_saas(db, *failed_logins("10.0.0.1", 2), *failed_logins("10.0.0.2", 1))
    findings = security_findings(db, JANUARY).set_index("subject")
    assert findings["accounts"].to_dict() == {"10.0.0.1": 2, "10.0.0.2": 1}
    assert findings["user_id"].isna().to_dict() == {"10.0.0.1": True, "10.0.0.2": False}


def test_addresses_are_ranked_by_failures_with_their_span(db):
    load_saas(db, *failed_logins("10.0.0.1", 2), *failed_logins("10.0.0.2", 3))
    frame = failed_logins_by_address(db, JANUARY)
    assert list(frame["ip_address"]) == ["10.0.0.2", "10.0.0.1"]
    assert list(frame["accounts"]) == [3, 2]
    assert frame["first_at"][0] == NOON
    assert frame["last_at"][0] == NOON + timedelta(minutes=2)


def test_each_day_counts_what_was_found_on_it(db):
    token = make("tokens", 1, revoked=True, revoked_at=NOON)
    ended = {"is_active": False, "last_activity_at": NOON}
    late = {"timestamp": NOON + timedelta(days=1), "session_id": identity("sessions", 1)}
    load_saas(
        db,
        token,
        make("sessions", 1, **ended),
        *uses(1, token, 2),
        *failed_logins("10.0.0.1", 3),
        make("requests", "late", **late, rate_limited=True),
    )
    scope = Filters(NOON.date(), NOON.date() + timedelta(days=3))
    frame = security_events_per_day(db, scope).drop(columns="day")
    assert frame.to_numpy().tolist() == [[3, 2, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]]
