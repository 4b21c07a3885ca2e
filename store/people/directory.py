"""The people directory, and what it says about a person on a given day.

Raw events keep what the client sent. Role, department, level and location are
joined when rollups are made, so a change of the directory never rewrites an
event. An entry may carry a history: what held until a day stays true for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from pymongo import ReplaceOne
from pymongo.database import Database

from store.overlay import Overlay
from store.people.roles import UNKNOWN, derived_role
from store.revisions import bump

PERSON_FIELDS = ("name", "role", "department", "level", "location")

_POST = ("role", "department", "level", "location")
"""What changes from a day on; a name is the same for all days."""


class Person(NamedTuple):
    """What is known about somebody on one day; "unknown" where nothing is."""

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

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        self._by_email = {entry["_id"]: entry for entry in entries}
        self._by_user_id = {
            entry["user_id"]: entry for entry in self._by_email.values() if entry.get("user_id")
        }
        self._known: dict[tuple[Any, ...], Person] = {}

    @classmethod
    def load(cls, db: Database) -> Directory:
        """Read the directory from the store."""
        return cls(db["people"].find({}))

    def entries(self) -> list[dict[str, Any]]:
        """Return the entries in the order of their addresses."""
        return [self._by_email[email] for email in sorted(self._by_email)]

    def person(self, sent: dict[str, Any], day: str) -> Person:
        """Tell who somebody was on a day.

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
            The directory's word first, then the client's, then the role rule.
        """
        key = (sent.get("email"), sent.get("user_id"), day, *map(sent.get, PERSON_FIELDS))
        if (person := self._known.get(key)) is None:
            person = self._known[key] = self._resolve(sent, day)
        return person

    def _resolve(self, sent: dict[str, Any], day: str) -> Person:
        entry = self.entry(sent.get("email"), sent.get("user_id"))
        listed = entry_on(entry, day) if entry else {}
        known = {name: listed.get(name) or sent.get(name) for name in PERSON_FIELDS}
        # A role that a client sends is not a thing we know of; only the directory names roles.
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

    def entry(self, email: str | None, user_id: str | None) -> dict[str, Any] | None:
        """Find somebody's entry, by e-mail first."""
        return self._by_email.get(email or "") or self._by_user_id.get(user_id or "")


def entry_on(entry: dict[str, Any], day: str) -> dict[str, Any]:
    """Return an entry as it held on a day; `history` lists what was true until when."""
    past = [old for old in entry.get("history", ()) if day < old["until_day"]]
    if not past:
        return entry
    return {**entry, **min(past, key=lambda old: str(old["until_day"]))}


def changed_entry(
    entry: dict[str, Any], fields: Mapping[str, str], from_day: str = ""
) -> dict[str, Any]:
    """Return a directory entry with a change that holds from a day on.

    Parameters
    ----------
    entry : dict
        As it is; just an address, if the directory has none yet.
    fields : mapping
        Any of `PERSON_FIELDS` and their new values; blank removes.
    from_day : str
        First day of the change, such as "2026-11-01"; what held before becomes
        history, what was to change later is dropped. Empty if it always held.
    """
    history = entry.get("history", [])
    if from_day:
        before = entry_on(entry, str(date.fromisoformat(from_day) - timedelta(days=1)))
        held = {name: before.get(name) or "" for name in _POST}
        kept = [old for old in history if old["until_day"] < from_day]
        history = [*kept, {"until_day": from_day, **held}]
    else:
        history = [{k: v for k, v in old.items() if k not in fields} for old in history]
    return {**entry, **fields, **({"history": history} if history else {})}


def compare_people(db: Database, rows: Iterable[dict[str, Any]]) -> PeopleChange:
    """Tell what `apply_people` would change, without changing it."""
    stored = _stored(db)
    return _compare(_documents(stored, rows), stored)


def dry_run_people(overlay: Overlay, rows: Iterable[dict[str, Any]]) -> PeopleChange:
    """Tell what `apply_people` would change, and remember it in the overlay."""
    stored = overlay.find_all("people")
    documents = _documents(stored, rows)
    change = _compare(documents, stored)
    overlay.put("people", [documents[email] for email in change.touched])
    return change


def apply_people(db: Database, rows: Iterable[dict[str, Any]]) -> PeopleChange:
    """Store directory entries; what they do not mention stays.

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


def _stored(db: Database) -> dict[str, dict[str, Any]]:
    return {entry["_id"]: entry for entry in db["people"].find({})}


def _documents(
    stored: dict[str, dict[str, Any]], rows: Iterable[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    documents: dict[str, dict[str, Any]] = {}
    for row in rows:
        email = row["email"].strip().lower()
        known = documents.get(email) or stored.get(email, {})
        documents[email] = {**known, **row, "_id": email, "email": email}
    return documents


def _compare(
    documents: dict[str, dict[str, Any]], stored: dict[str, dict[str, Any]]
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
