"""The directory of people, and who a user is on a given day.

Raw events keep what the client sent. Role, department, level and location are
joined when events are rolled up, so a change of the directory never rewrites
an event. An entry may have a history of positions, each with the day it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

from pymongo import ReplaceOne
from pymongo.database import Database

from store.overlay import Overlay
from store.people.documents import DirectoryEntry
from store.people.roles import UNKNOWN, derived_role
from store.revisions import bump

PERSON_FIELDS = ("name", "role", "department", "level", "location")

_POSITION_FIELDS = ("role", "department", "level", "location")
"""Fields that change from a day on; a name is the same on all days."""


class Person(NamedTuple):
    """Who a user is on one day; "unknown" where nothing is known."""

    role: str
    department: str
    level: str | None
    location: str | None
    name: str | None
    role_basis: str
    is_listed: bool


@dataclass(frozen=True)
class PeopleChange:
    """What applying a directory changed: e-mail addresses by outcome."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def touched(self) -> list[str]:
        """Addresses whose entry differs now."""
        return self.added + self.changed


class Directory:
    """All entries of the directory, by e-mail address and by user id."""

    def __init__(self, entries: Iterable[DirectoryEntry]) -> None:
        self._by_email = {entry["_id"]: entry for entry in entries}
        self._by_user_id = {
            entry["user_id"]: entry for entry in self._by_email.values() if entry.get("user_id")
        }
        self._known: dict[tuple[Any, ...], Person] = {}

    @classmethod
    def load(cls, db: Database) -> Directory:
        """Read the directory from the store."""
        return cls(db["people"].find({}))

    def entries(self) -> list[DirectoryEntry]:
        """Return the entries in the order of their addresses."""
        return [self._by_email[email] for email in sorted(self._by_email)]

    def person(self, sent: Mapping[str, Any], day: str) -> Person:
        """Return who a user is on a day.

        Parameters
        ----------
        sent : dict
            What the client sent: any of `email`, `user_id`, `name`,
            `department`, `level`, `location`.
        day : str
            Day of the reporting time zone, such as "2026-01-20".

        Returns
        -------
        Person
            From the directory, else from the client, else by the role rule.
        """
        key = (sent.get("email"), sent.get("user_id"), day, *map(sent.get, PERSON_FIELDS))
        if (person := self._known.get(key)) is None:
            person = self._known[key] = self._resolve(sent, day)
        return person

    def _resolve(self, sent: Mapping[str, Any], day: str) -> Person:
        entry = self.entry(sent.get("email"), sent.get("user_id"))
        listed: Mapping[str, Any] = entry_on(entry, day) if entry else {}
        known = {name: listed.get(name) or sent.get(name) for name in PERSON_FIELDS}
        # Clients send no roles: only the directory has them
        role = listed.get("role")
        basis = "directory"
        if not role:
            role = derived_role(known["department"], known["level"])
            basis = UNKNOWN if role == UNKNOWN else "derived"
        return Person(
            role=role,
            department=known["department"] or UNKNOWN,
            level=known["level"],
            location=known["location"],
            name=known["name"],
            role_basis=basis,
            is_listed=entry is not None,
        )

    def entry(self, email: str | None, user_id: str | None) -> DirectoryEntry | None:
        """Find the entry of a user, by e-mail address first."""
        return self._by_email.get(email or "") or self._by_user_id.get(user_id or "")


def entry_on(entry: DirectoryEntry, day: str) -> DirectoryEntry:
    """Return an entry as it was on a day, according to its history."""
    past = [old for old in entry.get("history", ()) if day < old["until_day"]]
    if not past:
        return entry
    position: dict[str, Any] = {**min(past, key=lambda old: old["until_day"])}
    return cast(DirectoryEntry, {**entry, **position})


def changed_entry(
    entry: DirectoryEntry, fields: Mapping[str, str], from_day: str = ""
) -> DirectoryEntry:
    """Return a directory entry with a change from a day on.

    Parameters
    ----------
    entry : dict
        As it is; only an address, if the directory has no entry yet.
    fields : mapping
        Any of `PERSON_FIELDS` and their new values; blank removes.
    from_day : str
        First day of the change, such as "2026-11-01". The position before becomes
        history; later changes are dropped. Empty if the change holds for all days.
    """
    history: list[Mapping[str, Any]] = [*entry.get("history", [])]
    if from_day:
        before = entry_on(entry, str(date.fromisoformat(from_day) - timedelta(days=1)))
        position = {name: before.get(name) or "" for name in _POSITION_FIELDS}
        earlier = [past for past in history if past["until_day"] < from_day]
        history = [*earlier, {"until_day": from_day, **position}]
    else:
        history = [{k: v for k, v in past.items() if k not in fields} for past in history]
    changed = {**entry, **fields, **({"history": history} if history else {})}
    return cast(DirectoryEntry, changed)


def compare_people(db: Database, rows: Iterable[Mapping[str, Any]]) -> PeopleChange:
    """Return what `apply_people` would change, without changing it."""
    stored = _stored(db)
    return _compare(_documents(stored, rows), stored)


def dry_run_people(overlay: Overlay, rows: Iterable[Mapping[str, Any]]) -> PeopleChange:
    """Return what `apply_people` would change, and put it into the overlay."""
    stored = cast(dict[str, DirectoryEntry], overlay.find_all("people"))
    documents = _documents(stored, rows)
    change = _compare(documents, stored)
    overlay.put("people", [dict(documents[email]) for email in change.touched])
    return change


def apply_people(db: Database, rows: Iterable[Mapping[str, Any]]) -> PeopleChange:
    """Store directory entries; fields and entries that are absent stay.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write. The caller refreshes the people touched
        (`store.rollups.refresh.refresh_people`).
    rows : iterable of dict
        `email` and any of `name`, `role`, `department`, `level`, `location`,
        `user_id`, `extra`, `history`.

    Returns
    -------
    PeopleChange
        Addresses added, changed and unchanged.
    """
    stored = _stored(db)
    documents = _documents(stored, rows)
    change = _compare(documents, stored)
    writes = [ReplaceOne({"_id": email}, documents[email], upsert=True) for email in change.touched]
    if writes:
        db["people"].bulk_write(writes, ordered=False)
        bump(db, ["people"])
    return change


def _stored(db: Database) -> dict[str, DirectoryEntry]:
    return {entry["_id"]: entry for entry in db["people"].find({})}


def _documents(
    stored: Mapping[str, DirectoryEntry], rows: Iterable[Mapping[str, Any]]
) -> dict[str, DirectoryEntry]:
    documents: dict[str, DirectoryEntry] = {}
    for row in rows:
        email = row["email"].strip().lower()
        known: Mapping[str, Any] = documents.get(email) or stored.get(email, {})
        document = {**known, **row, "_id": email, "email": email}
        documents[email] = cast(DirectoryEntry, document)
    return documents


def _compare(
    documents: dict[str, DirectoryEntry], stored: Mapping[str, DirectoryEntry]
) -> PeopleChange:
    change = PeopleChange()
    for email in sorted(documents):
        if email not in stored:
            change.added.append(email)
        elif stored[email] == documents[email]:
            change.unchanged.append(email)
        else:
            change.changed.append(email)
    return change
