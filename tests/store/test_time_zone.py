"""Days and hours of the reporting time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.time_zone import (
    affected_days,
    affected_days_of_utc,
    local_hour,
    local_hour_of_utc,
    utc_days_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ZONES = [ZoneInfo("UTC"), BERLIN, KATHMANDU, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")]


def test_a_utc_hour_lies_in_one_local_hour_where_offsets_are_whole():
    assert local_hour_of_utc("2026-07-01T22", BERLIN) == ("2026-07-02", 0)


def test_a_utc_hour_is_split_where_offsets_are_not():
    assert local_hour_of_utc("2026-07-01T22", KATHMANDU) is None


def test_the_day_of_a_clock_change_has_its_own_hours():
    assert utc_days_of("2026-03-29", BERLIN) == ["2026-03-28", "2026-03-29"]
    assert local_hour_of_utc("2026-03-29T01", BERLIN) == ("2026-03-29", 3)


def test_an_hour_beside_midnight_concerns_both_days():
    assert affected_days(["2026-01-20T23"], ZoneInfo("UTC")) == {"2026-01-20", "2026-01-21"}
    assert affected_days(["2026-01-20T12"], ZoneInfo("UTC")) == {"2026-01-20"}


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(moment=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_is_found_from_its_utc_day_and_from_its_local_day(zone, moment):
    day, _ = local_hour(moment, zone)
    assert day in affected_days_of_utc([f"{moment:%Y-%m-%d}"], zone)
    assert day in affected_days([f"{moment:%Y-%m-%dT%H}"], zone)
    assert f"{moment:%Y-%m-%d}" in utc_days_of(day, zone)
