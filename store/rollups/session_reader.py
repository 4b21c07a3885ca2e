"""Fold sessions while days are read; read anew only those of which that did not tell all.

Nearly every bucket of a session that changed lies on a day that is read anyway. When its summary
is written, all of its buckets are looked up again, but not fetched: if they are the ones that were
folded, in the same versions, the fold stands.

A session without a summary is not even looked up. Should there be more of it than was folded, then
whoever wrote that has not summed it up yet. He will find our summary or we find his, and whoever
comes second looks the buckets up. Only who deletes leaves nothing to find, so while events are
deleted, or if some were since the first day was read, every session is looked up.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.deletions import deletions
from store.events.bucket import stored_buckets
from store.events.duplicates import EventKey
from store.prices.table import Prices
from store.rollups.day_parts import whole_days
from store.rollups.sessions import SessionAggregator, fold_session
from store.time_bounds import plausible_buckets
from store.time_zone import affected_days

HELD = 20_000
"""Sessions whose folds are kept at a time, some 60 MB; the others are read anew."""

_Versions = Mapping[str, int]


class SessionsRead(NamedTuple):
    """What is known of some sessions before their summaries are written."""

    stored: list[dict[str, Any]]
    """The summaries that there are."""
    folds: list[SessionAggregator]
    days: set[str]
    """The local days that their events can have a say in."""
    first: set[str]
    """Those that had no summary and were not looked up: ours may only be the first."""


class SessionReader:
    """Knows what the days that were read told of the sessions to be summarised.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read.
    zone : zoneinfo.ZoneInfo
        Reporting time zone.
    prices : Prices
        What models cost.
    wanted : iterable of str
        Sessions to fold; others are passed over.
    """

    def __init__(self, db: Database, zone: ZoneInfo, prices: Prices, wanted: Iterable[str]) -> None:
        self._db = db
        self._zone = zone
        self._prices = prices
        self._wanted = set(wanted)
        self._utc_days: set[str] = set()
        self._folds: dict[str, SessionAggregator] = {}
        self._let_go: set[str] = set()
        self._deletions = deletions(db)
        self._duplicates = DuplicateIndex(db)

    def add(self, buckets: Iterable[dict[str, Any]]) -> None:
        """Fold the buckets of the next whole UTC days, those met before left out."""
        days = set()
        for bucket in buckets:
            if (day := bucket["day"]) not in self._utc_days:
                days.add(day)
                self._fold(bucket)
        self._utc_days |= days
        if len(self._folds) > HELD:
            self._let_go |= self._folds.keys()
            self._folds.clear()

    def read(self, sessions: list[str]) -> SessionsRead:
        """Return what there is of some sessions by now."""
        stored = list(self._db["sessions"].find({"_id": {"$in": sessions}}))
        first = self._whole(sessions) - {session["_id"] for session in stored}
        versions = self._versions([session for session in sessions if session not in first])
        versions |= {session: self._folds[session].versions for session in first}
        days = affected_days((key[:13] for held in versions.values() for key in held), self._zone)
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
        """Return the same for sessions that other writers wrote, with their duplicates."""
        self._duplicates = DuplicateIndex(self._db)
        return self.read(sessions)

    def _fold(self, bucket: dict[str, Any]) -> None:
        session = bucket["session_id"]
        if session in self._wanted:
            if session not in self._folds:
                self._folds[session] = SessionAggregator(session, self._prices)
            self._folds[session].add_bucket(bucket)

    def _whole(self, sessions: list[str]) -> set[str]:
        """Return the sessions of which all that was read is folded, if nobody deletes."""
        if self._deletions.running or deletions(self._db) != self._deletions:
            return set()
        return {session for session in sessions if session in self._folds} - self._let_go

    def _versions(self, sessions: list[str]) -> defaultdict[str, dict[str, int]]:
        versions: defaultdict[str, dict[str, int]] = defaultdict(dict)
        if not sessions:
            return versions
        found = self._db["event_buckets"].find(
            {"session_id": {"$in": sessions}}, {"session_id": 1, "version": 1}
        )
        for bucket in plausible_buckets(found):
            versions[bucket["session_id"]][bucket["_id"]] = bucket["version"]
        return versions

    def _read(self, sessions: list[str], duplicates: set[EventKey]) -> dict[str, SessionAggregator]:
        if not sessions:
            return {}
        buckets: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for bucket in stored_buckets(self._db, {"session_id": {"$in": sessions}}):
            buckets[bucket["session_id"]].append(bucket)
        return {
            session: fold_session(session, buckets[session], duplicates, self._prices)
            for session in sessions
        }


class DuplicateIndex:
    """The duplicates of some days, each day read once: of most days there are none."""

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
            for found in whole_days(self._db, "daily_duplicates", days):
                rows = found["rows"]
                self._known[found["day"]] |= {(row["bucket_id"], row["id"]) for row in rows}
