"""Write SaaS records into their buckets, each counted once, safe against concurrent writers.

Where records are stored by day, one that comes with another day than before has two buckets. The
later version stays. A tombstone replaces the other, because a bucket never gets less full.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter

from pymongo.database import Database
from pymongo.errors import BulkWriteError

from store.batching import batches
from store.bulk_errors import taken_ids
from store.overlay import Overlay
from store.retries import repeated
from store.saas.day_index import DayIndex, Days, DryRunDayIndex
from store.saas.records import (
    DATED,
    Bucket,
    Groups,
    Merge,
    Record,
    SaasWritten,
    child_bucket,
    read_records,
    root_bucket,
    tombstone,
)

# Buckets in memory at a time: full ones are some 50 MB
_BATCH = 20

_Names = dict[str, list[str]]
_moment = itemgetter("timestamp")


def write_records(db: Database, collection: str, records: Iterable[Record]) -> SaasWritten:
    """Store records exactly once by their `id`.

    Of two versions of one record the one with the later clock of its own stays (last sign-in,
    last activity, revocation, the moment it happened), then the one that is further on (an ended
    session, a revoked token, a blocked account), then the more complete one. The order of files
    does not matter: the store depends on the set of records alone.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    collection : str
        One of `SAAS_RECORDS`.
    records : iterable of dict
        Each with its UUID as `id`; `timestamp` or `started_at` where the kind has one.

    Returns
    -------
    SaasWritten
        Counts, and what to refresh.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    return _Writing(db, collection).run(records)


def dry_run_records(overlay: Overlay, collection: str, records: Iterable[Record]) -> SaasWritten:
    """Return what `write_records` would do; write to the overlay alone."""
    return _DryRun(overlay, collection).run(records)


def settle_records(db: Database) -> None:
    """Leave one version of each record, where a killed writer left several.

    The caller refreshes what is derived.
    """
    for collection in sorted(DATED):
        _Writing(db, collection).settle()


