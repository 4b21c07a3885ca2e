"""Distinct values of a field, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.database import Database


def stored_values(
    db: Database, collection: str, field: str, query: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Yield each value of a text field once, in any order.

    The command ``distinct`` must answer in one reply of 16 MB; a cursor need not.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read.
    collection : str
        Where to look.
    field : str
        A field that every document has.
    query : mapping, optional
        Filter on documents; a server groups in 100 MB, so filter by day what grows with events.
    """
    filtered = [{"$match": dict(query)}] if query else []
    for group in db[collection].aggregate([*filtered, {"$group": {"_id": f"${field}"}}]):
        yield str(group["_id"])
