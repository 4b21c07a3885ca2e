"""The values that a field has in a collection, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.database import Database


def stored_values(
    db: Database, collection: str, field: str, wanted: Mapping[str, Any] | None = None
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
    wanted : mapping, optional
        Filter on documents; a server groups in 100 MB, so choose by day what grows with events.
    """
    chosen = [{"$match": dict(wanted)}] if wanted else []
    for group in db[collection].aggregate([*chosen, {"$group": {"_id": f"${field}"}}]):
        yield str(group["_id"])
