"""Aggregate sessions while days are read; read only incomplete ones again.

Nearly every bucket of a session that changed is on a day that is read anyway. Before its summary
is written, the versions of all its buckets are looked up, but not their content: if they are those
that were aggregated, the result is valid.

A session without a stored summary is not looked up. If it has more buckets, then the writer of
these has not summarized it yet; of two such writers, the second finds the summary of the first and
looks the buckets up. A deletion leaves no summary behind, so while events are deleted, or if some
were since the first day was read, every session is looked up.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.deletions import deletions
from store.events.bucket import stored_buckets
from store.events.bucket_key import BucketKey
from store.events.documents import EventBucket
from store.events.duplicates import EventKey
from store.prices.table import Prices
from store.rollups.day_parts import whole_days
from store.rollups.documents import Session
from store.rollups.sessions import SessionAggregator, fold_session
from store.time_bounds import plausible_buckets
from store.time_zone import affected_days

MAX_SESSIONS = 20_000
"""Sessions that are aggregated at a time, some 60 MB; others are read again."""

_Versions = Mapping[str, int]


class SessionsRead(NamedTuple):
    """Some sessions before their summaries are written."""

    stored: list[Session]
    """The summaries that are stored."""
    folds: list[SessionAggregator]
    days: set[str]
    """The local days that their events affect."""
    first: set[str]
    """Sessions without a summary, not looked up: another writer may insert theirs first."""


class SessionReader:
    """Aggregates sessions from the days that are read for other reasons.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read.
    zone : zoneinfo.ZoneInfo
        Reporting time zone.
    prices : Prices
        What models cost.
    sessions : iterable of str
        Sessions to aggregate; others are ignored.
    """

    def __init__(
        self, db: Database, zone: ZoneInfo, prices: Prices, sessions: Iterable[str]
    ) -> None:
        self._db = db
        self._zone = zone
        self._prices = prices
        self._sessions = set(sessions)
        self._utc_days: set[str] = set()
        self._folds: dict[str, SessionAggregator] = {}
        self._dropped: set[str] = set()
        self._deletions = deletions(db)
        self._duplicates = DuplicateIndex(db)

    def add(self, buckets: Iterable[EventBucket]) -> None:
        """Add the buckets of the next whole UTC days, except those read before."""
        days = set()
        for bucket in buckets:
            if (day := bucket["day"]) not in self._utc_days:
                days.add(day)
                self._fold(bucket)
        self._utc_days |= days
        if len(self._folds) > MAX_SESSIONS:
            self._dropped |= self._folds.keys()
            self._folds.clear()

    def read(self, sessions: list[str]) -> SessionsRead:
        """Return the present state of some sessions."""
        stored = list(self._db["sessions"].find({"_id": {"$in": sessions}}))
        first = self._complete(sessions) - {session["_id"] for session in stored}
        versions = self._versions([session for session in sessions if session not in first])
        versions |= {session: self._folds[session].versions for session in first}
        hours = {BucketKey.parse(key).hour for buckets in versions.values() for key in buckets}
        days = affected_days(hours, self._zone)
        duplicates = self._duplicates.on(days)
        with_duplicates = {key for key, _ in duplicates}
        folds = {
            session: self._folds.get(session) or SessionAggregator(session, self._prices)
            for session in sessions
        }
        doubtful = [
            session
            for session, fold in folds.items()
            if fold.versions != versions[session] or not with_duplicates.isdisjoint(fold.versions)
        ]
        folds |= self._read(doubtful, duplicates)
        return SessionsRead(stored, list(folds.values()), days, first)

    def read_again(self, sessions: list[str]) -> SessionsRead:
        """Return the same for sessions that other writers wrote, with new duplicates."""
        self._duplicates = DuplicateIndex(self._db)
        return self.read(sessions)

    def _fold(self, bucket: EventBucket) -> None:
        session = bucket["session_id"]
        if session in self._sessions:
            if session not in self._folds:
                self._folds[session] = SessionAggregator(session, self._prices)
            self._folds[session].add_bucket(bucket)

    def _complete(self, sessions: list[str]) -> set[str]:
        """Return the sessions aggregated from all that was read; none while a deletion runs."""
        if self._deletions.running or deletions(self._db) != self._deletions:
            return set()
        return {session for session in sessions if session in self._folds} - self._dropped

    def _versions(self, sessions: list[str]) -> defaultdict[str, dict[str, int]]:
        versions: defaultdict[str, dict[str, int]] = defaultdict(dict)
        if not sessions:
            return versions
        buckets = self._db["event_buckets"].find(
            {"session_id": {"$in": sessions}}, {"session_id": 1, "version": 1}
        )
        for bucket in plausible_buckets(buckets):
            versions[bucket["session_id"]][bucket["_id"]] = bucket["version"]
        return versions

    def _read(self, sessions: list[str], duplicates: set[EventKey]) -> dict[str, SessionAggregator]:
        if not sessions:
            return {}
        buckets: defaultdict[str, list[EventBucket]] = defaultdict(list)
        for bucket in stored_buckets(self._db, {"session_id": {"$in": sessions}}):
            buckets[bucket["session_id"]].append(bucket)
        return {
            session: fold_session(session, buckets[session], duplicates, self._prices)
            for session in sessions
        }


class DuplicateIndex:
    """The duplicates by day, each day read once; most have none."""

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
            for rollup in whole_days(self._db, "daily_duplicates", days):
                rows = rollup["rows"]
                self._known[rollup["day"]] |= {(row["bucket_id"], row["id"]) for row in rows}
