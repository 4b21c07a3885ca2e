"""Price overrides of one store: contract prices, and models that the built-in table lacks."""

from collections.abc import Mapping
from typing import Any

from pymongo.database import Database

from store.prices.table import OVERRIDES, Rate
from store.revisions import bump


def save_rate(db: Database, rate_id: str, row: Mapping[str, Any]) -> None:
    """Store a price override; it precedes the table from the next refresh on.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    rate_id : str
        Name of the row, chosen by the caller; an existing row of that name is replaced.
    row : mapping
        The fields of a ``[[rate]]`` of ``prices.toml``; dates as ISO text.
    """
    Rate.parse(row)  # rejects what could not be read back
    db[OVERRIDES].replace_one({"_id": rate_id}, {"_id": rate_id, **row}, upsert=True)
    bump(db, [OVERRIDES])


def remove_rate(db: Database, rate_id: str) -> None:
    """Remove a price override; the table applies again from the next refresh on."""
    db[OVERRIDES].delete_one({"_id": rate_id})
    bump(db, [OVERRIDES])