class _Writing:
    """One call of `write_records`."""

    def __init__(self, db: Database, collection: str) -> None:
        self._db = db
        self._collection = collection
        self._buckets = db[collection]
        self._day_index = DayIndex(db, collection)
        self.written = SaasWritten()

    def run(self, records: Iterable[Record]) -> SaasWritten:
        """Write records, those that may have several days after all others."""
        if self._collection not in DATED:
            self._write_all(records)
            return self.written
        batch = list(records)
        self._complete_index()
        several = self._day_index.claim(batch)
        self._write_all(record for record in batch if record["id"] not in several)
        self._decide([record for record in batch if record["id"] in several], several)
        # Again: other writers may have written the same records since the index was read
        self._leave_last(self._day_index.several(record["id"] for record in batch))
        return self.written

    def settle(self) -> SaasWritten:
        """Leave one version of each record, where a killed writer left several."""
        if self._buckets.find_one({}, {"_id": 1}):
            self._complete_index()
        self._leave_last(self._day_index.all_several())
        return self.written

    def _complete_index(self) -> None:
        """Index the days of records that an older version of Tokenflow stored."""
        if not self._day_index.are_complete():
            self._leave_last(self._day_index.claim(self._all_records()))
            self._day_index.complete()

    def _decide(self, records: list[Record], several: Days) -> None:
        """Write the last version of each record, counted as if they had come one by one."""
        known = {name: versions[-1] for name, versions in self._versions(several).items()}
        merge = Merge(self._collection, known.values(), records, is_bounded=False)
        self.written.add(merge.written)
        self._write_uncounted(
            record for record in merge.records.values() if record is not known.get(record["id"])
        )

    def _leave_last(self, several: Days) -> None:
        """Replace all but the last version of each record by tombstones."""
        versions = self._versions(several).values()
        self._write_uncounted(tombstone(record) for ordered in versions for record in ordered[:-1])

    def _versions(self, several: Days) -> dict[str, list[Record]]:
        """Find the stored versions of records by their days, the last one last."""
        versions: Groups = defaultdict(list)
        groups: _Names = defaultdict(list)
        for name, days in several.items():
            for day in days:
                groups[f"{day}|"].append(name)
        while groups:
            groups = self._find(groups, versions)
        return {name: sorted(of_one, key=_moment) for name, of_one in versions.items()}

    def _find(self, groups: _Names, versions: Groups) -> _Names:
        """Find records in some buckets; return those not there, by the next bucket."""
        further: _Names = defaultdict(list)
        for keys in batches(sorted(groups), _BATCH):
            for key, bucket in self._stored(keys).items():
                records = {record["id"]: record for record in bucket["records"]}
                for name in groups[key]:
                    if name not in records:
                        further[child_bucket(key, name)].append(name)
                    elif "is_moved" not in records[name]:
                        versions[name].append(records[name])
        return further

    def _write_uncounted(self, records: Iterable[Record]) -> None:
        """Write records that are counted elsewhere; what they affect is to be refreshed."""
        written, self.written = self.written, SaasWritten()
        self._write_all(records)
        written.hours |= self.written.hours
        self.written = written

    def _write_all(self, records: Iterable[Record]) -> None:
        """Write records, beginning at root buckets."""
        groups: Groups = defaultdict(list)
        for record in records:
            groups[root_bucket(self._collection, record)].append(record)
        while groups:
            groups = self._write(groups)

    def _all_records(self) -> Iterator[Record]:
        return read_records(self._db, self._collection)

    def _write(self, groups: Groups) -> Groups:
        """Write records into their buckets; return those of full buckets, by the next bucket."""
        further: Groups = defaultdict(list)
        for keys in batches(sorted(groups), _BATCH):
            stored = self._stored(keys)
            fresh = {key: groups[key] for key in keys if key not in stored}
            lost = self._insert(fresh, further)
            for key in sorted(stored.keys() | lost):
                self._update(key, groups[key], stored.get(key), further)
        return further

    @repeated
    def _stored(self, keys: list[str]) -> dict[str, Bucket]:
        return {bucket["_id"]: bucket for bucket in self._buckets.find({"_id": {"$in": keys}})}

    def _insert(self, groups: Groups, further: Groups) -> set[str]:
        """Insert new buckets; return the keys that another writer took meanwhile."""
        merges = {key: Merge(self._collection, (), records) for key, records in groups.items()}
        documents = [self._document(key, merge) for key, merge in merges.items()]
        lost: set[str] = set()
        if documents:
            try:
                self._buckets.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                lost = taken_ids(error, documents)
        for key in merges.keys() - lost:
            self._add_outcome(key, merges[key], further)
        return lost

    def _update(
        self, key: str, records: list[Record], bucket: Bucket | None, further: Groups
    ) -> None:
        while True:
            bucket = bucket or self._buckets.find_one({"_id": key})
            if bucket is None:  # deleted meanwhile
                if not self._insert({key: records}, further):
                    return
                continue
            merge = Merge(self._collection, bucket["records"], records)
            if not merge.is_changed or self._compare_and_swap(bucket, merge):
                self._add_outcome(key, merge, further)
                return
            bucket = None  # another writer was faster: read it again

    def _compare_and_swap(self, bucket: Bucket, merge: Merge) -> bool:
        expected = {"_id": bucket["_id"], "version": bucket["version"]}
        document = self._document(bucket["_id"], merge)
        return self._buckets.replace_one(expected, document).matched_count == 1

    def _document(self, key: str, merge: Merge) -> Bucket:
        day = {"day": key[:10]} if self._collection in DATED else {}
        # Random, not counted: a bucket deleted and inserted again must differ from its former self
        version = uuid.uuid4().hex
        return {"_id": key, **day, "version": version, "records": list(merge.records.values())}

    def _add_outcome(self, key: str, merge: Merge, further: Groups) -> None:
        self.written.add(merge.written)
        for record in merge.without_room:
            further[child_bucket(key, record["id"])].append(record)


class _DryRun(_Writing):
    """The same for a dry run: changes stay in the overlay."""

    def __init__(self, overlay: Overlay, collection: str) -> None:
        super().__init__(overlay.db, collection)
        self._overlay = overlay
        self._day_index = DryRunDayIndex(overlay, collection)

    def _all_records(self) -> Iterator[Record]:
        for bucket in self._overlay.find_all(self._collection).values():
            yield from bucket["records"]

    def _stored(self, keys: list[str]) -> dict[str, Bucket]:
        return self._overlay.find(self._collection, keys)

    def _insert(self, groups: Groups, further: Groups) -> set[str]:
        for key, records in groups.items():
            merge = Merge(self._collection, (), records)
            self._overlay.put(self._collection, [self._document(key, merge)])
            self._add_outcome(key, merge, further)
        return set()

    def _compare_and_swap(self, bucket: Bucket, merge: Merge) -> bool:
        self._overlay.put(self._collection, [self._document(bucket["_id"], merge)])
        return True
