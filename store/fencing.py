"""Write derived documents with fencing tokens, so that the last version is complete.

A writer takes a fencing token, then reads the sources of a document, then writes it
unless one with a higher token is stored. The writer with the highest token has read
all that was written before it took the token, in whatever order writers run or stop.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from pymongo import ReplaceOne, ReturnDocument
from pymongo.database import Database

from store.batching import batches
from store.failures import write_each

_WRITE_BATCH = 1000


def next_fence(db: Database) -> int:
    """Return a new fencing token, higher than all before it."""
    counter = db["counters"].find_one_and_update(
        {"_id": "refresh"},
        {"$inc": {"value": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return int(counter["value"]) if counter else 0


def write_fenced(
    db: Database,
    collection: str,
    documents: Iterable[Mapping[str, Any]],
    fence: int,
    stored: Container[str] | None = None,
) -> set[str]:
    """Write documents unless a version with a later fence is stored; return the ids of those.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    collection : str
        Collection of the documents.
    documents : iterable of dict
        Without `fence`.
    fence : int
        The fencing token taken before their sources were read.
    stored : container of str, optional
        Ids that were stored a moment ago. The others are inserted, which costs a
        quarter; where another writer was faster, the fencing tokens decide.

    Returns
    -------
    set of str
        Ids of the documents with a later fence. A document that the store rejects is
        recorded (`store.failures`), and the others are written.
    """
    newer: set[str] = set()
    for batch in batches(({**document, "fence": fence} for document in documents), _WRITE_BATCH):
        fresh = [] if stored is None else [one for one in batch if one["_id"] not in stored]
        inserted = {one["_id"] for one in fresh} - _insert(db, collection, fresh)
        others = [one for one in batch if one["_id"] not in inserted]
        newer |= _replace(db, collection, others, fence)
    return newer


def _insert(db: Database, collection: str, documents: list[dict[str, Any]]) -> set[str]:
    """Insert documents and return the ids that other writers inserted meanwhile."""
    return write_each(
        db, collection, documents, lambda some: db[collection].insert_many(some, ordered=False)
    )


def _replace(
    db: Database, collection: str, documents: list[dict[str, Any]], fence: int
) -> set[str]:
    """Replace documents that are older and return the ids of those that are newer."""

    def write(some: list[dict[str, Any]]) -> None:
        # Only a stored document with a later fence is an error; one with the same fence is this
        # one, sent before
        db[collection].bulk_write(
            [
                ReplaceOne({"_id": one["_id"], "fence": {"$lte": fence}}, one, upsert=True)
                for one in some
            ],
            ordered=False,
        )

    return write_each(db, collection, documents, write)
