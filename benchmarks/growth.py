"""What more events, and what more days, cost the Overview page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pymongo.database import Database

import analytics
from benchmarks.questions import OVERVIEW, cold_times, overview
from benchmarks.report import Table, timed
from benchmarks.workspace import Workspace, utc_days, whole
from store.events.bucket import buckets_of_days
from store.people.directory import Directory
from store.prices.table import Prices
from store.rollups.daily import DailyAggregator
from store.rollups.documents import Fact
from store.rollups.facts import FactReader
from store.rollups.sessions import fold_session
from store.rollups.users import fold_user, session_rollups

REPEATS = 7
UTC_ZONE = ZoneInfo("UTC")

Bucket = dict[str, Any]


class Copy(NamedTuple):
    """One copy of a store's sessions: as other sessions, on later days, or only some of them."""

    number: int
    later: timedelta = timedelta(0)
    every: int = 1


def more_events(space: Workspace) -> list[Table]:
    """Compare a tenth of the sessions, all, and ten times as many, of the same people and days."""
    stores = {
        "a tenth": [Copy(0, every=10)],
        "as loaded": [Copy(0)],
        "ten times": [Copy(number) for number in range(10)],
    }
    note = "The same people and days. Budget: ten times the events cost 1.3 times."
    return [_grown(space, "Ten times the events", stores, note)]


def more_days(space: Workspace) -> list[Table]:
    """Compare the days as they are with six times as many."""
    span = whole(space.database("ours"))
    length = span.end - span.start
    stores = {
        "as loaded": [Copy(0)],
        "six times": [Copy(number, later=length * number) for number in range(6)],
    }
    note = "The same people. Budget: six times the days cost 6 times."
    return [_grown(space, "Six times the days", stores, note)]


def _grown(space: Workspace, title: str, stores: dict[str, list[Copy]], note: str) -> Table:
    rows: list[tuple[Any, ...]] = []
    ours = space.database("ours")
    for name, copies in stores.items():
        # A name of its own: what was dropped keeps no indexes
        db = space.database(f"{title} {name}".lower().replace(" ", "_"))
        with space.watched() as cost:
            build(ours, db, copies)
        rows.append((name, *_measured(db), round(cost.seconds)))
        db.client.drop_database(db.name)
    first = next(row for row in rows if row[0] == "as loaded")
    rows.append(
        (f"{rows[-1][0]} / as loaded", *(rows[-1][n] / first[n] for n in range(1, len(first) - 1)),
         "")
    )  # fmt: skip
    columns = (
        "store", "events", "days", "Overview min", "Overview median", "slowest of its questions",
        "built in, s",
    )  # fmt: skip
    return Table(title, columns, rows, note)


def _measured(db: Database) -> tuple[Any, ...]:
    filters = whole(db)
    events = analytics.headline_totals(db, filters).events
    page = timed(lambda: overview(db), REPEATS)
    slowest = max(
        cold_times(db, (getattr(analytics, name), (filters,)), 5).best for name in OVERVIEW
    )
    return events, (filters.end - filters.start).days, page.best, page.median, slowest


def build(source: Database, target: Database, copies: list[Copy]) -> None:
    """Aggregate copies of a store's buckets in an empty database.

    The copies themselves are left out, and the summaries of single sessions: the questions of
    the Overview page never read them, and writing millions of events takes half an hour. Sums
    are made by the folds that `refresh` uses.
    """
    target["people"].insert_many(source["people"].find({}))
    grown = _Grown(target)
    for later, same in groupby(sorted(copies, key=_when), key=_when):
        of_a_day = list(same)
        for day in utc_days(source):
            grown.add(_later(day, later), _copied(buckets_of_days(source, [day]), of_a_day))
    grown.refresh()


class _Grown:
    """Rolls up buckets day by day, in a store whose days are UTC's."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._directory = Directory.load(db)
        self._reader = FactReader(UTC_ZONE, self._directory, Prices.load(db))
        self._facts: defaultdict[str, list[Fact]] = defaultdict(list)

    def add(self, day: str, buckets: Iterator[Bucket]) -> None:
        of_sessions: defaultdict[str, list[Bucket]] = defaultdict(list)
        for bucket in buckets:
            of_sessions[bucket["session_id"]].append(bucket)
        fold = DailyAggregator()
        for session, same in sorted(of_sessions.items()):
            for fact in self._reader.facts(session, same, [], set(), {day}).values():
                fold.add(fact)
                self._facts[session].append(fact)
        if not fold.is_empty:
            self._write(day, fold.rows())

    def refresh(self) -> None:
        started: defaultdict[str, list[Bucket]] = defaultdict(list)
        of_users: defaultdict[str, list[Bucket]] = defaultdict(list)
        for key, facts in self._facts.items():
            session = fold_session(key, facts, UTC_ZONE, self._directory)
            of_users[session["user_id"]].append(session)
            if session["is_counted"]:
                started[session["day"]].append(session)
        for day, sessions in sorted(started.items()):
            self._write(day, session_rollups(sessions))
        for user, sessions in sorted(of_users.items()):
            known = fold_user(user, sessions, UTC_ZONE, self._directory)
            self._db["users"].insert_one({**known, "fence": 1})

    def _write(self, day: str, rollups: dict[str, list[dict[str, Any]]]) -> None:
        for collection, rows in rollups.items():
            self._db[collection].insert_one({"_id": day, "day": day, "rows": rows, "fence": 1})


def _when(copy: Copy) -> timedelta:
    return copy.later


def _later(day: str, later: timedelta) -> str:
    return str(date.fromisoformat(day) + later)


def _copied(buckets: Any, copies: list[Copy]) -> Iterator[Bucket]:
    for bucket in buckets:
        for copy in copies:
            if not int(bucket["session_id"].replace("-", "")[:8], 16) % copy.every:
                yield _copy(bucket, copy)


def _copy(bucket: Bucket, copy: Copy) -> Bucket:
    hour, session = bucket["_id"].split("|", 1)
    day = _later(hour[:10], copy.later)
    session = f"{session}-{copy.number}"
    events = [{**event, "timestamp": event["timestamp"] + copy.later} for event in bucket["events"]]
    return {
        **bucket, "_id": f"{day}{hour[10:]}|{session}", "day": day, "session_id": session,
        "events": events,
    }  # fmt: skip
