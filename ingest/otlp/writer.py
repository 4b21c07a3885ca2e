"""Write live telemetry to the store at once, and refresh the rollups about once a second.

Requests that arrive together are written together. The import log holds the days
that a write touches before it, and until the rollups are refreshed, so that the next start
recovers from a kill at any moment. There is one entry per process and hour, and a further
one after the store was away. A failed refresh is repeated until it succeeds.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pymongo.database import Database
from pymongo.errors import ConnectionFailure, InvalidOperation

from ingest.counts import Summary
from ingest.otlp.backlog import Backlog
from ingest.record_kinds import REJECT, SKIPPED, Document
from ingest.sinks.store import STORED, count_events, utc_days
from store.connection import check_reachable, resume, store_key
from store.errors import StoreError
from store.events.bucket import BucketType
from store.events.write import Written, write
from store.failures import brief
from store.import_log import MAX_REJECTS, ImportRun, open_import, record_rejects
from store.retries import pause_after
from store.rollups.refresh import refresh, refresh_utc_days

_log = logging.getLogger("tokenflow")

PAUSE_SECONDS = 1.0
"""Least time from the first new record to the refresh."""

_NAME = "live telemetry"
_FORMAT = "otlp"
# Refreshing takes at most this share of the time, however much there is
_SHARE = 1 / 3


@dataclass
class Batch:
    """What one request brought."""

    documents: dict[str, list[Any]]
    counts: Summary
    is_written: bool = False
    rejected: int = 0
    error: BaseException | None = field(default=None, repr=False)

    @classmethod
    def of(cls, documents: list[Document]) -> Batch:
        """Sort documents by kind, and count what is not to be written."""
        counts = Summary()
        kinds: dict[str, list[Any]] = {}
        for kind, document in documents:
            if kind == REJECT:
                counts.reject(document)
            elif kind == SKIPPED:
                counts.skipped[document] += 1
            else:
                kinds.setdefault(kind, []).append(document)
        return cls(kinds, counts)


class _Closed(StoreError):  # noqa: N818 - reads as what happened
    """The store was closed by this process; the import log shows what is left to do."""


class OtlpWriter:
    """Writer of live telemetry to one store; any number of threads may use it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._key = store_key(db)
        self.backlog = Backlog()
        self._waiting: list[Batch] = []
        self._queue_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._wake = threading.Event()
        self._entry: _Entry | None = None
        self._retiring: list[_Entry] = []
        self._pending: set[str] = set()
        self._doubtful_days: set[str] = set()
        self._closing = threading.Event()
        self._thread = threading.Thread(
            target=self._keep_refreshing, name="otlp-refresh", daemon=True
        )
        self._thread.start()

    @property
    def is_usable(self) -> bool:
        """Whether the rollups of what is written would be refreshed."""
        return self._thread.is_alive() and not self._closing.is_set()

    def store(self, batch: Batch) -> None:
        """Write a batch; on return it is on disk, each record counted once.

        Raises
        ------
        pymongo.errors.PyMongoError, StoreError
            If the store cannot be reached; sending the batch again is safe.
        """
        with self._queue_lock:
            self._waiting.append(batch)
        with self._write_lock:
            if not batch.is_written:
                self._write_waiting()
        if batch.error:
            raise batch.error

    def close(self) -> None:
        """Refresh the remaining rollups and close the entry of the import log."""
        self._closing.set()
        self._wake.set()
        self._thread.join()

    def _write_waiting(self) -> None:
        batches = self._take_waiting()
        try:
            self._follow_store()
            check_reachable(self._db)
            self._write(batches)
        except BaseException as error:  # the answer to every request that waits for this write
            if isinstance(error, ConnectionFailure):
                # What was not journaled may be lost with the server, this entry included
                self._retire_entry()
                batches += self._take_waiting()  # they need not find out for themselves
            for batch in batches:
                batch.error = error
        for batch in batches:
            batch.is_written = True
        self._wake.set()

    def _take_waiting(self) -> list[Batch]:
        with self._queue_lock:
            batches, self._waiting = self._waiting, []
        return batches

    def _follow_store(self) -> None:
        """Take the handle that is valid now; an embedded server that crashed is started again."""
        db = resume(self._key) if self._key else self._db
        if db is None:
            raise _Closed("the store was closed")
        if db is not self._db:
            self._db = db
            self._retire_entry()

    def _retire_entry(self) -> None:
        """Leave the entry to be closed after the refresh; the next write begins another."""
        if self._entry and self._entry.is_open:
            self._retiring.append(self._entry)
        self._entry = None

    def _write(self, batches: list[Batch]) -> None:
        entry = self._open_entry()
        for name, kind in STORED.items():
            documents = [item for batch in batches for item in batch.documents.get(name, ())]
            if documents:
                written = self._write_kind(entry, kind, documents)
                _mark_rejected(batches, name, {document["id"] for document in written.rejected})
        for batch in batches:
            entry.add(batch.counts)
        entry.run.checkpoint(entry.as_dict(), entry.pending_events)

    def _write_kind(self, entry: _Entry, kind: BucketType, documents: list[Any]) -> Written:
        days = utc_days(documents)
        # Until it is known which buckets a write touched, all of its days are in doubt
        doubtful = days - self._doubtful_days
        self._doubtful_days |= days
        entry.run.declare_days(days)
        written = write(self._db, kind, documents)
        self._doubtful_days -= doubtful
        self._pending |= written.bucket_ids
        entry.pending_events += written.inserted + written.changed
        if days - doubtful:
            # An interrupted write may have stored them, with no rollup yet
            entry.pending_events += written.unchanged
        count_events(entry.counts, written)
        return written

    def _open_entry(self) -> _Entry:
        hour = f"{datetime.now(UTC):%Y-%m-%dT%H}"
        if self._entry is None or self._entry.hour != hour:
            self._retire_entry()
            self._entry = _Entry.begin(self._db, hour)
        elif not self._entry.is_open:
            self._entry.run.resume()
        self._entry.is_open = True
        return self._entry

    def _keep_refreshing(self) -> None:
        pause = PAUSE_SECONDS
        failures = 0
        is_last = False
        while not is_last:
            self._wake.wait()
            is_last = self._closing.wait(pause)
            self._wake.clear()
            try:
                with self._write_lock:
                    self._follow_store()
                started_at = time.monotonic()
                self._refresh()
            except Exception as error:  # no other thread would try again
                if self._is_closed(error):
                    return
                failures += 1
                pause = max(PAUSE_SECONDS, pause_after(error, failures))
                _log.warning("Telemetry is stored, not yet in the rollups: %s", brief(error))
                self._wake.set()
            else:
                failures = 0
                pause = max(PAUSE_SECONDS, (time.monotonic() - started_at) / _SHARE)

    def _is_closed(self, error: Exception) -> bool:
        # A handle that `connect` did not make cannot be replaced
        is_lost = self._key is None and isinstance(error, InvalidOperation)
        return is_lost or isinstance(error, _Closed)

    def _refresh(self) -> None:
        with self._write_lock:
            db = self._db
            pending, self._pending = self._pending, set()
            doubtful, self._doubtful_days = self._doubtful_days, set()
            retiring, self._retiring = self._retiring, []
            for entry in retiring:
                entry.run = ImportRun(db, entry.run.id)  # its own handle may be closed
            current = self._entry
            entries = [*retiring, current] if current and current.is_open else retiring
            counted = [(entry, entry.pending_events) for entry in entries]
        try:
            progress = partial(_keep_alive, entries)
            refresh(db, pending, progress)
            refresh_utc_days(db, doubtful, progress)
            for entry in retiring:
                entry.close(db)
        except BaseException:
            with self._write_lock:
                self._pending |= pending
                self._doubtful_days |= doubtful
                self._retiring += retiring
            raise
        with self._write_lock:
            for entry, events in counted:
                entry.pending_events -= events
            is_done = not (self._pending or self._doubtful_days)
            if self._entry and self._entry.is_open and is_done:
                self._entry.close(db)


