"""The times that events can have; others come from a wrong clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from store.events.bucket_key import BucketKey

EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)
"""Earliest time of an event: a year before Claude Code's first public release (February 2025)."""

MAX_AHEAD = timedelta(days=1)
"""How far the clock of a client may be ahead."""

MAX_SAAS_AGE = timedelta(days=3_650)
MAX_SAAS_AHEAD = timedelta(days=31)
"""The same for the SaaS data set, which reaches as far ahead as its tokens are valid: a month."""

_ZONES = timedelta(hours=14)


def latest() -> datetime:
    """Return the latest time that an event can have by now."""
    return datetime.now(UTC) + MAX_AHEAD


def utc_day_bounds() -> tuple[str, str]:
    """Return the first and the last UTC day, such as "2026-01-20", that can hold events."""
    return f"{EARLIEST:%Y-%m-%d}", f"{latest():%Y-%m-%d}"


def local_day_bounds(zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of the reporting time zone that can hold events."""
    return EARLIEST.astimezone(zone).date(), latest().astimezone(zone).date()


def saas_bounds() -> tuple[datetime, datetime]:
    """Return the earliest and the latest time that a record of the SaaS data set can have."""
    now = datetime.now(UTC)
    return now - MAX_SAAS_AGE, now + MAX_SAAS_AHEAD


def saas_day_bounds() -> tuple[str, str]:
    """Return the first and the last day that can hold such records, in whichever time zone."""
    first, last = saas_bounds()
    return f"{first - _ZONES:%Y-%m-%d}", f"{last + _ZONES:%Y-%m-%d}"


def plausible_buckets(buckets: Iterable[Any]) -> Iterator[Any]:
    """Leave out the buckets of days on which no event can have happened.

    Imports reject such events; older versions of Tokenflow stored them.
    """
    first, last = utc_day_bounds()
    return (bucket for bucket in buckets if first <= BucketKey.parse(bucket["_id"]).day <= last)
