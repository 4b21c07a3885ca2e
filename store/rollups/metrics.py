"""Roll up the metric points of one day, and the edit decisions among them.

A delta point counts on the day of its time. A cumulative one counts what it adds to the point
before it of the same series and start; the first of a start counts in full, since a counter begins
at 0. Tokens, cost and sessions are added up here too, but never together with those of events.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, cast
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.batching import batches
from store.events.bucket_key import BucketKey, is_sessionless
from store.events.documents import MetricBucket
from store.events.metric_points import (
    COLLECTION,
    CUMULATIVE,
    EDIT_DECISION,
    has_points,
    point_time,
    series_of,
)
from store.people.directory import Directory
from store.people.roles import UNKNOWN
from store.rollups.daily import DailyAggregator, Scope
from store.rollups.documents import MetricsRow
from store.rollups.grouping import Grouping
from store.time_bounds import plausible_buckets
from store.time_zone import affected_days, local_hour, local_hour_of_utc
from store.values import stored_values

DIMENSIONS = ("type", "model", "language", "decision", "decision_source", "start_type")
"""What distinguishes the rows of one metric, where its points have it."""

_OUTCOMES = {"accept": "accepted", "reject": "rejected"}
_BATCH = 200
# Beyond it a double is not exact as a whole number, which has 8 bytes
_EXACT = 2**53

Header = Mapping[str, Any]
Key = tuple[tuple[str, str], ...]


class MetricAggregator:
    """Adds up the metric points of one day."""

    def __init__(self, day: str, zone: ZoneInfo, directory: Directory) -> None:
        self._day = day
        self._zone = zone
        self._directory = directory
        self._rows: defaultdict[Key, float] = defaultdict(float)
        self._occurrences: Counter[Key] = Counter()
        self._edits: list[tuple[Scope, str, str, int]] = []
        self.measured: set[str] = set()
        """Sessions whose metrics report edit decisions: those of their events do not count."""

    def add_session(self, buckets: Iterable[MetricBucket]) -> None:
        """Count the points of one session that belong to the day; give all of its buckets."""
        counters: defaultdict[tuple[str, int], list[tuple[int, float, Header]]] = defaultdict(list)
        for bucket in sorted(buckets, key=lambda bucket: str(bucket["_id"])):
            has_session = not is_sessionless(bucket["session_id"])
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
        """Return which values are too rare for a row of their own."""
        weights: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for key, count in self._occurrences.items():
            for dimension, value in key:
                weights[dimension][value] += count
        return Grouping(weights)

    def rows(self, grouping: Grouping) -> list[MetricsRow]:
        """Return the finished rows, in a fixed order, rare values added up."""
        sums: defaultdict[Key, float] = defaultdict(float)
        for key, value in sorted(self._rows.items()):
            grouped = tuple((name, grouping.value(name, part)) for name, part in key)
            sums[grouped] += value
        rows = ({**dict(key), "value": _neat(value)} for key, value in sorted(sums.items()))
        return [cast(MetricsRow, row) for row in rows]

    def add_edits(self, day: DailyAggregator) -> None:
        """Add the edit decisions to the rows of the day, in place of those of events."""
        for scope, language, outcome, count in self._edits:
            day.add_edit_decisions(scope, language, outcome, count)

    def _add_deltas(
        self, bucket_id: str, header: Header, points: Iterable[tuple[int, int, float]]
    ) -> None:
        local = local_hour_of_utc(BucketKey.parse(bucket_id).hour, self._zone)
        if local is None:
            value = sum(value for _, time, value in points if self._is_today(time))
        elif local[0] == self._day:
            value = sum(value for *_, value in points)
        else:
            return
        self._count(header, value)

    def _add_counter(self, counted: list[tuple[int, float, Header]]) -> None:
        before = 0.0
        for time, value, header in sorted(counted, key=lambda point: point[:2]):
            # A counter that only grows and is smaller now restarted without a new start time
            restarted = header["is_monotonic"] and value < before
            if self._is_today(time):
                self._count(header, value if restarted else value - before)
            before = value

    def _is_today(self, time: int) -> bool:
        return local_hour(point_time(time), self._zone)[0] == self._day

    def _count(self, header: Header, value: float) -> None:
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
    """Reads metric points for rolling up; costs one query in a store without any."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._has_points = has_points(db)

    def sessions(self, utc_days: list[str], others: Iterable[str]) -> list[list[MetricBucket]]:
        """Return the buckets of every session with metrics on some days, and of other sessions.

        Parameters
        ----------
        utc_days : list of str
            Days to read.
        others : iterable of str
            Sessions with events there; their metrics may be on other days.
        """
        if not self._has_points:
            return []
        points = self._db[COLLECTION]
        by_session: defaultdict[str, list[MetricBucket]] = defaultdict(list)
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
        buckets = self._db[COLLECTION].find({"day": {"$in": utc_days}}, {"session_id": 1})
        return {bucket["session_id"] for bucket in buckets}

    def sessions_of(self, users: list[str]) -> set[str]:
        """Return the sessions of some people, by e-mail address or user id."""
        if not self._has_points:
            return set()
        named = [{f"series.{name}": {"$in": users}} for name in ("email", "user_id")]
        buckets = self._db[COLLECTION].find({"$or": named}, {"session_id": 1})
        return {bucket["session_id"] for bucket in buckets}

    def days_of(self, sessions: Iterable[str], zone: ZoneInfo) -> set[str]:
        """Return all days of those sessions that have metrics.

        One point can change what a later one adds, and which events of any day count.
        """
        if not self._has_points:
            return set()
        hours: set[str] = set()
        for batch in batches(sorted(sessions), _BATCH):
            of_batch = {"session_id": {"$in": batch}}
            buckets = list(self._db[COLLECTION].find(of_batch, {"session_id": 1}))
            measured = {"$in": sorted({bucket["session_id"] for bucket in buckets})}
            if buckets:
                buckets += self._db["event_buckets"].find({"session_id": measured}, {"_id": 1})
            hours |= {BucketKey.parse(bucket["_id"]).hour for bucket in buckets}
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
