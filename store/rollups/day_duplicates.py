"""Find the duplicates among the events of a day, where there can be any.

A writer of a source whose events can repeat others marks the UTC days before it writes to them. So
a store without such a source never reads a whole day of raw events.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.events.bucket import buckets_of_days
from store.events.bucket_key import BucketKey
from store.events.documents import EventBucket
from store.events.duplicates import EventKey, can_hold_duplicates, find_duplicates
from store.events.repeat_days import repeat_days
from store.rollups.day_parts import whole_days
from store.rollups.documents import DuplicatesRow
from store.time_zone import affected_days, utc_days_of, utc_hour

DUPLICATES = "daily_duplicates"
"""Collection with the duplicates of each day."""

_AT_ONCE = 2


class DayDuplicates(NamedTuple):
    """The duplicates of one local day."""

    day: str
    keys: set[EventKey]

    def rows(self) -> list[DuplicatesRow]:
        """Return them as rows of `DUPLICATES`."""
        return [{"bucket_id": key, "id": event} for key, event in sorted(self.keys)]


def duplicates_of_days(
    db: Database, days: Sequence[str], zone: ZoneInfo
) -> Iterator[DayDuplicates]:
    """Yield the duplicates of local days in order, of those that can have any."""
    marked = repeat_days(db)
    days = [day for day in days if marked.intersection(pad_days(utc_days_of(day, zone)))]
    spans = [pad_days(utc_days_of(day, zone)) for day in days]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="days") as fetchers:
        reader = _DayReader(db, fetchers)
        for number, (day, utc_days) in enumerate(zip(days, spans, strict=True)):
            reader.expect(chain(*spans[number : number + 1 + _AT_ONCE]))
            # Two reports of one call can be on both sides of midnight
            buckets = reader.buckets(utc_days)
            keys = find_duplicates(buckets) if can_hold_duplicates(buckets) else set()
            yield DayDuplicates(day, {key for key in keys if _can_be_on(key, day, zone)})


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
        for day in [past for past in self._fetches if past < utc_days[0]]:
            del self._fetches[day]
        self.expect(utc_days)
        return [bucket for day in utc_days for bucket in self._fetches[day].result()]

    def _fetch(self, day: str) -> list[EventBucket]:
        return list(buckets_of_days(self._db, [day]))


class DuplicateIndex:
    """The stored duplicates by day, each day read once; most have none."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, set[EventKey]] = {}
        self._lock = threading.Lock()

    def on(self, days: Iterable[str]) -> set[EventKey]:
        """Return the duplicates of these days."""
        days = set(days)
        with self._lock:
            self._read(days - self._known.keys())
            return {duplicate for day in days for duplicate in self._known[day]}

    def _read(self, days: set[str]) -> None:
        if days:
            self._known |= {day: set() for day in days}
            for rollup in whole_days(self._db, DUPLICATES, days):
                rows = rollup["rows"]
                self._known[rollup["day"]] |= {(row["bucket_id"], row["id"]) for row in rows}


def _can_be_on(key: EventKey, day: str, zone: ZoneInfo) -> bool:
    return day in affected_days([BucketKey.parse(key[0]).hour], zone)
