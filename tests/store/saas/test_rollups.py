"""Rows of the SaaS rollups of one day."""

from __future__ import annotations

from datetime import timedelta

from store.saas import rollups
from store.saas.rollups import Invalidations, SaasDay, user_rows
from tests.saas_factories import NOON, identity, make

LATER = NOON + timedelta(minutes=5)


def fold(requests=(), audit_logs=(), sessions=(), tokens=()):
    lapses = Invalidations({}, {})
    for token in tokens:
        lapses.add_token(token)
    for session in sessions:
        lapses.add_session(session)
    day = SaasDay(lapses)
    for request in requests:
        day.add_request(request)
    for entry in audit_logs:
        day.add_audit_log(entry)
    for session in sessions:
        day.add_session(session)
    return day.rows()


def request(number=1, **fields):
    return make("requests", number, **fields)[1]


def test_brute_force_without_a_session_is_counted():
    [row] = fold([request(status_code=401), request(2, status_code=401)])["saas_daily_requests"]
    assert row == {"status_code": 401, "requests": 2, "without_session": 2, "without_token": 2}


def test_a_request_without_a_status_is_no_failure():
    rows = fold([request(status_code=None)])
    assert rows["saas_daily_requests"] == [
        {"requests": 1, "without_session": 1, "without_token": 1}
    ]
    assert rows["saas_daily_endpoints"] == [{"endpoint": "/api/users", "requests": 1}]


def test_bytes_stay_bytes_and_durations_are_sketched():
    [row] = fold([request(request_size_bytes=7, response_size_bytes=9, response_time_ms=0)])[
        "saas_daily_endpoints"
    ]
    assert (row["request_bytes"], row["response_bytes"]) == (7, 9)
    assert (row["buckets"], row["counts"]) == ([-1], [1])


def test_a_limited_request_keeps_the_status_it_ended_with():
    rows = fold([request(status_code=401, rate_limited=True, session_id=identity("s"))])
    [row] = rows["saas_daily_requests"]
    assert (row["status_code"], row["rate_limited"]) == (401, 1)
    [finding] = rows["saas_daily_security"]
    assert (finding["finding"], finding["subject"]) == ("rate_limited", identity("s"))


def test_a_token_is_misused_only_after_its_revocation():
    token = make("tokens", 1, user_id=identity("ada"), revoked=True, revoked_at=NOON)[1]
    moments = (NOON - timedelta(minutes=1), NOON, LATER)
    requests = [
        request(number, token_id=token["id"], timestamp=moment)
        for number, moment in enumerate(moments)
    ]
    [row] = fold(requests, tokens=[token])["saas_daily_security"]
    assert row == {
        "finding": "token_reuse",
        "user_id": identity("ada"),
        "subject": token["id"],
        "events": 1,
        "succeeded": 1,
        "first_at": LATER,
        "last_at": LATER,
    }


def test_token_revoked_at_an_unknown_moment_is_no_finding():
    token = make("tokens", 1, revoked=True)[1]
    assert fold([request(token_id=token["id"])], tokens=[token])["saas_daily_security"] == []


def test_a_session_that_is_open_has_no_end():
    ended = make("sessions", 1, last_activity_at=NOON, is_active=False)[1]
    is_open = make("sessions", 2, last_activity_at=NOON, is_active=True)[1]
    requests = [
        request(number, session_id=session["id"], timestamp=LATER)
        for number, session in enumerate((ended, is_open))
    ]
    [row] = fold(requests, sessions=[ended, is_open])["saas_daily_security"]
    assert (row["finding"], row["subject"]) == ("request_after_session_end", ended["id"])


def test_failed_sign_ins_come_from_the_audit_log():
    entries = [
        make("audit_logs", number, action="login_failed", severity="warning", timestamp=moment)[1]
        for number, moment in enumerate((LATER, NOON))
    ]
    rows = fold(audit_logs=entries)
    assert rows["saas_daily_audits"] == [
        {"action": "login_failed", "severity": "warning", "events": 2}
    ]
    [row] = rows["saas_daily_security"]
    assert (row["subject"], row["events"]) == ("10.0.0.1", 2)
    assert (row["first_at"], row["last_at"]) == (NOON, LATER)


def test_sessions_add_up_by_country_and_by_device():
    sessions = [
        make("sessions", 1, duration_seconds=60, is_active=True, city="Berlin")[1],
        make("sessions", 2, duration_seconds=None, city="Berlin")[1],
    ]
    rows = fold(sessions=sessions)
    counted = {"sessions": 2, "active_sessions": 1, "timed_sessions": 1, "duration_seconds": 60}
    assert rows["saas_daily_countries"] == [{"country": "DE", "city": "Berlin", **counted}]
    device = {"device_type": "desktop", "browser": "Firefox", "os": "Linux"}
    assert rows["saas_daily_devices"] == [device | counted]


def test_the_rarest_subjects_of_a_flood_share_a_row(monkeypatch):
    monkeypatch.setattr(rollups, "MAX_SUBJECTS", 2)
    entries = [
        make("audit_logs", (address, n), action="login_failed", ip_address=f"10.0.0.{address}")[1]
        for address in range(1, 6)
        for n in range(address)
    ]
    rows = fold(audit_logs=entries)["saas_daily_security"]
    assert {row.get("subject"): row["events"] for row in rows} == {
        None: 3 + 2 + 1,
        "10.0.0.4": 4,
        "10.0.0.5": 5,
    }


def test_accounts_are_counted_by_status_and_role():
    users = [
        make("users", 1, mfa_enabled=True, last_login_at=NOON, failed_login_attempts=2)[1],
        make("users", 2, mfa_enabled=False)[1],
        make("users", 3, status=None, role="admin")[1],
    ]
    assert user_rows(users) == [
        {
            "status": "active", "role": "user", "users": 2, "mfa_users": 1,
            "never_signed_in": 1, "failed_login_attempts": 2,
        },
        {
            "status": "unknown", "role": "admin", "users": 1, "mfa_users": 1,
            "never_signed_in": 1, "failed_login_attempts": 0,
        },
    ]  # fmt: skip
