"""The log of imports: the days that each may change, so that an interrupted one is recovered.

An import logs the days before it writes to them. If it dies before it is closed, its lease expires,
and the next start refreshes what is derived from those days.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import WriteConcern
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, PyMongoError

from store.failures import brief
from store.progress import Progress
from store.revisions import bump
from store.rollups.refresh import rebuild, refresh_utc_days
from store.saas.refresh import rebuild_saas

_log = logging.getLogger("tokenflow")

LEASE = timedelta(seconds=60)
"""How long an import may go without a heartbeat before it counts as dead.

On the machine where it ran its process is looked for instead. To recover an import that still runs
costs a little work and does no harm: its next heartbeat opens it again.
"""

SETTLE_SECONDS = 2.0
"""Time in which a store ends what a process sent before it was killed."""

MAX_REJECTS = 1_000
"""Rejected records stored per import and reason; all are counted."""

_BEAT = LEASE / 6

_released: set[str] = set()
"""Imports that this process released: dead at once, even if the store was unreachable meanwhile."""


class ImportRun:
    """One run of an import, from its first declared day to its final counts."""

    def __init__(self, db: Database, import_id: str) -> None:
        self.id = import_id
        self._db = db
        self._days: set[str] = set()
        self._pending_events = 0
        self._beaten_at = datetime.now(UTC)

    def declare_days(self, utc_days: Iterable[str]) -> None:
        """Log the UTC days that the next write changes; call it before that write."""
        days = set(utc_days) - self._days
        if not days:
            self.heartbeat()
            return
        self._days |= days
        self._update({"days": sorted(self._days), **self._lease()})

    def declare_people(self) -> None:
        """Log that the next write changes the directory, which affects every day."""
        self._update({"is_directory": True, **self._lease()})

    def declare_saas(self) -> None:
        """Log that the next write changes the SaaS data set, which is rolled up as a whole."""
        self._update({"is_saas": True, **self._lease()})

    def heartbeat(self) -> None:
        """Extend the lease; cheap enough to call often."""
        if datetime.now(UTC) - self._beaten_at >= _BEAT:
            self._update(self._lease())

    def add_pending(self, events: int) -> None:
        """Log that events were stored which are not in the rollups yet."""
        self._pending_events += events
        self._update({"pending_events": self._pending_events, **self._lease()})

    def with_heartbeat(self, progress: Progress | None) -> Progress:
        """Return a progress callback that also extends the lease."""

        def report(done: int, total: int, label: str) -> None:
            self.heartbeat()
            if progress:
                progress(done, total, label)

        return report

    def close(self, state: str, counts: Mapping[str, Any]) -> None:
        """Close the import: its derived documents are refreshed, or nothing was written.

        Parameters
        ----------
        state : str
            ``"done"``, or another outcome.
        counts : mapping
            What became of the records, as the summary counts it.
        """
        closed = {"state": state, "counts": dict(counts), "pending_events": 0, "ended_at": _now()}
        self._settle(closed)
        _released.discard(self.id)
        bump(self._db, ["imports", "rejects"])

    def checkpoint(self, counts: Mapping[str, Any], pending_events: int) -> None:
        """Return when all that was written before is on disk, and log the counts so far."""
        so_far = {"counts": dict(counts), "pending_events": pending_events}
        self._settle({**so_far, **self._lease()})

    def resume(self) -> None:
        """Continue a closed import; its days are refreshed, so that it declares new ones."""
        self._days = set()

    def release(self) -> None:
        """End the lease of an unfinished import, so that it is recovered at once."""
        _released.add(self.id)
        with contextlib.suppress(PyMongoError):  # the store may be what failed
            self._update({"lease_until": _now()})

    def _lease(self) -> dict[str, Any]:
        self._beaten_at = datetime.now(UTC)
        return {"state": "open", "lease_until": _now() + LEASE}

    def _settle(self, fields: dict[str, Any]) -> None:
        # The journal is written in order: with this entry everything before it is on disk
        durable = WriteConcern(**{**self._db.write_concern.document, "j": True})
        imports = self._db.get_collection("imports", write_concern=durable)
        imports.update_one({"_id": self.id}, {"$set": fields})

    def _update(self, fields: dict[str, Any]) -> None:
        self._db["imports"].update_one({"_id": self.id}, {"$set": fields})


def open_import(db: Database, name: str, fmt: str, sha256: str, size: int) -> ImportRun:
    """Log that an import begins, before it writes anything else.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    name : str
        Name of the file or stream, for display.
    fmt : str
        Name of its source module.
    sha256 : str
        Digest of the content.
    size : int
        Bytes.
    """
    import_id = f"{sha256[:16]}-{uuid.uuid4().hex[:16]}"
    db["imports"].insert_one(
        {
            "_id": import_id,
            "name": name,
            "format": fmt,
            "sha256": sha256,
            "size": size,
            "state": "open",
            "days": [],
            "is_directory": False,
            "is_saas": False,
            "process": _process(),
            "started_at": _now(),
            "lease_until": _now() + LEASE,
        }
    )
    return ImportRun(db, import_id)


def record_rejects(
    db: Database, import_id: str, reason: str, count: int, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Store the rejected records of one import and reason in one document.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    import_id : str
        The import that rejected them.
    reason : str
        Why they were rejected, the same words for all.
    count : int
        How many there were.
    rows : iterable of mapping
        ``line`` and ``excerpt`` of the first `MAX_REJECTS` of them.
    """
    key = f"{import_id}|{reason}"
    document = {
        "_id": key,
        "import_id": import_id,
        "reason": reason,
        "count": count,
        "rows": [dict(row) for row in rows][:MAX_REJECTS],
    }
    db["rejects"].replace_one({"_id": key}, {**document, "at": _now()}, upsert=True)


