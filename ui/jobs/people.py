"""Jobs that change people: an entry of the directory, an activity entered by hand.

Each stands in the ledger before it writes, so that a kill at any moment leaves
nothing that the next start does not make true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from analytics import UserProfile, connect
from ingest.events.coerce import text
from ingest.events.ids import content_id
from store.errors import StoreError
from store.events.write import write_events
from store.failures import brief
from store.import_log import ImportRun, open_import
from store.people.directory import apply_people, changed_entry
from store.rollups.refresh import refresh, refresh_people
from ui.jobs.runner import Failed, Runner, Work

MANUAL = "manual"

ACTIVITIES = {
    "user_prompt": "A prompt (makes it an active day)",
    "tool_result": "A tool call",
    "manual_activity": "Other work with the agent",
}
"""What can be entered by hand; a request would need tokens that nobody knows."""


@dataclass(frozen=True)
class PersonChange:
    """A change of somebody's directory entry.

    Attributes
    ----------
    email : str
        Whose entry; a new one if the directory has none.
    user_id : str
        Who that is where events do not name the e-mail; else empty.
    fields : mapping
        What changes, and into what; blank removes.
    from_day : str
        Day such as 2026-11-01 from which it holds; empty if it always did.
    """

    email: str
    user_id: str
    fields: Mapping[str, str]
    from_day: str


def change_person(change: PersonChange) -> Work:
    """Return the job that changes an entry and counts anew what it has a say in."""

    def write(db: Database, entry: ImportRun, run: Runner) -> dict[str, int]:
        entry.declare_people()
        stored = db["people"].find_one({"_id": change.email}) or {"email": change.email}
        if change.user_id:
            stored["user_id"] = change.user_id
        fields = {name: text(value) or "" for name, value in change.fields.items()}
        row = changed_entry(stored, fields, change.from_day)
        touched = apply_people(db, [row]).touched
        run.step("Counting anew")
        refresh_people(db, touched, entry.with_heartbeat(run.report))
        return {"changed": len(touched)}

    return _job(f"edit of {change.email}", write)


def add_activity(person: UserProfile, at: datetime, event_type: str) -> Work:
    """Return the job that stores an activity entered by hand and counts its day anew.

    Parameters
    ----------
    person : UserProfile
        Who was active.
    at : datetime
        When, with its zone.
    event_type : str
        One of `ACTIVITIES`.
    """

    def write(db: Database, entry: ImportRun, run: Runner) -> dict[str, int]:
        event = manual_event(person, at, event_type)
        entry.declare_days([f"{event['timestamp']:%Y-%m-%d}"])
        written = write_events(db, [event])
        entry.add_pending(written.inserted)
        run.step("Counting anew")
        refresh(db, written.bucket_ids, entry.with_heartbeat(run.report))
        return {"inserted": written.inserted, "unchanged": written.unchanged}

    return _job(f"activity of {person.name}", write)


def manual_event(person: UserProfile, at: datetime, event_type: str) -> dict[str, Any]:
    """Return the event; entering the same twice is one event."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    named = {
        "email": person.email,
        "name": person.name,
        "department": person.department if person.department != "unknown" else "",
        "level": person.level,
        "location": person.location,
    }
    return {
        "id": content_id(MANUAL, person.user_id, moment.isoformat(), event_type),
        "timestamp": moment,
        "event_type": event_type,
        "source": MANUAL,
        "user_id": person.user_id,
        **{name: value for name, value in named.items() if value},
        **({"is_success": True} if event_type == "tool_result" else {}),
    }


Write = Callable[[Database, ImportRun, Runner], dict[str, int]]


def _job(name: str, write: Write) -> Work:
    def work(run: Runner) -> None:
        run.step("Saving")
        try:
            with _entry(connect(), name) as (db, entry):
                counts = write(db, entry, run)
                entry.close("done", {"read": 1, **counts})
        except (PyMongoError, StoreError) as error:
            raise Failed(f"The store stopped answering; enter it again. {brief(error)}") from error
        # What changed is told in events; a directory entry is none.
        run.job.counts = {name: n for name, n in counts.items() if name == "inserted"}

    return work


@contextmanager
def _entry(db: Database, name: str) -> Iterator[tuple[Database, ImportRun]]:
    """Open an entry of the ledger; whatever stops the job gives it back for repair."""
    entry = open_import(db, name, MANUAL, hashlib.sha256(name.encode()).hexdigest(), 0)
    try:
        yield db, entry
    except BaseException:
        entry.release()
        raise
