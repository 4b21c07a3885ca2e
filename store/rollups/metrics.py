"""Fold metric points into one day's rows, and tell whose edits they decide.

A delta point counts on the day of its time. A cumulative one counts what it adds to the point
before it of the same series and start; the first of a start counts in full, since a counter begins
at 0. Tokens, cost and sessions are summed here too, but nothing adds them to those of events.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.batching import batches
from store.events.bucket import is_sessionless
from store.events.metric_points import (
    COLLECTION,
    CUMULATIVE,
    EDIT_DECISION,
    Point,
    has_points,
    point_time,
    series_of,
)
from store.people.directory import Directory
from store.people.roles import UNKNOWN
from store.rollups.daily import DailyAggregator, Scope
from store.rollups.grouping import Grouping
from store.time_bounds import plausible_buckets
from store.time_zone import affected_days, local_hour, local_hour_of_utc
from store.values import stored_values

DIMENSIONS = ("type", "model", "language", "decision", "decision_source", "start_type")
"""What tells the rows of one metric apart, where its points say it."""

_OUTCOMES = {"accept": "accepted", "reject": "rejected"}
_BATCH = 200
# Beyond it a double is no more exact as a whole number, which has room for 8 bytes
_EXACT = 2**53

Bucket = dict[str, Any]
Key = tuple[tuple[str, str], ...]


class MetricAggregator:
    """The metrics of one day."""

    def __init__(self, day: str, zone: ZoneInfo, directory: Directory) -> None:
        self._day = day
        self._zone = zone
        self._directory = directory
        self._rows: defaultdict[Key, float] = defaultdict(float)
        self._occurrences: Counter[Key] = Counter()
        self._edits: list[tuple[Scope, str, str, int]] = []
        self.measured: set[str] = set()
        """Sessions whose metrics tell of edit decisions: their events do not count these."""

    def add_session(self, buckets: Iterable[Bucket]) -> None:
        """Count the points of one session that belong to the day; give all of its buckets."""
        counters: defaultdict[tuple[str, int], list[tuple[int, float, Point]]] = defaultdict(list)
        for bucket in sorted(buckets, key=lambda bucket: str(bucket["_id"])):
            has_session = not is_sessionless(bucket["_id"])
            for header, points in series_of(bucket):
                if has_session and header["metric"] == EDIT_DECISION:
                    self.measured.add(bucket["session_id"])
                    header["session_id"] = bucket["session_id"]
                if header["temporality"] == CUMULATIVE:
                    for start, time, value in points:
                        counters[header["series"], start].append((time, value, header))
                else:
                    self._add_deltas(bucket["_id"], header, points)
        for counted in counters.values():
            self._add_counter(counted)

    def grouping(self) -> Grouping:
        """Tell which values are too many to be told apart."""
        weights: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for key, count in self._occurrences.items():
            for dimension, value in key:
                weights[dimension][value] += count
        return Grouping(weights)

    def rows(self, grouping: Grouping) -> list[dict[str, Any]]:
        """Return the finished rows, in a fixed order, rare values added up."""
        sums: defaultdict[Key, float] = defaultdict(float)
        for key, value in sorted(self._rows.items()):
            sums[tuple((name, grouping.value(name, found)) for name, found in key)] += value
        return [{**dict(key), "value": _neat(value)} for key, value in sorted(sums.items())]

    def add_edits(self, fold: DailyAggregator) -> None:
        """Add the edit decisions to the day's rows, where those of events were left out."""
        for scope, language, outcome, count in self._edits:
            fold.add_edit_decisions(scope, language, outcome, count)

    def _add_deltas(
        self, bucket_id: str, header: Point, points: Iterable[tuple[int, int, float]]
    ) -> None:
        slot = local_hour_of_utc(bucket_id[:13], self._zone)
        if slot is None:
            value = sum(value for _, time, value in points if self._is_today(time))
        elif slot[0] == self._day:
            value = sum(value for *_, value in points)
        else:
            return
        self._count(header, value)

    def _add_counter(self, counted: list[tuple[int, float, Point]]) -> None:
        before = 0.0
        for time, value, header in sorted(counted, key=lambda point: point[:2]):
            # A counter that only grows and is smaller now began anew without saying so
            restarted = header["is_monotonic"] and value < before
            if self._is_today(time):
                self._count(header, value if restarted else value - before)
            before = value

    def _is_today(self, time: int) -> bool:
        return local_hour(point_time(time), self._zone)[0] == self._day

    def _count(self, header: Point, value: float) -> None:
        if not value:
            return
        person = self._directory.person(header, self._day)
        row = {
            "role": person.role,
            "department": person.department,
            "source": header["source"],
            "metric": header["metric"],
            **{name: header[name] for name in DIMENSIONS if name in header},
        }
        key = tuple(row.items())
        self._rows[key] += value
        self._occurrences[key] += 1
        outcome = _OUTCOMES.get(header.get("decision", ""))
        if header["metric"] == EDIT_DECISION and "session_id" in header and outcome:
            scope = person.role, person.department, header["source"]
            self._edits.append((scope, header.get("language", UNKNOWN), outcome, round(value)))