@dataclass
class _Entry:
    """The import of one hour, and its counts."""

    run: ImportRun
    hour: str
    is_open: bool = False
    pending_events: int = 0
    counts: Summary = field(default_factory=Summary)
    recorded: Counter[str] = field(default_factory=Counter)

    @classmethod
    def begin(cls, db: Database, hour: str) -> _Entry:
        """Write down that an hour has begun."""
        fingerprint = hashlib.sha256(f"{_NAME} {hour}".encode()).hexdigest()
        return cls(open_import(db, f"{_NAME} {hour}", _FORMAT, fingerprint, 0), hour)

    def add(self, counts: Summary) -> None:
        """Count what a batch held besides records to write."""
        self.counts.skipped += counts.skipped
        self.counts.reasons += counts.reasons
        for reason, rejects in counts.rejects.items():
            recorded = self.counts.rejects[reason]
            recorded += rejects[: MAX_REJECTS - len(recorded)]

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as the import log stores them."""
        return {**self.counts.as_dict(), "skipped": dict(self.counts.skipped)}

    def close(self, db: Database) -> None:
        """Record that all of its rollups are refreshed, and what was rejected."""
        for reason, rejects in self.counts.rejects.items():
            if (count := self.counts.reasons[reason]) != self.recorded[reason]:
                rows = [{"line": reject.line, "excerpt": reject.excerpt} for reject in rejects]
                record_rejects(db, self.run.id, reason, count, rows)
                self.recorded[reason] = count
        self.run.close("done", self.as_dict())
        self.is_open = False


_stores: dict[tuple[int | str, str], OtlpWriter] = {}
_lock = threading.Lock()


def otlp_writer(db: Database) -> OtlpWriter:
    """Return the writer of a store, the same for all threads."""
    key = store_key(db) or (id(db.client), db.name)
    with _lock:
        if key not in _stores or not _stores[key].is_usable:
            _stores[key] = OtlpWriter(db)
        return _stores[key]


def is_busy() -> bool:
    """Return, without asking a store, whether a request would wait for too long."""
    return any(store.backlog.is_full for store in list(_stores.values()))


def close() -> None:
    """Refresh the rollups and close all writers; the next record opens it again."""
    with _lock:
        while _stores:
            _stores.popitem()[1].close()


def _keep_alive(entries: list[_Entry], _done: int, _total: int, _label: str) -> None:
    for entry in entries:
        entry.run.heartbeat()


def _mark_rejected(batches: list[Batch], name: str, rejected: set[str]) -> None:
    if rejected:
        for batch in batches:
            batch.rejected += sum(item["id"] in rejected for item in batch.documents.get(name, ()))
