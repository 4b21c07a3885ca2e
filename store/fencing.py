"""How derived documents are written, so that the last word is always complete.

Take a fence, then read what a document is made of, then write it unless one
with a higher fence is there. Whoever holds the highest fence has read all that
was written before it was taken, in whatever order writers run, stop or die.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from pymongo import ReplaceOne, ReturnDocument
from pymongo.database import Database

from store.batching import batches
from store.failures import write_each

_WRITE_BATCH = 1000


def next_fence(db: Database) -> int:
    """Advance the store's clock and return its new value."""
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
    documents: Iterable[dict[str, Any]],
    fence: int,
    stored: Container[str] | None = None,
) -> set[str]:
    """Write documents unless one made with a later fence is there already; return whose is.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    collection : str
        Where to.
    documents : iterable of dict
        What is known by now, without fencing tokens.
    fence : int
        The clock before what they are made of was read.
    stored : container of str, optional
        Ids that were there a moment ago. The others are inserted, which costs a
        quarter; where somebody was faster the fencing tokens decide as ever.

    Returns
    -------
    set of str
        Ids of the documents that are newer than ours. One that the store does not take is
        recorded (`store.failures`), and the others are written.
    """
    newer: set[str] = set()
    for batch in batches(({**document, "fence": fence} for document in documents), _WRITE_BATCH):
        fresh = [] if stored is None else [one for one in batch if one["_id"] not in stored]
        inserted = {one["_id"] for one in fresh} - _insert(db, collection, fresh)
        others = [one for one in batch if one["_id"] not in inserted]
        newer |= _replace(db, collection, others, fence)
    return newer


def insert_if_absent(
    db: Database, collection: str, documents: Iterable[dict[str, Any]], fence: int
) -> set[str]:
    """Write documents unless any is there already, whatever its fence; return whose is."""
    there: set[str] = set()
    for batch in batches(({**document, "fence": fence} for document in documents), _WRITE_BATCH):
        there |= _insert(db, collection, batch)
    return there


def _insert(db: Database, collection: str, documents: list[dict[str, Any]]) -> set[str]:
    """Insert documents and return the ids that somebody else took meanwhile."""
    return write_each(
        db, collection, documents, lambda some: db[collection].insert_many(some, ordered=False)
    )


def _replace(
    db: Database, collection: str, documents: list[dict[str, Any]], fence: int
) -> set[str]:
    """Replace documents that are older and return the ids of those that are newer."""

    def write(some: list[dict[str, Any]]) -> None:
        # Only a document that is there and newer than ours cannot be put in; one of the same
        # fence is our own, sent before
        db[collection].bulk_write(
            [
                ReplaceOne({"_id": one["_id"], "fence": {"$lte": fence}}, one, upsert=True)
                for one in some
            ],
            ordered=False,
        )

    return write_each(db, collection, documents, write)