def recover(db: Database) -> int:
    """Recover imports that were killed; return how many there were.

    Every start calls this, and the app every few seconds. An import that runs elsewhere has a valid
    lease and is left alone. One that cannot be recovered stays open and does not delay the others.

    Raises
    ------
    pymongo.errors.ConnectionFailure
        If the store cannot be reached.
    """
    return sum(_recovered(db, entry) for entry in dead_runs(db))


def dead_runs(db: Database) -> list[dict[str, Any]]:
    """Return the log entries of imports that were killed and not recovered yet."""
    return [entry for entry in db["imports"].find({"state": "open"}) if _is_dead(entry)]


def pending_events(db: Database) -> int:
    """Return how many stored events are not in the rollups yet, as open imports count them."""
    entries = db["imports"].find({"state": "open"}, {"pending_events": 1})
    return sum(int(entry.get("pending_events", 0)) for entry in entries)


def unfinished_days(db: Database, but: Iterable[str]) -> set[str]:
    """Return the UTC days that open imports may have touched, except some imports.

    An import that finishes on such a day refreshes it even if it changed nothing there: the events
    it counts as unchanged may be those of an import that died before its refresh.
    """
    others = db["imports"].find({"state": "open", "_id": {"$nin": sorted(but)}})
    return {str(day) for entry in others for day in entry["days"]}


def is_saas_unfinished(db: Database, but: Iterable[str]) -> bool:
    """Return whether an open import, except some, may have changed the SaaS data set."""
    others = {"state": "open", "is_saas": True, "_id": {"$nin": sorted(but)}}
    return bool(list(db["imports"].find(others, {"_id": 1})))


def _recovered(db: Database, dead: dict[str, Any]) -> bool:
    try:
        return _recover(db, dead)
    except ConnectionFailure:
        raise
    except Exception as error:  # whatever the cause, only this import is affected
        _log.warning("Import %s cannot be recovered: %s", dead["_id"], brief(error))
        return False


def _recover(db: Database, dead: dict[str, Any]) -> bool:
    claim = {"_id": dead["_id"], "state": "open", "lease_until": dead["lease_until"]}
    lease = {"lease_until": _now() + LEASE, "process": _process()}
    if not db["imports"].update_one(claim, {"$set": lease}).matched_count:
        return False  # another start was faster, or it still runs
    if dead["lease_until"] > _now() and dead["_id"] not in _released:
        # Its process ended a moment ago: what it sent last may not be written yet
        time.sleep(SETTLE_SECONDS)
    _released.discard(dead["_id"])
    claimed = ImportRun(db, dead["_id"])
    try:
        _refresh_derived(db, dead, claimed.with_heartbeat(None))
        claimed.close("recovered", dead.get("counts", {}))
    except BaseException:
        claimed.release()
        raise
    return True


def _refresh_derived(db: Database, dead: Mapping[str, Any], progress: Progress) -> None:
    if dead.get("is_directory"):
        rebuild(db, progress)
        return
    refresh_utc_days(db, dead["days"], progress)
    if dead.get("is_saas"):
        rebuild_saas(db, progress=progress)


def _is_dead(entry: Mapping[str, Any]) -> bool:
    if entry["lease_until"] <= _now() or entry["_id"] in _released:
        return True
    here = _process()
    is_ours = entry["process"]["host"] == here["host"] and os.name == "posix"
    return is_ours and entry["process"]["pid"] != here["pid"] and not _runs(entry["process"]["pid"])


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # of another user, but it runs
    return True


def _process() -> dict[str, Any]:
    return {"host": platform.node(), "pid": os.getpid()}


def _now() -> datetime:
    # The store keeps milliseconds
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
