"""Every question about the SaaS data set against naive pandas over the same random records."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import Filters
from analytics import saas as ask
from store.settings import set_reporting_zone
from tests.analytics.saas.oracle import Oracle, failed, nearest_rank
from tests.factories import new_database
from tests.saas_factories import datasets, load_saas, mapped

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"]
_OURS = Path(__file__).read_text(encoding="utf-8")
SCOPES = [
    Filters(date(2026, 1, 1), date(2026, 2, 1)),
    Filters(date(2026, 1, 21), date(2026, 1, 23), roles=["not applied"]),
]


def story(url, dataset, zone, filters) -> tuple:
    """Return a store that holds the records, and what knows the answers."""
    db = new_database(url)
    set_reporting_zone(db, zone)
    load_saas(db, *mapped(dataset))
    return db, Oracle(dataset, filters, zone)


stories = given(dataset=datasets(), zone=st.sampled_from(ZONES), filters=st.sampled_from(SCOPES))
few = settings(max_examples=12)


def test_every_question_is_compared_with_a_naive_answer():
    compared = {name for name in ask.__all__ if re.search(rf"\bask\.{name}\(", _OURS)}
    assert compared == set(ask.__all__)


@few
@stories
def test_traffic_is_what_the_requests_say(mongo_url, dataset, zone, filters):
    db, oracle = story(mongo_url, dataset, zone, filters)
    assert list(ask.day_list(db, filters)["day"]) == sorted(
        {day for day, n in zip(oracle.days, oracle.per_day(len, oracle.requests), strict=True) if n}
    )
    traffic = ask.requests_per_day(db, filters)
    limited = ask.rate_limited_per_day(db, filters)
    assert list(traffic["day"]) == oracle.days
    for frame, column, count in (
        (traffic, "requests", len),
        (traffic, "errors", failed),
        (traffic, "without_session", lambda day: _missing(day, "session_id")),
        (traffic, "without_token", lambda day: _missing(day, "token_id")),
        (traffic, "response_bytes", lambda day: _total(day, "response_size_bytes")),
        (limited, "rate_limited", lambda day: _total(day, "rate_limited")),
        (limited, "rejected", lambda day: _with_status(day, 429)),
    ):
        assert list(frame[column]) == oracle.per_day(count, oracle.requests), column


@few
@stories
def test_outcomes_are_what_the_requests_say(mongo_url, dataset, zone, filters):
    db, oracle = story(mongo_url, dataset, zone, filters)
    by_status = ask.requests_by_status(db, filters)
    expected = Counter(oracle.requests.get("status_code", pd.Series()).fillna(0).astype(int))
    statuses = by_status["status_code"].fillna(0).astype(int)
    assert dict(zip(statuses, by_status["requests"], strict=True)) == dict(expected)
    assert by_status["share"].sum() == pytest.approx(1 if expected else 0)
    endpoints = ask.requests_by_endpoint(db, filters).set_index("endpoint")
    assert endpoints["requests"].sum() == len(oracle.requests)
    for name, requests in _groups(oracle.requests, "endpoint"):
        row = endpoints.loc[name]
        assert row["requests"] == len(requests)
        assert row["error_rate"] == failed(requests) / len(requests)
        assert _close(row["p50_ms"], nearest_rank(requests["response_time_ms"], 0.5))
        assert _close(row["p95_ms"], nearest_rank(requests["response_time_ms"], 0.95))


@few
@stories
def test_response_times_of_a_day_are_within_a_percent(mongo_url, dataset, zone, filters):
    db, oracle = story(mongo_url, dataset, zone, filters)
    frame = ask.response_time_per_day(db, filters)
    for column, share in (("p50_ms", 0.5), ("p95_ms", 0.95)):
        expected = oracle.per_day(
            lambda day, share=share: nearest_rank(day.get("response_time_ms", pd.Series()), share),
            oracle.requests,
        )
        assert all(map(_close, frame[column], expected))


@few
@stories
def test_findings_are_what_comparing_each_with_each_finds(mongo_url, dataset, zone, filters):
    db, oracle = story(mongo_url, dataset, zone, filters)
    events = oracle.findings()
    findings = ask.security_findings(db, filters)
    expected = defaultdict(list)
    for event in events:
        expected[event["finding"], event["subject"]].append(event)
    assert len(findings) == len(expected)
    for row in findings.itertuples():
        group = expected[row.finding, row.subject if isinstance(row.subject, str) else None]
        accounts = {event["user_id"] for event in group} - {None}
        assert row.events == len(group)
        assert row.succeeded == sum(event["succeeded"] for event in group)
        assert row.accounts == len(accounts)
        assert {row.user_id} == accounts or (len(accounts) != 1 and pd.isna(row.user_id))
        assert row.first_at == min(event["at"] for event in group)
        assert row.last_at == max(event["at"] for event in group)
    per_day = ask.security_events_per_day(db, filters).set_index("day")
    by_day = Counter((event["finding"], event["day"]) for event in events)
    for column, finding in (
        ("failed_logins", "failed_login"),
        ("token_reuses", "token_reuse"),
        ("requests_after_session_end", "request_after_session_end"),
        ("rate_limited", "rate_limited"),
    ):
        assert list(per_day[column]) == [by_day[finding, day] for day in oracle.days]


@few
@stories
def test_misuse_and_failed_sign_ins_agree_with_the_findings(mongo_url, dataset, zone, filters):
    db, oracle = story(mongo_url, dataset, zone, filters)
    reuse = [event for event in oracle.findings() if event["finding"] == "token_reuse"]
    frame = ask.token_reuse_after_revocation(db, filters)
    users = [user if isinstance(user, str) else None for user in frame["user_id"]]
    assert dict(zip(users, frame["requests"], strict=True)) == Counter(
        event["user_id"] for event in reuse
    )
    assert frame["tokens"].sum() == len({event["subject"] for event in reuse})
    failures = [event for event in oracle.findings() if event["finding"] == "failed_login"]
    frame = ask.failed_logins_by_address(db, filters)
    addresses = [value if isinstance(value, str) else None for value in frame["ip_address"]]
    assert dict(zip(addresses, frame["failed_logins"], strict=True)) == Counter(
        event["subject"] for event in failures
    )


@few
@stories
def test_sessions_accounts_and_audits_are_counted(mongo_url, dataset, zone, filters):
    db, oracle = story(mongo_url, dataset, zone, filters)
    countries = ask.sessions_by_country(db, filters)
    expected = Counter(_known(oracle.sessions, "country"))
    assert dict(zip(countries["country"], countries["sessions"], strict=True)) == expected
    for name, sessions in _groups(oracle.sessions, "country"):
        seconds = countries.set_index("country").loc[name, "avg_seconds"]
        mean = sessions["duration_seconds"].astype(float).mean()
        assert seconds == pytest.approx(mean, nan_ok=True)
    browsers = ask.sessions_by_device(db, filters).groupby("browser")["sessions"].sum()
    assert browsers.to_dict() == Counter(_known(oracle.sessions, "browser"))
    accounts = ask.user_status(db, filters)
    assert accounts["users"].sum() == len(oracle.users)
    assert accounts["mfa_users"].sum() == _total(oracle.users, "mfa_enabled")
    listed = ask.account_list(db, filters)
    assert sorted(listed["user_id"]) == sorted(_known(oracle.users, "id"))
    listed = ask.account_list(db, filters)
    assert set(listed["user_id"]) == set(_known(oracle.users, "id"))
    assert len(listed) == len(oracle.users)
    audits = ask.audit_events_by_action(db, filters).groupby("action")["events"].sum()
    assert audits.to_dict() == Counter(_known(oracle.audits, "action"))


def _missing(frame, column):
    return int(frame[column].isna().sum()) if len(frame) else 0


def _total(frame, column):
    return int(frame[column].sum()) if len(frame) else 0


def _with_status(frame, status):
    return int((frame["status_code"] == status).sum()) if len(frame) else 0


def _known(frame, column):
    return list(frame[column].fillna("unknown")) if len(frame) else []


def _groups(frame, column):
    return frame.groupby(column) if len(frame) else []


def _close(value, expected):
    if pd.isna(expected):
        return pd.isna(value)
    return np.isclose(value, expected, rtol=0.01, atol=1)
