"""Where the sessions of the web application come from."""

from __future__ import annotations

from datetime import date, timedelta

from analytics import Filters
from analytics.saas import sessions_by_country, sessions_by_device
from tests.saas_factories import NOON, load_saas, make

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def test_countries_are_ranked_by_sessions_and_the_mean_is_of_known_durations(db):
    load_saas(
        db,
        make("sessions", 1, duration_seconds=10, is_active=True),
        make("sessions", 2, duration_seconds=20, city="Berlin"),
        make("sessions", 3),
        make("sessions", 4, country=None, duration_seconds=5),
        make("sessions", 5, started_at=NOON + timedelta(days=2)),
    )
    assert sessions_by_country(db, SCOPE).to_numpy().tolist() == [
        ["DE", 3, 0.75, 1, 15.0],
        ["unknown", 1, 0.25, 0, 5.0],
    ]


def test_devices_are_grouped_by_kind_browser_and_system(db):
    load_saas(
        db,
        make("sessions", 1),
        make("sessions", 2, is_active=True),
        make("sessions", 3, browser="Safari", os="macOS"),
        make("sessions", 4, browser="Safari", os="iOS", device_type="mobile"),
    )
    assert sessions_by_device(db, SCOPE).to_numpy().tolist() == [
        ["desktop", "Firefox", "Linux", 2, 0.5, 1],
        ["desktop", "Safari", "macOS", 1, 0.25, 0],
        ["mobile", "Safari", "iOS", 1, 0.25, 0],
    ]
