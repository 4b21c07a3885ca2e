"""What is read to fold a day: its buckets, and which of their events are twins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

from analytics.store.buckets import buckets_of_days
from analytics.store.local_time import utc_days_of, utc_hour
from analytics.store.twins import EventKey, can_hold_twins, find_twins


class DayRead(NamedTuple):
    """What is known of one day of the reporting zone before it is folded."""

    day: str
    buckets: list[dict[str, Any]]
    twins: set[EventKey]


def read_days(db: Database, days: Iterable[str], zone: ZoneInfo) -> Iterator[DayRead]:
    """Read local days one after the other, each UTC day once."""
    reader = _DayReader(db)
    for day in days:
        utc_days = utc_days_of(day, zone)
        buckets = reader.buckets(utc_days)
        twins: set[EventKey] = set()
        if can_hold_twins(buckets):
            # Two reports of one call may lie on both sides of midnight.
            twins = find_twins(reader.buckets(with_neighbours(utc_days)))
        yield DayRead(day, buckets, twins)


def with_neighbours(utc_days: Iterable[str]) -> list[str]:
    """Return UTC days and those before and after."""
    days = [utc_hour(f"{day}T00") for day in utc_days]
    return sorted({str(day + timedelta(days=n))[:10] for day in days for n in (-1, 0, 1)})


class _DayReader:
    """Reads the buckets of UTC days, each day once while its neighbours are folded."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._held: dict[str, list[dict[str, Any]]] = {}

    def buckets(self, utc_days: list[str]) -> list[dict[str, Any]]:
        for day in [held for held in self._held if held < with_neighbours(utc_days)[0]]:
            del self._held[day]
        for day in utc_days:
            if day not in self._held:
                self._held[day] = list(buckets_of_days(self._db, [day]))
        return [bucket for day in utc_days for bucket in self._held[day]]
