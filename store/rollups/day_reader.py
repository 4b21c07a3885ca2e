"""Read days for rolling up: their buckets, and which of the events are duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.events.bucket import buckets_of_days
from store.events.documents import EventBucket
from store.events.duplicates import EventKey, can_hold_duplicates, find_duplicates
from store.time_zone import utc_days_of, utc_hour

_AT_ONCE = 2


class DayRead(NamedTuple):
    """One day of the reporting zone before it is rolled up."""

    day: str
    buckets: list[EventBucket]
    duplicates: set[EventKey]


def read_days(db: Database, days: Sequence[str], zone: ZoneInfo) -> Iterator[DayRead]:
    """Read local days in order, each UTC day once, prefetching the next ones."""
    spans = [utc_days_of(day, zone) for day in days]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="days") as fetchers:
        reader = _DayReader(db, fetchers)
        for number, (day, utc_days) in enumerate(zip(days, spans, strict=True)):
            reader.expect(chain(*spans[number : number + 1 + _AT_ONCE]))
            buckets = reader.buckets(utc_days)
            duplicates: set[EventKey] = set()
            if can_hold_duplicates(buckets):
                # Two reports of one call can be on both sides of midnight
                duplicates = find_duplicates(reader.buckets(pad_days(utc_days)))
            yield DayRead(day, buckets, duplicates)


def pad_days(utc_days: Iterable[str]) -> list[str]:
    """Return UTC days with the day before and the day after each."""
    days = [utc_hour(f"{day}T00") for day in utc_days]
    return sorted({str(day + timedelta(days=n))[:10] for day in days for n in (-1, 0, 1)})


class _DayReader:
    """Reads the buckets of UTC days, each day once."""

    def __init__(self, db: Database, fetchers: Executor) -> None:
        self._db = db
        self._fetchers = fetchers
        self._fetches: dict[str, Future[list[EventBucket]]] = {}

    def expect(self, utc_days: Iterable[str]) -> None:
        """Begin to fetch days that `buckets` will need."""
        for day in utc_days:
            if day not in self._fetches:
                self._fetches[day] = self._fetchers.submit(self._fetch, day)

    def buckets(self, utc_days: list[str]) -> list[EventBucket]:
        """Return the buckets of days, which must ascend from call to call."""
        for day in [past for past in self._fetches if past < pad_days(utc_days)[0]]:
            del self._fetches[day]
        self.expect(utc_days)
        return [bucket for day in utc_days for bucket in self._fetches[day].result()]

    def _fetch(self, day: str) -> list[EventBucket]:
        return list(buckets_of_days(self._db, [day]))
