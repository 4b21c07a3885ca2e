"""Raw records of the SaaS data set, stored exactly once in few, fat documents.

Requests and audit logs hardly ever change their moment, so their buckets are UTC days. Users,
sessions and tokens live on and change; theirs know no day. A bucket that is full sends further
records to buckets below it, chosen by the digits of their ids, so that a quiet day is one document
and a busy one as many as it needs. A record is where it was first written, because a bucket never
gets less full: looking from the top finds it.
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
"""Collections kept by day."""

# A record's own clock: what it says of itself outweighs everything else
_CLOCKS = {
    USERS: "last_login_at",
    SESSIONS: "last_activity_at",
    TOKENS: "revoked_at",
    **dict.fromkeys(DATED, "timestamp"),
}
# Where the clock stands still: how far a record has got on a way that seldom leads back
_STAGES: dict[str, tuple[str, dict[Any, int]]] = {
    USERS: ("status", {"pending": 1, "active": 2, "blocked": 3, "deleted": 4}),
    SESSIONS: ("is_active", {True: 1, False: 2}),
    TOKENS: ("revoked", {False: 1, True: 2}),
}
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


def read_records(db: Database, collection: str, utc_day: str | None = None) -> Iterator[Record]:
    """Yield all records of a collection, or those of one UTC day where it has days."""
    for bucket in db[collection].find({"day": utc_day} if utc_day else {}):
        yield from (record for record in bucket["records"] if "is_moved" not in record)


def moved(record: Record) -> Record:
    """Return what keeps the place of a record whose last version lies on another day."""
    return {"id": record["id"], "timestamp": record["timestamp"], "is_moved": True}


class Merge:
    """A bucket's records with new ones among them, and what became of each."""

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
    def is_news(self) -> bool:
        """Whether the bucket differs from before."""
        return self.written.inserted + self.written.changed > 0

    def _add(self, record: Record) -> None:
        known = self.records.get(record["id"])
        if known is None and self._is_bounded and len(self.records) >= MAX_BUCKET_RECORDS:
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

    def _rank(self, record: Record) -> tuple[bool, datetime, int, int, bytes]:
        clock = record.get(_CLOCKS.get(self._collection, ""), _NEVER)
        name, stages = _STAGES.get(self._collection, ("", {}))
        canonical = orjson.dumps(record, option=orjson.OPT_SORT_KEYS, default=str)
        stage = stages.get(record.get(name), 0)
        return "is_moved" in record, clock, stage, len(record), canonical


def top(collection: str, record: Record) -> str:
    """Return the bucket in which to look for a record first."""
    group = f"{record['timestamp']:%Y-%m-%d}" if collection in DATED else "all"
    return f"{group}|"


def below(key: str, record_id: str) -> str:
    """Return the bucket in which to look for a record that a full one does not hold."""
    # From the end: the first digits of a newer kind of UUID are its time, the same for many
    depth = len(key.split("|", 1)[1])
    return key + record_id.replace("-", "")[-1 - depth]
