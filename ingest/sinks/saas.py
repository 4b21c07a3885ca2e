"""SaaS records to the store: large windows, since every window opens every day's documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pymongo.database import Database

from ingest.counts import Summary
from store.import_log import ImportRun, is_saas_unfinished
from store.overlay import Overlay
from store.progress import Progress
from store.saas.records import Record, SaasWritten
from store.saas.refresh import rebuild_saas, refresh_saas
from store.saas.write import dry_run_records, write_records

Records = Iterable[tuple[str, Record]]

WINDOW = 40_000
"""Records held in memory at a time."""


class SaasWriter:
    """Writes records with their intent in the import log, and refreshes rollups afterwards."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[tuple[str, Record]] = []
        self._counts = Summary()
        self._written = SaasWritten()
        self._is_used = False

    def write(self, records: Records, entry: ImportRun, counts: Summary) -> None:
        """Take records of one file, each with its collection."""
        if not self._is_used:
            entry.declare_saas()
        self._is_used = True
        self._counts = counts
        self._waiting.extend(records)
        if len(self._waiting) >= WINDOW:
            self.flush()

    def flush(self) -> None:
        """Write the records taken so far."""
        for collection, records in _by_collection(self._waiting):
            written = write_records(self._db, collection, records)
            count_records(self._counts, written)
            self._written.add(written)
        self._waiting.clear()

    def refresh(self, own: Iterable[str], progress: Progress) -> None:
        """Refresh the rollups, those of an unfinished import as well."""
        if not self._is_used:
            return
        if is_saas_unfinished(self._db, own):
            rebuild_saas(self._db, progress=progress)
        else:
            refresh_saas(self._db, self._written, progress)
        self._written = SaasWritten()
        self._is_used = False


def dry_run_saas(overlay: Overlay, records: Records, counts: Summary) -> None:
    """Count what writing some records would do, and remember it."""
    for collection, group in _by_collection(records):
        count_records(counts, dry_run_records(overlay, collection, group))


def count_records(counts: Summary, written: SaasWritten) -> None:
    """Add what became of records."""
    counts.inserted += written.inserted
    counts.changed += written.changed
    counts.unchanged += written.unchanged


def _by_collection(records: Records) -> list[tuple[str, list[Record]]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for collection, record in records:
        groups[collection].append(record)
    return list(groups.items())
