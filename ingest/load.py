"""Load files: recognise, read, map, log the intent, write, refresh the rollups.

Kill it anywhere: what was written counts once, and the next start completes the rollups. Run
it again: nothing doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from pymongo.database import Database

from ingest.counts import Summary
from ingest.files.json_records import Reject
from ingest.files.source_file import SourceFile, find_files
from ingest.record_kinds import REJECT, SKIPPED
from ingest.sinks.dry_run import DryRun
from ingest.sinks.store import StoreWriter, Writer
from ingest.sources import PEOPLE, SOURCES, Source, recognise
from ingest.worker import Plan, Read, reading
from store.delete import delete_source
from store.errors import TokenflowError
from store.import_log import recover
from store.progress import Progress

Rejections = list[tuple[SourceFile, str]]


class IngestError(TokenflowError):
    """Nothing could be loaded; the message states why in one line."""


def load(
    db: Database,
    paths: Iterable[Path | str],
    people: Path | str | None = None,
    replace: str | None = None,
    dry_run: bool = False,
    user: str | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Load files of any known format into the store.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    paths : iterable of path
        Files and folders; formats are recognised by content.
    people : path, optional
        Directory of people to apply first. Its rows are counted only where they are rejected.
    replace : str, optional
        Source whose events are deleted before anything is written.
    dry_run : bool
        Read and map everything and say what would happen, but write nothing.
    user : str, optional
        E-mail address or id of the person whose transcripts these are; without it they are
        no user's. Telemetry names its own people.
    progress : callable, optional
        Called with (bytes done, bytes in all, what is being done), while a file is read in the
        thread that reads it. What it raises stops the run.

    Returns
    -------
    Summary
        Counts over all files.

    Raises
    ------
    IngestError
        If no file could be read as any known format.
    FileNotFoundError
        If a path does not exist.
    pymongo.errors.PyMongoError
        If the store cannot be reached; running it again is safe.
    """
    people_plan, people_rejected = _plan(find_files([Path(people)] if people else []))
    planned, rejected = _plan(find_files(Path(path) for path in paths))
    if people_rejected or not planned:
        raise IngestError(_why_nothing(people_rejected or rejected))
    whole = people_plan + planned
    report = _Report(progress, sum(file.size for file, _ in whole))
    # What is read meanwhile waits until the store is ready for it
    with reading(whole, user) as read:
        if not dry_run:
            recover(db)
            if replace:
                delete_source(db, replace, lambda _done, _total, label: report.say(label))
        with DryRun(db, replace) if dry_run else StoreWriter(db, report.say) as writer:
            return _run(_Loader(writer, report, read), people_plan, planned, rejected)


class _Loader(NamedTuple):
    """What every file of a run passes through."""

    writer: Writer
    report: _Report
    read: Read


def _run(loader: _Loader, people: Plan, planned: Plan, rejected: Rejections) -> Summary:
    summary = Summary()
    for file, source in people:
        # What describes the people behind the events is no part of the counts
        counts = _load_file(loader, file, source)
        summary.reasons += counts.reasons
    for file, source in planned:
        summary.add(_load_file(loader, file, source))
    for file, reason in rejected:
        counts = Summary()
        counts.reject(Reject(0, reason, file.name))
        loader.writer.reject(file, counts)
        summary.add(counts)
    return summary


def _load_file(loader: _Loader, file: SourceFile, source: Source) -> Summary:
    counts = Summary()
    windows = loader.read(file, source, loader.report.follow(file))
    loader.writer.begin(file, source.NAME, counts)
    # Windows are all that passes between who reads and who writes; what they hold is counted on
    # this side alone
    for window in windows:
        for reject in window.get(REJECT, ()):
            counts.reject(reject)
        counts.skipped.update(window.get(SKIPPED, ()))
        loader.writer.write(window, counts)
    loader.writer.end()
    return counts


def _plan(files: Iterable[SourceFile]) -> tuple[list[tuple[SourceFile, Source]], Rejections]:
    """Find each file's source, people first: rollups depend on what is known of them."""
    plan: list[tuple[SourceFile, Source]] = []
    rejected: Rejections = []
    for file in files:
        if source := recognise(file):
            plan.append((file, source))
        else:
            reason = file.damage or ("unknown format" if file.sample else "empty file")
            rejected.append((file, reason))
    return sorted(plan, key=lambda planned: planned[1] is not PEOPLE), rejected


def _why_nothing(rejected: Rejections) -> str:
    tried = "; ".join(source.DESCRIPTION for source in SOURCES)
    if not rejected:
        return "There are no files in the folder given."
    file, reason = rejected[0]
    others = f" (nor is any of {len(rejected) - 1:,} other files)" if len(rejected) > 1 else ""
    if reason == "unknown format":
        return f"{file.path} is of no known format{others}. Tried: {tried}."
    return f"{file.path}: {reason}{others}. Nothing was loaded."


class _Report:
    """Adds up how far a run is, over files of different sizes."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def follow(self, file: SourceFile) -> Callable[[int], None]:
        """Return what a file calls with the bytes of it that were consumed."""
        before = self._done
        self._done += file.size

        def consumed(count: int) -> None:
            if self._progress:
                self._progress(min(before + count, self._total), self._total, file.name)

        return consumed

    def say(self, label: str) -> None:
        """Report what is done while no file is read."""
        if self._progress:
            self._progress(min(self._done, self._total), self._total, label)
