"""Count what a load would do, and write nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

from pymongo.database import Database

from ingest.counts import Summary
from ingest.files.source_file import SourceFile
from ingest.record_kinds import PERSON, SAAS
from ingest.sinks.saas import dry_run_saas
from ingest.sinks.store import STORED, Window, count_events, count_people
from store.batching import batches
from store.delete import view_without
from store.events.bucket import BucketType, bucket_id
from store.events.documents import Event
from store.events.write import Written, merge
from store.overlay import Overlay
from store.people.directory import dry_run_people

_BATCH = 500


class DryRun:
    """Counts what a `StoreWriter` would do with the same store; writes nothing.

    What it would have written it keeps in an overlay and finds again, so a record that comes twice
    counts as it would in the store, however far apart. `Overlay` documents what that costs.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to compare with.
    replaced : str, optional
        Source to leave out, as a load that replaces it would have deleted it.
    """

    def __init__(self, db: Database, replaced: str | None = None) -> None:
        self._overlay = Overlay(db, view_without(replaced)) if replaced else Overlay(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: Any) -> None:
        self._overlay.__exit__(*details)

    def begin(self, file: SourceFile, fmt: str, counts: Summary) -> None:
        """Do nothing: a dry run writes nothing."""

    def write(self, window: Window, counts: Summary) -> None:
        """Compare a window with what is stored or would be by now."""
        if people := window.get(PERSON):
            count_people(counts, dry_run_people(self._overlay, people), len(people))
        for name, kind in STORED.items():
            for written in self._written(kind, window.get(name, ())):
                count_events(counts, written)
        dry_run_saas(self._overlay, window.get(SAAS, ()), counts)

    def _written(self, kind: BucketType, events: Iterable[Event]) -> Iterator[Written]:
        groups: dict[str, list[Event]] = {}
        for event in events:
            groups.setdefault(bucket_id(event), []).append(event)
        for keys in batches(sorted(groups), _BATCH):
            stored = self._overlay.find(kind.collection, keys)
            for key in keys:
                yield self._merged(kind, key, groups[key], stored.get(key))

    def _merged(
        self, kind: BucketType, key: str, events: list[Event], bucket: dict[str, Any] | None
    ) -> Written:
        written = Written()
        merged = merge(kind.unpack(bucket) if bucket else (), events, written)
        if written.inserted + written.changed:
            self._overlay.put(kind.collection, [dict(kind.pack(key, merged.values(), 1))])
        return written

    def end(self) -> None:
        """Do nothing: there are no rollups to refresh."""

    def reject(self, file: SourceFile, counts: Summary) -> None:
        """Do nothing: the counts hold it already."""
