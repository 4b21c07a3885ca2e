"""The older system's aggregations and DuckDB, side by side with our questions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pymongo.database import Database

from benchmarks import duck, older
from benchmarks.questions import calls_of, cold_times, overview
from benchmarks.report import Table, timed
from benchmarks.workspace import Workspace, utc_days, whole
from store.events.bucket import unpack

REPEATS = 5


def compare_with_older(space: Workspace) -> list[Table]:
    """Time the older endpoints on one document per event, and what replaces them."""
    db, before = space.database("ours"), space.database("older")
    older.store_as_before(before, older.flat_events(stored_events(db), people(db)))
    calls = calls_of(db)
    rows = []
    for endpoint, (question, pipelines) in older.ENDPOINTS.items():
        old = timed(partial(older.ask_as_before, before, pipelines), 1).best
        new = cold_times(db, calls[question]).best
        rows.append((endpoint, old, question, new, old / new))
    before.client.drop_database(before.name)
    columns = ("older endpoint", "older", "question", "ours, cold min", "times faster")
    note = "Same server, same events, one run of the older ones. Budget: 100 times faster each."
    return [Table("The older system's aggregations", columns, rows, note)]


def compare_with_duckdb(space: Workspace) -> list[Table]:
    """Time the Overview page's questions, ours and in DuckDB."""
    db = space.database("ours")
    path = space.home / "events.parquet"
    events = duck.write_parquet(path, stored_events(db), people(db))
    filters = whole(db)
    span = (filters.start.isoformat(), filters.end.isoformat(), str(filters.previous().start))
    queries = duck.overview_queries(*span)
    rows = []
    for _ in range(2):  # in turns, so that a busy moment hits both
        ours = timed(lambda: overview(db), REPEATS)
        theirs = timed(lambda: duck.ask(path, queries), REPEATS)
        rows.append((events, ours.best, ours.median, theirs.best, theirs.median,
                     theirs.best / ours.best))  # fmt: skip
    columns = (
        "events", "ours min", "ours median", "DuckDB min", "DuckDB median", "times faster (min)",
    )  # fmt: skip
    note = (
        "All questions of the Overview page, cold. Budget: 300 ms, and DuckDB's time on "
        f"{path.stat().st_size / 1e6:.1f} MB of Parquet."
    )
    return [Table("The Overview page and DuckDB", columns, rows, note)]


def stored_events(db: Database) -> Iterator[dict[str, Any]]:
    """Yield every event of a store, day by day."""
    for day in utc_days(db):
        for bucket in db["event_buckets"].find({"day": day}):
            yield from unpack(bucket)


def people(db: Database) -> dict[str, dict[str, Any]]:
    """Return all users by their id."""
    return {person["_id"]: person for person in db["users"].find({"is_seen": True})}
