"""How derived documents are written, so that the last word is always complete.

Take a token, then read what a document is made of, then write it unless one
with a higher token is there. Whoever holds the highest token has read all that
was written before it was taken, in whatever order writers run, stop or die.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pymongo import ReplaceOne, ReturnDocument
from pymongo.database import Database
from pymongo.errors import BulkWriteError

_DUPLICATE_KEY = 11000
_WRITE_BATCH = 1000


def next_token(db: Database) -> int:
    """Advance the store's clock and return its new value."""
    counter = db["counters"].find_one_and_update(
        {"_id": "refresh"},
        {"$inc": {"value": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return int(counter["value"]) if counter else 0


def publish(db: Database, collection: str, documents: Iterable[dict[str, Any]], token: int) -> None:
    """Write documents unless one made with a later token is there already."""
    for batch in batches(documents, _WRITE_BATCH):
        writes = [
            ReplaceOne(
                {"_id": document["_id"], "token": {"$lt": token}},
                {**document, "token": token},
                upsert=True,
            )
            for document in batch
        ]
        try:
            db[collection].bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            # A duplicate key means: the document is there and newer than ours.
            if any(failure["code"] != _DUPLICATE_KEY for failure in error.details["writeErrors"]):
                raise


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield the items in lists of at most `size`."""
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
