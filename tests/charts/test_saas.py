from __future__ import annotations

import charts
from tests.charts.frames import ADDRESSES, DEVICES, ENDPOINTS, SECURITY, STATUSES, TRAFFIC


def test_saas_requests_per_day_outcomes_add_up_to_all():
    rows = charts.saas_requests_per_day(TRAFFIC).data
    assert rows.groupby("day")["amount"].sum().tolist() == TRAFFIC["requests"].tolist()


def test_security_events_per_day_has_the_day_total():
    rows = charts.security_events_per_day(SECURITY).data
    assert rows.groupby("day")["total"].first().tolist() == [4, 0, 6]


def test_requests_by_endpoint_summary_has_the_error_rate():
    described = charts.requests_by_endpoint(ENDPOINTS).description
    assert described == "Highest of 2: /api/users, 8, 12% failed."


def test_requests_by_status_labels_statuses_and_missing_ones():
    rows = charts.requests_by_status(STATUSES).data
    assert rows["name"].tolist() == ["200 OK", "503 unavailable", "Not recorded"]
    assert rows["kind"].tolist() == ["2xx", "5xx", "unknown"]


def test_failed_logins_by_address_has_a_row_for_unknown_addresses():
    assert charts.failed_logins_by_address(ADDRESSES).data["name"].tolist() == [
        "203.0.113.10",
        "Unknown",
    ]


def test_sessions_by_device_adds_up_rare_devices_in_grey():
    rows = charts.sessions_by_device(DEVICES, limit=1).data
    assert rows["name"].tolist() == ["Firefox, Linux", "2 others"]
    assert rows["device"].tolist() == ["Desktop", "other"]
