"""Raw records of the SaaS data set, stored exactly once in few, fat documents.

Requests and audit logs never change their moment, so their buckets are UTC days. Users, sessions
and tokens live on and change; theirs know no day. A bucket that is full sends further records to
buckets below it, chosen by the digits of their ids, so that a quiet day is one document and a busy
one as many as it needs. A record is where it was first written, because a bucket never gets less
full: looking from the top finds it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from analytics.store.batching import batches
from analytics.store.scratch import Scratch

Record = dict[str, Any]
Bucket = dict[str, Any]
Groups = dict[str, list[Record]]

USERS = "saas_users"
SESSIONS = "saas_sessions"
TOKENS = "saas_tokens"
REQUESTS = "saas_requests"
AUDIT_LOGS = "saas_audit_logs"

SAAS_RECORDS = (USERS, SESSIONS, TOKENS, REQUESTS, AUDIT_LOGS)
"""Collections of raw records."""

MAX_BUCKET_RECORDS = 2_000
"""Records in one document: some 500 kB, which is quick to read and to replace."""

_DATED = frozenset({REQUESTS, AUDIT_LOGS})
# A record's own clock: what it says of itself outweighs everything else
_CLOCKS = {USERS: "last_login_at", SESSIONS: "last_activity_at", TOKENS: "revoked_at"}
# Where the clock stands still: how far a record has got on a way that seldom leads back
_STAGES: dict[str, tuple[str, dict[Any, int]]] = {
    USERS: ("status", {"pending": 1, "active": 2, "blocked": 3, "deleted": 4}),
    SESSIONS: ("is_active", {True: 1, False: 2}),
    TOKENS: ("revoked", {False: 1, True: 2}),
}
# Buckets held in memory at a time: full ones are some 50 MB
_BATCH = 20
_DUPLICATE_KEY = 11000
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class SaasWritten:
    """What became of records, and what derived from them is to be made anew.

    `hours` are UTC hours in which something happened that is new or different; `since` is the
    earliest moment from which requests may look different, because a token was revoked or a
    session ended then.
    """

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    hours: set[str] = field(default_factory=set)
    since: datetime | None = None
    is_directory: bool = False

    def add(self, other: SaasWritten) -> None:
        """Add what became of more records."""
        self.inserted += other.inserted
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.hours |= other.hours
        self.is_directory |= other.is_directory
        if other.since is not None:
            self.since = min(self.since or other.since, other.since)

    def concern(self, collection: str, record: Record) -> None:
        """Take note that a record came, changed or was changed."""
        if collection == USERS:
            self.is_directory = True
        elif collection == TOKENS:
            self._concern_since(record.get("revoked_at"))
        else:
            moment = record["started_at" if collection == SESSIONS else "timestamp"]
            self.hours.add(f"{moment:%Y-%m-%dT%H}")
            if collection == SESSIONS:
                self._concern_since(session_end(record))

    def _concern_since(self, moment: datetime | None) -> None:
        if moment is not None:
            self.since = min(self.since or moment, moment)


def session_end(session: Record) -> datetime | None:
    """Return when a session was over, None while nothing says that it is."""
    return session.get("last_activity_at") if session.get("is_active") is False else None


def write_records(db: Database, collection: str, records: Iterable[Record]) -> SaasWritten:
    """Store records exactly once by their `id`.

    Of two versions of one record the one with the later clock of its own stays (last sign-in,
    last activity, revocation), then the one that is further on (an ended session, a revoked
    token, a blocked account), then the one that says more. Which file came later plays no part,
    so the store depends on nothing but the set of records.

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


def rehearse_records(scratch: Scratch, collection: str, records: Iterable[Record]) -> SaasWritten:
    """Tell what `write_records` would do; write nothing but the scratch."""
    return _Rehearsal(scratch, collection).run(records)


def read_records(db: Database, collection: str, utc_day: str | None = None) -> Iterator[Record]:
    """Yield all records of a collection, or those of one UTC day where it has days."""
    for bucket in db[collection].find({"day": utc_day} if utc_day else {}):
        yield from bucket["records"]