class MetricReader:
    """Reads metric points for folding; costs one look where there are none."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._has_points = has_points(db)

    def sessions(self, utc_days: list[str], others: Iterable[str]) -> list[list[Bucket]]:
        """Return the buckets of every session with metrics on some days, and of other sessions.

        Parameters
        ----------
        utc_days : list of str
            Days whose metrics are wanted.
        others : iterable of str
            Sessions with events there; their metrics may lie on other days.
        """
        if not self._has_points:
            return []
        points = self._db[COLLECTION]
        by_session: defaultdict[str, list[Bucket]] = defaultdict(list)
        for bucket in plausible_buckets(points.find({"day": {"$in": utc_days}})):
            by_session[bucket["session_id"]].append(bucket)
        for batch in batches(sorted(by_session.keys() | set(others)), _BATCH):
            others_too = {"session_id": {"$in": batch}, "day": {"$nin": utc_days}}
            for bucket in plausible_buckets(points.find(others_too)):
                by_session[bucket["session_id"]].append(bucket)
        return [by_session[session] for session in sorted(by_session)]

    def sessions_on(self, utc_days: list[str]) -> set[str]:
        """Return the sessions that have metrics on some days."""
        if not self._has_points:
            return set()
        found = self._db[COLLECTION].find({"day": {"$in": utc_days}}, {"session_id": 1})
        return {bucket["session_id"] for bucket in found}

    def sessions_of(self, users: list[str]) -> set[str]:
        """Return the sessions of some people, by e-mail address or user id."""
        if not self._has_points:
            return set()
        named = [{f"series.{name}": {"$in": users}} for name in ("email", "user_id")]
        found = self._db[COLLECTION].find({"$or": named}, {"session_id": 1})
        return {bucket["session_id"] for bucket in found}

    def days_of(self, sessions: Iterable[str], zone: ZoneInfo) -> set[str]:
        """Return all days of those sessions that have metrics.

        One point can change what a later one adds, and whether the events of any day count.
        """
        if not self._has_points:
            return set()
        hours: set[str] = set()
        for batch in batches(sorted(sessions), _BATCH):
            wanted = {"session_id": {"$in": batch}}
            found = list(self._db[COLLECTION].find(wanted, {"session_id": 1}))
            told = {"session_id": {"$in": sorted({bucket["session_id"] for bucket in found})}}
            found += self._db["event_buckets"].find(told, {"_id": 1}) if found else []
            hours |= {bucket["_id"][:13] for bucket in found}
        return affected_days(hours, zone)

    def all_days(self) -> set[str]:
        """Return every UTC day that has metrics."""
        if not self._has_points:
            return set()
        return set(stored_values(self._db, COLLECTION, "day"))


def _neat(value: float) -> int | float:
    # Sums of floats drift in the last digits
    neat = round(value, 9)
    return int(neat) if neat == int(neat) and abs(neat) <= _EXACT else neat
