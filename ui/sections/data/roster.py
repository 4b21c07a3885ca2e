"""Roster on the Data page: preview of a CSV file, users who are missing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import user_list
from ingest.files.json_records import Reject
from ingest.files.source_file import SourceFile
from ingest.formats import people
from ingest.record_kinds import PERSON, REJECT
from store.people.directory import PERSON_FIELDS, compare_people
from ui.components.drilldown import link_to
from ui.components.format import exact, literal, plural
from ui.components.table import MANY_ROWS, TALL, columns, table
from ui.components.time_zone import in_zone
from ui.scope import EVERYTHING, Scope

CHANGES = ("change", "email", "name", "what")


@dataclass(frozen=True)
class Preview:
    """Changes that a file would make to the roster.

    Attributes
    ----------
    changes : pandas.DataFrame
        One row per entry that is new or would change, new ones first: change,
        email, name, what.
    unchanged : int
        Entries that do not change.
    rejected : list of Reject
        Rows that cannot be read as a person.
    """

    changes: pd.DataFrame
    unchanged: int
    rejected: list[Reject]

    @classmethod
    def of(cls, db: Database, content: bytes) -> Preview | None:
        """Compare an upload with the roster; None if it is no table of people."""
        with tempfile.TemporaryDirectory(prefix="tokenflow-") as folder:
            path = Path(folder) / "employees.csv"
            path.write_bytes(content)
            return cls.of_file(db, path)

    @classmethod
    def of_file(cls, db: Database, path: Path) -> Preview | None:
        """Compare a file on the server with the roster; None if it is no table of people."""
        file = SourceFile(path, path.name)
        if not people.recognise(file):
            return None
        documents = [*people.documents(file)]
        rows = [row for kind, row in documents if kind == PERSON]
        change = compare_people(db, rows)
        by_email = {row["email"]: row for row in rows}
        stored = {row["_id"]: row for row in db["people"].find({"_id": {"$in": change.changed}})}
        changes = [_line("New", by_email[email], {}) for email in change.added]
        changes += [_line("Changed", by_email[who], stored[who]) for who in change.changed]
        rejected = [row for kind, row in documents if kind == REJECT]
        return cls(pd.DataFrame(changes, columns=[*CHANGES]), len(change.unchanged), rejected)


def preview_upload(content: bytes) -> str:
    """Show the changes that an upload would make to the roster, before it is applied.

    Returns
    -------
    str
        Why it cannot be applied; empty if it can.
    """
    return _show(Preview.of(Scope.current().db, content))


def preview_named(path: Path) -> str:
    """Show the same for a file on the server's disk, and return why it cannot be applied."""
    if path.is_file():
        return _show(Preview.of_file(Scope.current().db, path))
    return _reject(f"No such file on the server: {literal(str(path))}")


def _reject(reason: str) -> str:
    st.warning(reason)
    return reason


def _show(preview: Preview | None) -> str:
    if preview is None:
        return _reject("Not a roster: the file needs a column with email addresses.")
    _show_changes(preview)
    return ""


def _show_changes(preview: Preview) -> None:
    new = int((preview.changes["change"] == "New").sum())
    counts = {"new": new, "changed": len(preview.changes) - new, "unchanged": preview.unchanged}
    summary = ", ".join(f"**{exact(number)}** {name}" for name, number in counts.items())
    st.markdown(f"Changes to the roster: {summary}.")
    if preview.rejected:
        first = preview.rejected[0]
        rows = plural(len(preview.rejected), "row")
        reason = literal(first.reason)
        st.caption(f"{rows} cannot be used; the first is line {first.line}: {reason}.")
    if len(preview.changes):
        st.dataframe(
            preview.changes,
            hide_index=True,
            height=TALL if len(preview.changes) > MANY_ROWS else "content",
            column_config=columns(preview.changes),
            alt="Changes to the roster",
        )


def missing_people(db: Database, zone: str) -> None:
    """Draw a table of the users in the data who are not in the roster."""
    users = user_list(db, EVERYTHING)
    missing = users[users["is_seen"] & ~users["is_listed"]]
    shown = ["user_id", "name", "department", "sessions", "cost_usd", "last_seen_at"]
    table(
        "Not in roster",
        in_zone(missing[shown], zone),
        "Everyone is in the roster",
        on_pick=link_to("../pages/person.py", "id", "View person", "user_id", "name"),
    )


def _line(change: str, row: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, str]:
    name = str(row.get("name") or stored.get("name") or "")
    fields = [
        f"{field}: {stored[field]} → {row[field]}"
        if stored.get(field)
        else f"{field}: {row[field]}"
        for field in PERSON_FIELDS
        if (stored or field != "name")
        if row.get(field) and row[field] != stored.get(field)
    ]
    return {
        "change": change,
        "email": row["email"],
        "name": name,
        "what": ", ".join(fields) or ("other columns" if stored else ""),
    }
