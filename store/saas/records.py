"""Raw records of the SaaS data set in buckets, each stored exactly once.

Requests and audit logs hardly ever change their time, so their buckets are UTC days. Users,
sessions and tokens change; their buckets have no day. A full root bucket sends further records to
child buckets, chosen by the digits of their ids, so that a quiet day is one document and a busy one
as many as it needs. A record stays where it was first written, because a bucket never gets less
full: a search from the root finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from pymongo.database import Database

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

MAX_BUCKET_RECORDS = 1_000
"""Records in one document: some 250 kB, quick to read and to replace; 16 MB if all are huge."""

DATED = frozenset({REQUESTS, AUDIT_LOGS})
"""Collections stored by day."""

# The clock of a record itself, which outweighs everything else
_CLOCKS = {
    USERS: "last_login_at",
    SESSIONS: "last_activity_at",
    TOKENS: "revoked_at",
    **dict.fromkeys(DATED, "timestamp"),
}
# At equal clocks: how far a record is on a path that seldom leads back
_STAGES: dict[str, tuple[str, dict[Any, int]]] = {
    USERS: ("status", {"pending": 1, "active": 2, "blocked": 3, "deleted": 4}),
    SESSIONS: ("is_active", {True: 1, False: 2}),
    TOKENS: ("revoked", {False: 1, True: 2}),
}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class SaasWritten:
    """The outcome of writing records, and what is to be refreshed.

    `hours` are the UTC hours of records that are new or different; `since` is the
    earliest moment from which requests may be findings, because a token was revoked or a
    session ended then.
    """

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    hours: set[str] = field(default_factory=set)
    since: datetime | None = None
    is_directory: bool = False

    def add(self, other: SaasWritten) -> None:
        """Add the outcome of more records."""
        self.inserted += other.inserted
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.hours |= other.hours
        self.is_directory |= other.is_directory
        if other.since is not None:
            self.since = min(self.since or other.since, other.since)

    def add_affected(self, collection: str, record: Record) -> None:
        """Add what a record affects that was inserted or changed."""
        if collection == USERS:
            self.is_directory = True
        elif collection == TOKENS:
            self._affect_since(record.get("revoked_at"))
        else:
            moment = record["started_at" if collection == SESSIONS else "timestamp"]
            self.hours.add(f"{moment:%Y-%m-%dT%H}")
            if collection == SESSIONS:
                self._affect_since(session_end(record))

    def _affect_since(self, moment: datetime | None) -> None:
        if moment is not None:
            self.since = min(self.since or moment, moment)


def session_end(session: Record) -> datetime | None:
    """Return when a session ended, None while it is not known to have ended."""
    return session.get("last_activity_at") if session.get("is_active") is False else None


def read_records(db: Database, collection: str, utc_day: str | None = None) -> Iterator[Record]:
    """Yield all records of a collection, or those of one UTC day where it has days."""
    for bucket in db[collection].find({"day": utc_day} if utc_day else {}):
        yield from (record for record in bucket["records"] if "is_moved" not in record)


def tombstone(record: Record) -> Record:
    """Return what replaces a record whose last version is on another day."""
    return {"id": record["id"], "timestamp": record["timestamp"], "is_moved": True}


class Merge:
    """The records of a bucket merged with new ones, and the outcome."""

    def __init__(
        self,
        collection: str,
        old: Iterable[Record],
        new: Iterable[Record],
        *,
        is_bounded: bool = True,
    ) -> None:
        self.records = {record["id"]: record for record in old}
        self.written = SaasWritten()
        self.without_room: list[Record] = []
        self._collection = collection
        self._is_bounded = is_bounded
        for record in new:
            self._add(record)

    @property
    def is_changed(self) -> bool:
        """Whether the bucket differs from before."""
        return self.written.inserted + self.written.changed > 0

    def _add(self, record: Record) -> None:
        known = self.records.get(record["id"])
        if known is None and self._is_bounded and len(self.records) >= MAX_BUCKET_RECORDS:
            self.without_room.append(record)
        elif known is None:
            self.written.inserted += 1
            self._put(record)
        elif known == record or self._rank(record) <= self._rank(known):
            self.written.unchanged += 1
        else:
            self.written.changed += 1
            self.written.add_affected(self._collection, known)
            self._put(record)

    def _put(self, record: Record) -> None:
        self.records[record["id"]] = record
        self.written.add_affected(self._collection, record)

    def _rank(self, record: Record) -> tuple[bool, datetime, int, int, bytes]:
        clock = record.get(_CLOCKS.get(self._collection, ""), _NEVER)
        name, stages = _STAGES.get(self._collection, ("", {}))
        canonical = orjson.dumps(record, option=orjson.OPT_SORT_KEYS, default=str)
        stage = stages.get(record.get(name), 0)
        return "is_moved" in record, clock, stage, len(record), canonical


def root_bucket(collection: str, record: Record) -> str:
    """Return the bucket in which to look for a record first."""
    group = f"{record['timestamp']:%Y-%m-%d}" if collection in DATED else "all"
    return f"{group}|"


def child_bucket(key: str, record_id: str) -> str:
    """Return the bucket in which to look for a record that a full one does not hold."""
    # From the end: the first digits of a newer kind of UUID are its time, the same for many
    depth = len(key.split("|", 1)[1])
    return key + record_id.replace("-", "")[-1 - depth]
