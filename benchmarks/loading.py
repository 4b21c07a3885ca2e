"""Time generating, reading and writing events and refreshing what derives from them."""

from __future__ import annotations

import cProfile
import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any
from unittest import mock

from benchmarks import older
from benchmarks.compare import people
from benchmarks.report import Table
from benchmarks.workspace import Cost, Workspace
from ingest import load as loader
from ingest import worker
from ingest.files.source_file import SourceFile
from ingest.record_kinds import EVENT
from ingest.sources import recognise
from ingest.worker import GC_THRESHOLD
from store import prefetch
from store.events.write import write_events
from store.rollups import day_duplicates
from store.rollups import refresh as refreshing

SHARE = 10
"""One line in so many is loaded with a profiler, which slows down everything."""

HOTTEST = 10
"""Functions shown of the profile."""

WINDOW = 10_000

Event = dict[str, Any]

# Runs the loader and prints the peak memory of it and of its worker
_LOADER = """
import resource, runpy, sys
try:
    runpy.run_module("ingest", run_name="__main__")
finally:
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print(sum(resource.getrusage(who).ru_maxrss for who in both) * 1024, file=sys.stderr)
"""


class _Inline(Executor):
    """Run calls at once, in the thread of the caller."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # as an executor does
            done.set_exception(error)
        return done


def load(space: Workspace) -> list[Table]:
    """Make the data and load it into the store that the other sections ask."""
    rows: list[tuple[Any, ...]] = []
    generated = space.generate()
    os.sync()  # what was just made goes to the disk before anything else is timed
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
    rows.append(_older(space, people(db)))
    faster = rows[1][3] / rows[-1][3]
    note = (
        f"{space.log.stat().st_size / 1e6:,.0f} MB of telemetry, {disk / 1e6:,.0f} MB on disk, "
        f"{disk / counts['inserted']:.0f} bytes for each event; the loader and its reader held "
        f"at most {peak / 1e6:.0f} MB; ours is {faster:.1f} times as fast as the older loader. "
        "That one was given the same file: standard json, a flat document for each event, upserts "
        "by event id under five indexes; no rollups, no sessions, no import log. "
        "The three stages are ours one after the other; the whole load runs them side by side. "
        "Budget: 10,000 events a second on an idle machine, 15 times the older loader, 450 bytes "
        "an event, 300 MB; 100,000 events a second generated."
    )
    columns = ("work", "events", "seconds", "events/s", "our CPU, us/event", "server CPU, us/event")
    return [Table("Loading", columns, rows, note), _profile(space, _some_lines(space))]


def _run_loader(space: Workspace, database: str) -> tuple[dict[str, int], int]:
    """Load the file by the command that people use; return its counts and its peak memory."""
    arguments = [str(space.log), "--people", str(space.people), "--json", "--progress", "none"]
    done = subprocess.run(
        [sys.executable, "-c", _LOADER, *arguments],
        env={**os.environ, "DB_NAME": database}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout), int(done.stderr.split()[-1])


def _stages(space: Workspace) -> list[tuple[Any, ...]]:
    """Time reading, writing and the refresh one after the other, in a database of their own."""
    gc.set_threshold(*GC_THRESHOLD)  # as the command does
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
    with space.watched() as refreshed:
        refreshing.refresh(db, touched)
    db.client.drop_database(db.name)
    stages = (("read and map", read), ("write", written), ("refresh", refreshed))
    return [_row(name, cost, count) for name, cost in stages]


def _some_lines(space: Workspace) -> list[str]:
    """Return the first of so many parts of the file."""
    with space.log.open(encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    with space.log.open(encoding="utf-8") as lines:
        return list(islice(lines, count // SHARE))


def _older(space: Workspace, known: dict[str, Event]) -> tuple[Any, ...]:
    """Load the file as the older loader did, from text to documents."""
    db = space.database("older")
    with space.log.open(encoding="utf-8") as lines, space.watched() as cost:
        count = older.load_as_before(db, older.flat_events(older.read_as_before(lines), known))
    db.client.drop_database(db.name)
    return _row("the older loader", cost, count)


def _profile(space: Workspace, lines: list[str]) -> Table:
    """Load a part of the file under a profiler; show the functions that take most by themselves."""
    part = space.home / "part.jsonl"
    part.write_text("".join(lines), encoding="utf-8")
    db = space.database("profile")
    profile = cProfile.Profile()
    with ExitStack() as stack:
        for module in (prefetch, day_duplicates):  # a profiler sees one thread of one process
            stack.enter_context(mock.patch.object(module, "ThreadPoolExecutor", _inline))
        stack.enter_context(mock.patch.object(worker, "MUCH", part.stat().st_size + 1))
        profile.runcall(loader.load, db, [part])
    events = sum(row["events"] for day in db["daily_usage"].find({}) for row in day["rows"])
    db.client.drop_database(db.name)
    note = (
        f"The load of {events:,} events under cProfile, in one thread, by what functions take "
        "themselves; `recv_into` and `sendall` wait for the server. The profiler adds to functions "
        "that are called often: compare the rows, not with the table above."
    )
    columns = ("function", "calls/event", "own us/event", "with what it calls, us/event")
    return Table("What bounds loading", columns, hottest(profile, events), note)


def _inline(*_workers: Any, **_options: Any) -> _Inline:
    return _Inline()


def hottest(profile: cProfile.Profile, events: int) -> list[tuple[Any, ...]]:
    """Return the functions that take most by themselves, most first.

    Parameters
    ----------
    profile : cProfile.Profile
        A profile that was taken.
    events : int
        What the figures are divided by.
    """
    ranked = sorted(profile.getstats(), key=lambda entry: -entry.inlinetime)[:HOTTEST]
    each = 1e6 / events
    return [
        (_named(entry.code), entry.callcount / events, entry.inlinetime * each,
         entry.totaltime * each)
        for entry in ranked
    ]  # fmt: skip


def _named(code: CodeType | str) -> str:
    if isinstance(code, str):
        return code.strip("<>").removeprefix("built-in method ")
    return f"{Path(code.co_filename).stem}.{code.co_qualname}"


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
