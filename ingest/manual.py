"""Activities and directory entries that are entered by hand.

Each entry stands in the import log before it is written, so that the next start completes what a
kill at any moment leaves undone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from pymongo.database import Database

from ingest.events.coerce import text
from ingest.events.ids import content_id
from store.events.documents import Event
from store.events.sources import MANUAL
from store.events.write import write_events
from store.import_log import ImportRun, open_import
from store.people.directory import apply_people, changed_entry
from store.people.documents import DirectoryEntry
from store.progress import Progress
from store.rollups.refresh import refresh, refresh_people

ACTIVITIES = {
    "user_prompt": "A prompt (makes it an active day)",
    "tool_result": "A tool call",
    "manual_activity": "Other work with the agent",
}
"""Event types that can be entered, with their labels; a request would need its tokens."""


class User(Protocol):
    """What is known of a user; the user profiles of the questions have it."""

    @property
    def user_id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def email(self) -> str: ...  # noqa: D102
    @property
    def department(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def location(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class PersonChange:
    """A change of a directory entry.

    Attributes
    ----------
    email : str
        Key of the entry; a new entry if the directory has none.
    user_id : str
        User of the entry where events do not carry the e-mail; else empty.
    fields : mapping
        New values by field; a blank one removes the field.
    from_day : str
        First day such as 2026-11-01 to which it applies; empty for all days.
    """

    email: str
    user_id: str
    fields: Mapping[str, str]
    from_day: str


def change_person(
    db: Database, change: PersonChange, progress: Progress | None = None
) -> dict[str, int]:
    """Change a directory entry, refresh what it affects and return the counts.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    change : PersonChange
        Entry and its new values.
    progress : callable, optional
        Called with (done, total, label) before and during the refresh. What it raises stops the
        change.
    """
    with _open_entry(db, f"edit of {change.email}") as entry:
        entry.declare_people()
        known = db["people"].find_one({"_id": change.email})
        stored = cast(DirectoryEntry, known or {"email": change.email})
        if change.user_id:
            stored["user_id"] = change.user_id
        fields = {name: text(value) or "" for name, value in change.fields.items()}
        row = changed_entry(stored, fields, change.from_day)
        touched = apply_people(db, [row]).touched
        refresh_people(db, touched, _started(entry, progress))
        counts = {"changed": len(touched)}
        entry.close("done", {"read": 1, **counts})
    return counts


def add_activity(
    db: Database, user: User, at: datetime, event_type: str, progress: Progress | None = None
) -> dict[str, int]:
    """Store an activity, refresh its day and return the counts.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    user : User
        Who was active.
    at : datetime
        When, with its zone.
    event_type : str
        One of `ACTIVITIES`.
    progress : callable, optional
        Called with (done, total, label) before and during the refresh. What it raises stops it.
    """
    event = activity_event(user, at, event_type)
    with _open_entry(db, f"activity of {user.name}") as entry:
        entry.declare_days([f"{event['timestamp']:%Y-%m-%d}"])
        written = write_events(db, [event])
        entry.add_pending(written.inserted)
        refresh(db, written.bucket_ids, _started(entry, progress))
        counts = {"inserted": written.inserted, "unchanged": written.unchanged}
        entry.close("done", {"read": 1, **counts})
    return counts


def activity_event(user: User, at: datetime, event_type: str) -> Event:
    """Return the event of an activity; entering the same activity twice makes one event."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    known = {
        "email": user.email,
        "name": user.name,
        "department": user.department if user.department != "unknown" else "",
        "level": user.level,
        "location": user.location,
    }
    event: dict[str, Any] = {
        "id": content_id(MANUAL, user.user_id, moment.isoformat(), event_type),
        "timestamp": moment,
        "event_type": event_type,
        "source": MANUAL,
        "user_id": user.user_id,
        **{name: value for name, value in known.items() if value},
        **({"is_success": True} if event_type == "tool_result" else {}),
    }
    return cast(Event, event)


@contextmanager
def _open_entry(db: Database, name: str) -> Iterator[ImportRun]:
    """Open an entry of the import log; release it for recovery if anything fails."""
    entry = open_import(db, name, MANUAL, hashlib.sha256(name.encode()).hexdigest(), 0)
    try:
        yield entry
    except BaseException:
        entry.release()
        raise


def _started(entry: ImportRun, progress: Progress | None) -> Progress:
    report = entry.with_heartbeat(progress)
    report(0, 1, "refreshing")
    return report
