"""Derived documents that the store rejects: recorded, shown, written again by a rebuild.

One such document must not keep the others from being written. It is recorded by its id, without
its content, which may be huge.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bson.errors import BSONError
from pymongo.database import Database
from pymongo.errors import BulkWriteError, OperationFailure

from store.revisions import bump

_log = logging.getLogger("tokenflow")

FAILURES = "failures"
"""Collection with one entry per document that could not be written."""

UNWRITABLE = (BSONError, OverflowError, UnicodeError, RecursionError)
"""Errors of the driver for a document that cannot be encoded, or is too large to be sent."""

_DUPLICATE_KEY = 11000
_SHOWN = 300
# Codes about the store as a whole: no primary, no permission, a time-out, a full disk, a fault
_OF_STORE = frozenset({
    1, 6, 7, 13, 18, 24, 50, 64, 89, 91, 112, 189, 202, 262, 9001, 10107, 11600, 11602, 13435,
    13436, 14031,
})  # fmt: skip
_OF_ENGINE = re.compile(r"WT_|WiredTiger|space left")

Document = dict[str, Any]


def write_each(
    db: Database,
    collection: str,
    documents: list[Document],
    write: Callable[[list[Document]], object],
) -> set[str]:
    """Write documents; record one that the store rejects and write the others.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    collection : str
        Where the documents belong.
    documents : list of dict
        Each with its fence.
    write : callable
        Sends some of them, unordered.

    Returns
    -------
    set of str
        Ids that exist already.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store as a whole does not write.
    """
    if not documents:
        return set()
    try:
        write(documents)
    except BulkWriteError as error:
        return _taken(db, collection, documents, error)
    except (*UNWRITABLE, OperationFailure) as error:
        code = getattr(error, "code", None)
        if code in _OF_STORE:
            raise
        if len(documents) > 1:
            # The error does not name the document, nor those sent before it
            return set().union(*(write_each(db, collection, [one], write) for one in documents))
        _record(db, collection, documents[0], str(code or type(error).__name__))
    return set()


def brief(error: BaseException) -> str:
    """Return an error in one short line, without the document that it may be about.

    The driver's errors repeat documents in full: 16 MB of what senders wrote.
    """
    if isinstance(error, BulkWriteError):
        codes = sorted({failure["code"] for failure in error.details["writeErrors"]})
        return f"{type(error).__name__} {codes}"
    if isinstance(error, BSONError):
        return type(error).__name__
    line = " ".join(str(error)[: 2 * _SHOWN].split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def settle_failures(db: Database) -> None:
    """Remove the entries of documents that were written since; there are hardly ever any."""
    for failure in db[FAILURES].find({}):
        written_since = {"_id": failure["document"], "fence": {"$gt": failure["fence"]}}
        if db[failure["collection"]].find_one(written_since, {"_id": 1}):
            db[FAILURES].delete_one({"_id": failure["_id"], "fence": failure["fence"]})
            bump(db, [FAILURES])


def _taken(
    db: Database, collection: str, documents: list[Document], error: BulkWriteError
) -> set[str]:
    failures = error.details["writeErrors"]
    # Without a majority behind it the next primary may not know the write
    if error.details.get("writeConcernErrors") or any(map(_is_of_store, failures)):
        raise error
    taken: set[str] = set()
    for failure in failures:
        document = documents[failure["index"]]
        if failure["code"] == _DUPLICATE_KEY:
            taken.add(document["_id"])
        else:
            _record(db, collection, document, str(failure["code"]))
    return taken


def _is_of_store(failure: Mapping[str, Any]) -> bool:
    return failure["code"] in _OF_STORE or bool(_OF_ENGINE.search(str(failure.get("errmsg", ""))))


def _record(db: Database, collection: str, document: Document, code: str) -> None:
    key = f"{collection}|{document['_id']}"
    entry = {
        "_id": key,
        "collection": collection,
        "document": document["_id"],
        "code": code,
        "fence": document["fence"],
        "at": datetime.now(UTC),
    }
    # If even this cannot be written, the error is raised and nothing counts as written
    db[FAILURES].replace_one({"_id": key}, entry, upsert=True)
    bump(db, [FAILURES])
    _log.warning("%s cannot be written (%s).", key[:_SHOWN], code)
