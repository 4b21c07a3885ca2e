"""What more events, and what more days, cost the Overview page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from pymongo.database import Database

import analytics
from analytics.store.refresh import refresh
from benchmarks.questions import OVERVIEW, cold_times, overview
from benchmarks.report import Table, timed
from benchmarks.workspace import Workspace, utc_days, whole

REPEATS = 7
_BATCH = 200

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
    """Copy buckets and people into an empty database, and sum them up."""
    target["people"].insert_many(source["people"].find({}))
    written: set[str] = set()
    for day in utc_days(source):
        batch: list[Bucket] = []
        for bucket in _copied(source["event_buckets"].find({"day": day}), copies):
            batch.append(bucket)
            written.add(bucket["_id"])
            if len(batch) == _BATCH:
                target["event_buckets"].insert_many(batch, ordered=False)
                batch = []
        if batch:
            target["event_buckets"].insert_many(batch, ordered=False)
    refresh(target, written)


def _copied(buckets: Any, copies: list[Copy]) -> Iterator[Bucket]:
    for bucket in buckets:
        for copy in copies:
            if not int(bucket["session_id"].replace("-", "")[:8], 16) % copy.every:
                yield _copy(bucket, copy)


def _copy(bucket: Bucket, copy: Copy) -> Bucket:
    hour, session = bucket["_id"].split("|", 1)
    day = str(date.fromisoformat(hour[:10]) + copy.later)
    session = f"{session}-{copy.number}"
    events = [
        {
            **event,
            "id": f"{copy.number:x}{event['id'][1:]}",
            "timestamp": event["timestamp"] + copy.later,
        }
        for event in bucket["events"]
    ]
    return {
        **bucket, "_id": f"{day}{hour[10:]}|{session}", "day": day, "session_id": session,
        "events": events,
    }  # fmt: skip
