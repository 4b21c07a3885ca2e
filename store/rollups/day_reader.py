"""What is read to fold a day: its buckets, and which of their events are duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.events.bucket import buckets_of_days
from store.events.duplicates import EventKey, can_hold_duplicates, find_duplicates
from store.time_zone import utc_days_of, utc_hour

_AT_ONCE = 2


class DayRead(NamedTuple):
    """What is known of one day of the reporting zone before it is folded."""

    day: str
    buckets: list[dict[str, Any]]
    duplicates: set[EventKey]


def read_days(db: Database, days: Sequence[str], zone: ZoneInfo) -> Iterator[DayRead]:
    """Read local days one after the other, each UTC day once and some before their turn."""
    spans = [utc_days_of(day, zone) for day in days]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="days") as fetchers:
        reader = _DayReader(db, fetchers)
        for number, (day, utc_days) in enumerate(zip(days, spans, strict=True)):
            reader.expect(chain(*spans[number : number + 1 + _AT_ONCE]))
            buckets = reader.buckets(utc_days)
            duplicates: set[EventKey] = set()
            if can_hold_duplicates(buckets):
                # Two reports of one call may lie on both sides of midnight.
                duplicates = find_duplicates(reader.buckets(pad_days(utc_days)))
            yield DayRead(day, buckets, duplicates)


def pad_days(utc_days: Iterable[str]) -> list[str]:
    """Return UTC days and those before and after."""
    days = [utc_hour(f"{day}T00") for day in utc_days]
    return sorted({str(day + timedelta(days=n))[:10] for day in days for n in (-1, 0, 1)})


class _DayReader:
    """Reads the buckets of UTC days, each day once while its neighbours are folded."""

    def __init__(self, db: Database, fetchers: Executor) -> None:
        self._db = db
        self._fetchers = fetchers
        self._held: dict[str, Future[list[dict[str, Any]]]] = {}

    def expect(self, utc_days: Iterable[str]) -> None:
        """Begin to fetch days that will be asked for."""
        for day in utc_days:
            if day not in self._held:
                self._held[day] = self._fetchers.submit(self._fetch, day)

    def buckets(self, utc_days: list[str]) -> list[dict[str, Any]]:
        """Return the buckets of days that come later and later."""
        for day in [held for held in self._held if held < pad_days(utc_days)[0]]:
            del self._held[day]
        self.expect(utc_days)
        return [bucket for day in utc_days for bucket in self._held[day].result()]

    def _fetch(self, day: str) -> list[dict[str, Any]]:
        return list(buckets_of_days(self._db, [day]))
