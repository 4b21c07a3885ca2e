"""Write windows of documents to the store, with their import log and rollups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self

from pymongo.database import Database

from ingest.counts import Summary
from ingest.files.json_records import Reject
from ingest.files.source_file import SourceFile
from ingest.record_kinds import EVENT, PERSON, POINT, SAAS
from ingest.sinks.saas import SaasWriter
from store.events.bucket import EVENTS, BucketType
from store.events.documents import Event
from store.events.metric_points import POINTS
from store.events.write import Written, write
from store.import_log import ImportRun, open_import, record_rejects, unfinished_days
from store.people.directory import PeopleChange, apply_people
from store.rollups.refresh import refresh, refresh_people, refresh_utc_days

Window = dict[str, list[Any]]

STORED: dict[str, BucketType[Any]] = {EVENT: EVENTS, POINT: POINTS}
"""How documents are stored that count exactly once."""

# Rollups are refreshed once for many small files, and at the latest after so many bytes
_REFRESH_AFTER = 64 * 1024 * 1024
_FULL = "too many events in one hour of a session"


class Writer(Protocol):
    """Takes what files hold, window by window."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *details: Any) -> None: ...

    def begin(self, file: SourceFile, fmt: str, counts: Summary) -> None:
        """Take note that a file is about to be read."""

    def write(self, window: Window, counts: Summary) -> None:
        """Take a window of its documents."""

    def end(self) -> None:
        """Take note that the file was read to its end."""

    def reject(self, file: SourceFile, counts: Summary) -> None:
        """Take note of a file that no source knows."""


class StoreWriter:
    """Writes to the store; on leaving refreshes the rollups and closes its imports.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    say : callable
        Called with what is done while no file is read.
    """

    def __init__(self, db: Database, say: Callable[[str], None]) -> None:
        self._db = db
        self._say = say
        self._open: list[tuple[ImportRun, Summary]] = []
        self._buckets: set[str] = set()
        self._days: set[str] = set()
        self._people: set[str] = set()
        self._saas = SaasWriter(db)
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *details: Any) -> None:
        try:
            if error is None:
                self._refresh()
        finally:
            for entry, _ in self._open:
                entry.release()

    def begin(self, file: SourceFile, fmt: str, counts: Summary) -> None:
        """Write down that a file is about to be read."""
        entry = open_import(self._db, file.name, fmt, file.sha256(), file.size)
        self._open.append((entry, counts))
        self._bytes += file.size

    def write(self, window: Window, counts: Summary) -> None:
        """Store a window, its days written down before."""
        if people := window.get(PERSON):
            self._open[-1][0].declare_people()
            change = apply_people(self._db, people)
            self._people.update(change.touched)
            count_people(counts, change, len(people))
        for name, kind in STORED.items():
            if events := window.get(name):
                days = utc_days(events)
                self._open[-1][0].declare_days(days)
                self._days |= days
                written = write(self._db, kind, events)
                self._buckets |= written.bucket_ids
                self._open[-1][0].add_pending(written.inserted + written.changed)
                count_events(counts, written)
        if records := window.get(SAAS):
            self._saas.write(records, self._open[-1][0], counts)
        self._keep_alive()

    def end(self) -> None:
        """Refresh the rollups if enough was read since the last time."""
        self._saas.flush()
        if self._bytes >= _REFRESH_AFTER:
            self._refresh()

    def reject(self, file: SourceFile, counts: Summary) -> None:
        """Write down that no source knows a file."""
        entry = open_import(self._db, file.name, "unknown", "", file.size)
        close_import(self._db, entry, counts, "rejected")

    def _refresh(self) -> None:
        refresh_people(self._db, self._people, self._progress)
        refresh(self._db, self._buckets, self._progress)
        own = [entry.id for entry, _ in self._open]
        refresh_utc_days(self._db, self._days & unfinished_days(self._db, own), self._progress)
        self._saas.refresh(own, self._progress)
        for entry, counts in self._open:
            close_import(self._db, entry, counts, "done")
        self._open.clear()
        self._buckets.clear()
        self._days.clear()
        self._people.clear()
        self._bytes = 0

    def _progress(self, done: int, total: int, label: str) -> None:
        self._keep_alive()
        self._say(f"refreshing {label}: {done:,} of {total:,}")

    def _keep_alive(self) -> None:
        for entry, _ in self._open:
            entry.heartbeat()


def close_import(db: Database, entry: ImportRun, counts: Summary, state: str) -> None:
    """Close an import with its counts, and keep what it rejected."""
    for reason, rejects in counts.rejects.items():
        rows = [{"line": reject.line, "excerpt": reject.excerpt} for reject in rejects]
        record_rejects(db, entry.id, reason, counts.reasons[reason], rows)
    entry.close(state, {**counts.as_dict(), "skipped": dict(counts.skipped)})


def utc_days(events: Iterable[Event]) -> set[str]:
    """Return the UTC days on which some events lie."""
    return {str(day) for day in {event["timestamp"].date() for event in events}}


def count_events(counts: Summary, written: Written) -> None:
    """Add what became of events."""
    counts.inserted += written.inserted
    counts.changed += written.changed
    counts.unchanged += written.unchanged
    for event in written.rejected:
        counts.reject(Reject(0, _FULL, f"event {event['id']}"))


def count_people(counts: Summary, change: PeopleChange, rows: int) -> None:
    """Add what became of people; rows that repeat another are unchanged."""
    counts.inserted += len(change.added)
    counts.changed += len(change.changed)
    counts.unchanged += rows - len(change.touched)
