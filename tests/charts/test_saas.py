from __future__ import annotations

import pandas as pd
import pytest

import charts
from tests.charts.frames import DAYS

TRAFFIC = pd.DataFrame(
    {
        "day": DAYS,
        "requests": [10, 0, 4],
        "errors": [1, 0, 2],
        "error_rate": [0.1, None, 0.5],
    }
)
EVENTS = pd.DataFrame(
    {
        "day": DAYS,
        "failed_logins": [3, 0, 0],
        "token_reuses": [1, 0, 0],
        "requests_after_session_end": [0, 0, 1],
        "rate_limited": [0, 0, 5],
    }
)
STATUSES = pd.DataFrame(
    {"status_code": pd.array([200, 503, None], dtype="Int64"), "requests": [7, 2, 1]}
)
ENDPOINTS = pd.DataFrame(
    {
        "endpoint": ["/api/users", "/api/export"],
        "requests": [8, 2],
        "errors": [1, 2],
        "server_errors": [0, 1],
        "rate_limited": [0, 1],
        "p50_ms": [120.0, None],
        "p95_ms": [700.0, None],
    }
)
ADDRESSES = pd.DataFrame(
    {"ip_address": ["203.0.113.10", None], "failed_logins": [30, 2], "accounts": [1, 1]}
)
COUNTRIES = pd.DataFrame({"country": ["DE", "unknown"], "sessions": [3, 1]})
DEVICES = pd.DataFrame(
    {
        "device_type": ["desktop", "mobile", "tablet"],
        "browser": ["Firefox", "Safari", "Safari"],
        "os": ["Linux", "iOS", "iPadOS"],
        "sessions": [3, 2, 1],
    }
)
ACCOUNTS = pd.DataFrame(
    {
        "status": ["active", "blocked"],
        "role": ["admin", "user"],
        "users": [3, 1],
        "mfa_users": [2, 0],
    }
)

RANKED = [
    (charts.requests_by_status, STATUSES),
    (charts.requests_by_endpoint, ENDPOINTS),
    (charts.failed_logins_by_address, ADDRESSES),
    (charts.sessions_by_country, COUNTRIES),
    (charts.sessions_by_device, DEVICES),
    (charts.user_status, ACCOUNTS),
    (charts.response_time_by_endpoint, ENDPOINTS),
]


@pytest.mark.parametrize(("draw", "frame"), RANKED)
def test_the_encoding_of_ranks_is_what_was_reviewed(draw, frame, snapshot):
    assert draw(frame).to_dict()["layer"] == snapshot


@pytest.mark.parametrize(("draw", "frame"), RANKED)
def test_no_rows_can_be_drawn_too(draw, frame):
    assert draw(frame.head(0)).to_dict()["description"] == "No rows."


@pytest.mark.parametrize(
    ("draw", "frame"),
    [(charts.saas_requests_per_day, TRAFFIC), (charts.security_events_per_day, EVENTS)],
)
def test_the_encoding_of_days_is_what_was_reviewed(draw, frame, snapshot):
    assert draw(frame).to_dict()["encoding"] == snapshot


def test_answered_and_failed_requests_add_up_to_all():
    rows = charts.saas_requests_per_day(TRAFFIC).data
    assert rows.groupby("day")["counted"].sum().tolist() == TRAFFIC["requests"].tolist()


def test_an_endpoint_says_which_part_of_its_requests_failed():
    described = charts.requests_by_endpoint(ENDPOINTS).description.replace("\xa0", " ")
    assert described == "/api/users is the largest of 2 with 8, 12 % failed."


def test_statuses_have_names_and_what_was_not_recorded_its_own_line():
    rows = charts.requests_by_status(STATUSES).data
    assert rows["name"].tolist() == ["200 OK", "503 unavailable", "Not recorded"]
    assert rows["kind"].tolist() == ["2xx", "5xx", "unknown"]


def test_addresses_that_are_not_known_have_their_own_line():
    assert charts.failed_logins_by_address(ADDRESSES).data["name"].tolist() == [
        "203.0.113.10",
        "Unknown",
    ]


def test_devices_that_are_too_rare_are_added_up_in_grey():
    rows = charts.sessions_by_device(DEVICES, limit=1).data
    assert rows["name"].tolist() == ["Firefox, Linux", "2 others"]
    assert rows["device"].tolist() == ["Desktop", "other"]
