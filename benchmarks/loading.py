"""How fast events are made, read, written and summed up, and what that takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from analytics.store.bucket_writing import write_events
from analytics.store.refresh import refresh
from benchmarks import older
from benchmarks.compare import people, stored_events
from benchmarks.report import Table
from benchmarks.workspace import Cost, Workspace
from ingest.documents import EVENT
from ingest.reading import SourceFile
from ingest.sources import recognise

OLDER_SHARE = 10
"""One event in so many is loaded the older way, which slows down as its indexes grow."""

WINDOW = 10_000

Event = dict[str, Any]

# Runs the loader and tells the most memory that it held
_LOADER = """
import resource, runpy, sys
try:
    runpy.run_module("ingest", run_name="__main__")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def load(space: Workspace) -> list[Table]:
    """Make the data and load it into the store that the other sections ask."""
    rows: list[tuple[Any, ...]] = []
    generated = space.generate()
    db = space.database("ours")  # the server is up before anything is timed
    with space.watched() as whole:
        counts, peak = _run_loader(space, "ours")
    disk = space.disk_bytes()
    rows.append(_row("generate", generated, counts["inserted"]))
    rows.append(_row("the whole load (python -m ingest)", whole, counts["inserted"]))
    with space.watched() as again:
        _run_loader(space, "ours")
    rows.append(_row("the same file again", again, counts["inserted"]))
    rows += _stages(space)
    some = islice(stored_events(db), counts["inserted"] // OLDER_SHARE)
    rows.append(_older(space, older.flat_events(some, people(db))))
    faster = rows[1][3] / rows[-1][3]
    note = (
        f"{space.log.stat().st_size / 1e6:,.0f} MB of telemetry, {disk / 1e6:,.0f} MB on disk, "
        f"{disk / counts['inserted']:.0f} bytes for each event; the loader held at "
        f"most {peak / 1e6:.0f} MB; ours is {faster:.0f} times as fast as the older loader. "
        "Budget: 10,000 events a second on an idle machine, 15 times the older loader, 450 bytes "
        "an event, 300 MB; 100,000 events a second generated."
    )
    columns = ("work", "events", "seconds", "events/s", "our CPU, us/event", "server CPU, us/event")
    return [Table("Loading", columns, rows, note)]


def _run_loader(space: Workspace, database: str) -> tuple[dict[str, int], int]:
    """Load the file by the command that people use; return its counts and its peak memory."""
    arguments = [str(space.log), "--people", str(space.people), "--json", "--progress", "none"]
    done = subprocess.run(
        [sys.executable, "-c", _LOADER, *arguments],
        env={**os.environ, "DB_NAME": database}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout), int(done.stderr.split()[-1])


def _stages(space: Workspace) -> list[tuple[Any, ...]]:
    """Time reading, writing and summing up one after the other, in a database of their own."""
    db = space.database("stages")
    read, written = Cost(), Cost()
    touched: set[str] = set()
    documents = iter(_documents(space.log))
    count = 0
    while True:
        with space.watched() as cost:
            window = list(islice(documents, WINDOW))
        _add(read, cost)
        if not window:
            break
        count += len(window)
        with space.watched() as cost:
            touched |= write_events(db, window).bucket_ids
        _add(written, cost)
    with space.watched() as summed:
        refresh(db, touched)
    db.client.drop_database(db.name)
    stages = (("read and map", read), ("write", written), ("sum up", summed))
    return [_row(name, cost, count) for name, cost in stages]


def _older(space: Workspace, events: Iterable[Event]) -> tuple[Any, ...]:
    """Load events as the older loader did."""
    db = space.database("older")
    flat = list(events)
    with space.watched() as cost:
        older.load_as_before(db, flat)
    db.client.drop_database(db.name)
    return _row("the older loader's upserts", cost, len(flat))


def _documents(path: Path) -> Iterable[Event]:
    file = SourceFile(path, path.name)
    source = recognise(file)
    if source is None:
        raise SystemExit(f"{path} is of no known format.")
    return (document for kind, document in source.documents(file) if kind == EVENT)


def _row(name: str, cost: Cost, events: int) -> tuple[Any, ...]:
    each = 1e6 / events
    return (
        name, events, cost.seconds, round(events / cost.seconds), cost.own_cpu * each,
        cost.server_cpu * each,
    )  # fmt: skip


def _add(total: Cost, part: Cost) -> None:
    total.seconds += part.seconds
    total.own_cpu += part.own_cpu
    total.server_cpu += part.server_cpu