class _Writing:
    """One call of `write_records`."""

    def __init__(self, db: Database, collection: str) -> None:
        self._collection = collection
        self._buckets = db[collection]
        self.written = SaasWritten()

    def run(self, records: Iterable[Record]) -> SaasWritten:
        """Write records from the top down."""
        groups: Groups = defaultdict(list)
        for record in records:
            groups[_top(self._collection, record)].append(record)
        while groups:
            groups = self._write(groups)
        return self.written

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

    def _stored(self, keys: list[str]) -> dict[str, Bucket]:
        return {bucket["_id"]: bucket for bucket in self._buckets.find({"_id": {"$in": keys}})}

    def _insert(self, groups: Groups, further: Groups) -> set[str]:
        """Insert new buckets; return the keys that another writer took meanwhile."""
        merges = {key: _Merge(self._collection, (), records) for key, records in groups.items()}
        documents = [self._document(key, merge) for key, merge in merges.items()]
        lost: set[str] = set()
        if documents:
            try:
                self._buckets.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                failures = error.details["writeErrors"]
                if any(failure["code"] != _DUPLICATE_KEY for failure in failures):
                    raise
                lost = {documents[failure["index"]]["_id"] for failure in failures}
        for key in merges.keys() - lost:
            self._settle(key, merges[key], further)
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
            merge = _Merge(self._collection, bucket["records"], records)
            if not merge.is_news or self._swap(bucket, merge):
                self._settle(key, merge, further)
                return
            bucket = None  # somebody else wrote it: read it again

    def _swap(self, bucket: Bucket, merge: _Merge) -> bool:
        seen = {"_id": bucket["_id"], "version": bucket["version"]}
        document = self._document(bucket["_id"], merge)
        return self._buckets.replace_one(seen, document).matched_count == 1

    def _document(self, key: str, merge: _Merge) -> Bucket:
        day = {"day": key[:10]} if self._collection in _DATED else {}
        # Drawn, not counted: a bucket deleted and made again must not look like its old self
        version = uuid.uuid4().hex
        return {"_id": key, **day, "version": version, "records": list(merge.records.values())}

    def _settle(self, key: str, merge: _Merge, further: Groups) -> None:
        self.written.add(merge.written)
        for record in merge.without_room:
            further[_below(key, record)].append(record)


class _Rehearsal(_Writing):
    """The same without a trace in the store."""

    def __init__(self, scratch: Scratch, collection: str) -> None:
        super().__init__(scratch.db, collection)
        self._scratch = scratch

    def _stored(self, keys: list[str]) -> dict[str, Bucket]:
        return self._scratch.find(self._collection, keys)

    def _insert(self, groups: Groups, further: Groups) -> set[str]:
        for key, records in groups.items():
            merge = _Merge(self._collection, (), records)
            self._scratch.put(self._collection, [self._document(key, merge)])
            self._settle(key, merge, further)
        return set()

    def _swap(self, bucket: Bucket, merge: _Merge) -> bool:
        self._scratch.put(self._collection, [self._document(bucket["_id"], merge)])
        return True


class _Merge:
    """A bucket's records with new ones among them, and what became of each."""

    def __init__(self, collection: str, old: Iterable[Record], new: Iterable[Record]) -> None:
        self.records = {record["id"]: record for record in old}
        self.written = SaasWritten()
        self.without_room: list[Record] = []
        self._collection = collection
        for record in new:
            self._add(record)

    @property
    def is_news(self) -> bool:
        """Whether the bucket differs from before."""
        return self.written.inserted + self.written.changed > 0

    def _add(self, record: Record) -> None:
        known = self.records.get(record["id"])
        if known is None and len(self.records) >= MAX_BUCKET_RECORDS:
            self.without_room.append(record)
        elif known is None:
            self.written.inserted += 1
            self._keep(record)
        elif known == record or self._rank(record) <= self._rank(known):
            self.written.unchanged += 1
        else:
            self.written.changed += 1
            self.written.concern(self._collection, known)
            self._keep(record)

    def _keep(self, record: Record) -> None:
        self.records[record["id"]] = record
        self.written.concern(self._collection, record)

    def _rank(self, record: Record) -> tuple[datetime, int, int, bytes]:
        clock = record.get(_CLOCKS.get(self._collection, ""), _NEVER)
        name, stages = _STAGES.get(self._collection, ("", {}))
        canonical = orjson.dumps(record, option=orjson.OPT_SORT_KEYS, default=str)
        return clock, stages.get(record.get(name), 0), len(record), canonical


def _top(collection: str, record: Record) -> str:
    group = f"{record['timestamp']:%Y-%m-%d}" if collection in _DATED else "all"
    return f"{group}|"


def _below(key: str, record: Record) -> str:
    # From the end: the first digits of a newer kind of UUID are its time, the same for many
    depth = len(key.split("|", 1)[1])
    digits: str = record["id"].replace("-", "")
    return key + digits[-1 - depth]
