"""How fast each format is loaded: the same telemetry in all of them, and as much of the SaaS data.

Every source but the SaaS data set is made from the first events of one generated file. What a
format does not hold is not there: transcripts know no decisions, metrics are points and no events.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.formats import FORMATS, batches_of, write_cloudwatch
from benchmarks.report import Table
from benchmarks.workspace import LAST_DAY, Workspace, run
from ingest.files.source_file import find_files
from ingest.load import load
from ingest.record_kinds import REJECT, SKIPPED
from ingest.sources import recognise

SHARE = 3
"""One event in so many of the data set is loaded in each format."""

MOST = 50_000
"""No more events than these are: they are held in memory while they are written."""

COLUMNS = ("source", "records", "MB", "seconds", "records/s", "read and map only, records/s")


def sources(space: Workspace) -> list[Table]:
    """Load the same telemetry from every kind of file, each into a database of its own."""
    # About 90 events a session
    events = min(90 * space.size.sessions // SHARE, MOST)
    files = write_all(space.home / "sources", space.log, events)
    files["the SaaS data set"] = _saas(space, events)
    warm = write_cloudwatch(space.home / "warm", list(batches_of(space.log, 500)))
    with _as_the_command_does():
        _row(space, "first load, discarded", warm)
        rows = [_row(space, name, path) for name, path in files.items()]
    note = (
        "Whole loads: read, map, write, refresh. A transcript's records are fewer and its lines "
        "longer than telemetry's, for they hold the words; a point of a metric is a record."
    )
    return [Table("Sources", COLUMNS, rows, note)]


def write_all(folder: Path, log: Path, events: int) -> dict[str, Path]:
    """Write the first events of a file of telemetry in every format; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    batches = list(batches_of(log, events))
    return {
        name: write(folder / str(number), batches)
        for number, (name, write) in enumerate(FORMATS.items())
    }


def _saas(space: Workspace, records: int) -> Path:
    folder = space.home / "sources" / "saas"
    run(
        "generators", "saas", "--seed", "42", "--end", LAST_DAY.isoformat(),
        "--days", str(space.size.days), "--requests", str(records),
        "--output", str(folder), "--progress", "none",
    )  # fmt: skip
    return folder


def _row(space: Workspace, name: str, path: Path) -> tuple[Any, ...]:
    db = space.database("source")
    started = perf_counter()
    records = load(db, [path]).inserted
    seconds = perf_counter() - started
    db.client.drop_database(db.name)
    started = perf_counter()
    mapped = count_documents(path)
    rate = mapped / (perf_counter() - started)
    size = sum(file.size for file in find_files([path])) / 1e6
    return name, records, size, seconds, round(records / seconds), round(rate)


def count_documents(path: Path) -> int:
    """Read and map files and count what would be written."""
    count = 0
    for file in find_files([path]):
        source = recognise(file)
        for kind, _ in source.documents(file) if source else ():
            count += kind not in (REJECT, SKIPPED)
    return count


@contextlib.contextmanager
def _as_the_command_does() -> Iterator[None]:
    """Look for cycles as seldom as ``python -m ingest`` does."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
