"""The directory on the Data page: what a CSV file would change, and who is missing from it."""

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
    """What applying a directory would do.

    Attributes
    ----------
    changes : pandas.DataFrame
        One row per entry that is new or would change, new ones first: change,
        email, name, what.
    unchanged : int
        Entries that stay as they are.
    rejected : list of Reject
        Rows that cannot be read as a person.
    """

    changes: pd.DataFrame
    unchanged: int
    rejected: list[Reject]

    @classmethod
    def of(cls, db: Database, content: bytes) -> Preview | None:
        """Compare what a visitor sent with the directory; None if it is no table of people."""
        with tempfile.TemporaryDirectory(prefix="tokenflow-") as folder:
            path = Path(folder) / "employees.csv"
            path.write_bytes(content)
            return cls.of_file(db, path)

    @classmethod
    def of_file(cls, db: Database, path: Path) -> Preview | None:
        """Compare a file on the server with the directory; None if it is no table of people."""
        file = SourceFile(path, path.name)
        if not people.recognise(file):
            return None
        found = [*people.documents(file)]
        rows = [row for kind, row in found if kind == PERSON]
        change = compare_people(db, rows)
        by_email = {row["email"]: row for row in rows}
        stored = {row["_id"]: row for row in db["people"].find({"_id": {"$in": change.changed}})}
        changes = [_line("New", by_email[email], {}) for email in change.added]
        changes += [_line("Changed", by_email[who], stored[who]) for who in change.changed]
        rejected = [row for kind, row in found if kind == REJECT]
        return cls(pd.DataFrame(changes, columns=[*CHANGES]), len(change.unchanged), rejected)


def preview_upload(content: bytes) -> str:
    """Show what a file that was sent would change in the directory, before it is applied.

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
    return _refuse(f"There is no file {literal(str(path))} on the server.")


def _refuse(reason: str) -> str:
    st.warning(reason)
    return reason


def _show(found: Preview | None) -> str:
    if found is None:
        return _refuse("This file is no table of people: it needs a column with e-mail addresses.")
    _show_changes(found)
    return ""


def _show_changes(found: Preview) -> None:
    new = int((found.changes["change"] == "New").sum())
    counts = {"new": new, "changed": len(found.changes) - new, "unchanged": found.unchanged}
    told = ", ".join(f"**{exact(number)}** {name}" for name, number in counts.items())
    st.markdown(f"What this directory would do: {told}.")
    if found.rejected:
        first = found.rejected[0]
        rows = plural(len(found.rejected), "row")
        reason = literal(first.reason)
        st.caption(f"{rows} cannot be used; the first is line {first.line}: {reason}.")
    if len(found.changes):
        st.dataframe(
            found.changes,
            hide_index=True,
            height=TALL if len(found.changes) > MANY_ROWS else "content",
            column_config=columns(found.changes),
            alt="What the directory would change",
        )


def missing_people(db: Database, zone: str) -> None:
    """Draw a table of the people whom telemetry names and the directory does not."""
    everybody = user_list(db, EVERYTHING)
    missing = everybody[everybody["is_seen"] & ~everybody["is_listed"]]
    shown = ["user_id", "name", "department", "sessions", "cost_usd", "last_seen_at"]
    table(
        "Who is missing from the directory?",
        in_zone(missing[shown], zone),
        "Nobody: the directory lists everybody from whom something came.",
        on_pick=link_to("../pages/person.py", "id", "Open the person", "user_id", "name"),
    )


def _line(change: str, row: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, str]:
    name = str(row.get("name") or stored.get("name") or "")
    told = [
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
        "what": ", ".join(told) or ("other columns" if stored else ""),
    }
