"""From UTC hours to days and hours of the reporting time zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_HOUR = timedelta(hours=1)
_LAST_INSTANT = timedelta(hours=1, milliseconds=-1)

DEDUP_WINDOW = _HOUR
"""Time within which two reports are compared as duplicates."""


@lru_cache(maxsize=65_536)
def utc_hour(hour: str) -> datetime:
    """Return the start of a UTC hour such as "2026-01-20T13"."""
    return datetime.strptime(hour, "%Y-%m-%dT%H").replace(tzinfo=UTC)


def local_hour(moment: datetime, zone: ZoneInfo) -> tuple[str, int]:
    """Return the local day, such as "2026-01-20", and the local hour of a moment."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d}", local.hour


@lru_cache(maxsize=65_536)
def local_hour_of_utc(hour: str, zone: ZoneInfo) -> tuple[str, int] | None:
    """Return the local day and hour that hold a whole UTC hour, None if it is split.

    Parameters
    ----------
    hour : str
        UTC hour such as "2026-01-20T13".
    zone : zoneinfo.ZoneInfo
        Reporting time zone; some are half an hour off.
    """
    start = utc_hour(hour)
    first = local_hour(start, zone)
    return first if first == local_hour(start + _LAST_INSTANT, zone) else None


def local_days(hours: Iterable[str], zone: ZoneInfo) -> set[str]:
    """Return the local days on which these UTC hours lie."""
    starts = [utc_hour(hour) for hour in hours]
    return {
        local_hour(moment, zone)[0] for start in starts for moment in (start, start + _LAST_INSTANT)
    }


def affected_days(hours: Iterable[str], zone: ZoneInfo) -> set[str]:
    """Return the local days that events of these UTC hours affect.

    Two reports of one call are compared within an hour, so an hour beside midnight
    affects both days.
    """
    days = set()
    for hour in set(hours):
        start = utc_hour(hour)
        days.add(local_hour(start - DEDUP_WINDOW, zone)[0])
        days.add(local_hour(start, zone)[0])
        days.add(local_hour(start + _LAST_INSTANT, zone)[0])
        days.add(local_hour(start + _LAST_INSTANT + DEDUP_WINDOW, zone)[0])
    return days


def affected_days_of_utc(utc_days: Iterable[str], zone: ZoneInfo) -> set[str]:
    """Return the local days that events of these UTC days affect."""
    return affected_days((f"{day}T{hour:02}" for day in utc_days for hour in (0, 12, 23)), zone)


def utc_days_of(day: str, zone: ZoneInfo) -> list[str]:
    """Return the UTC days that overlap a local day."""
    start = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=zone)
    end = start.replace(hour=23, minute=59, second=59, fold=1)
    first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
