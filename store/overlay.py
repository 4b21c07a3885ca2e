"""The store as a run would leave it, without writing to it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import bson
from pymongo.database import Database

Document = dict[str, Any]
DocumentView = Callable[[str, Document], Document | None]

_TABLE = "CREATE TABLE documents (collection TEXT, id TEXT, content BLOB, UNIQUE (collection, id))"
_PUT = "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)"
_TAKE = "SELECT content FROM documents WHERE collection = ? AND id = ?"
_TAKE_ALL = "SELECT content FROM documents WHERE collection = ? ORDER BY id"


class Overlay:
    """Documents that would be written, and behind them those that are stored.

    They lie compressed in a temporary file that ends with this object, some 100 bytes per event.
    In memory are the 2 MB that SQLite caches and the documents asked for, whatever a run reads.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    view : callable, optional
        Given the name of a collection and a stored document of it, returns what stands for the
        document; None if it is to be thought away.
    """

    def __init__(self, db: Database, view: DocumentView = lambda _name, document: document) -> None:
        self.db = db
        self._view = view
        # Without a name it is a file that SQLite deletes; nobody needs it after a crash
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: Any) -> None:
        self._file.close()

    def find(self, collection: str, ids: Iterable[str]) -> dict[str, Document]:
        """Return those documents that there are, by their ids."""
        found: dict[str, Document] = {}
        missing = []
        for key in ids:
            row = self._file.execute(_TAKE, (collection, key)).fetchone()
            if row:
                found[key] = self._read(row[0])
            else:
                missing.append(key)
        if missing:
            found |= self._stored(collection, {"_id": {"$in": missing}})
        return found

    def find_all(self, collection: str) -> dict[str, Document]:
        """Return a whole collection, by id."""
        rows = self._file.execute(_TAKE_ALL, (collection,))
        written = map(self._read, (row[0] for row in rows))
        return {**self._stored(collection, {}), **{one["_id"]: one for one in written}}

    def put(self, collection: str, documents: Iterable[Document]) -> None:
        """Keep documents as the store would."""
        self._file.execute("BEGIN")
        self._file.executemany(_PUT, self._rows(collection, documents))
        self._file.execute("COMMIT")

    def _rows(
        self, collection: str, documents: Iterable[Document]
    ) -> Iterator[tuple[str, str, bytes]]:
        for document in documents:
            content = bson.encode(document, codec_options=self.db.codec_options)
            yield collection, document["_id"], zlib.compress(content, 1)

    def _read(self, content: bytes) -> Document:
        # As the driver would: what comes back from the store may differ from what was given
        return bson.decode(zlib.decompress(content), codec_options=self.db.codec_options)

    def _stored(self, collection: str, wanted: Document) -> dict[str, Document]:
        found = (self._view(collection, one) for one in self.db[collection].find(wanted))
        return {one["_id"]: one for one in found if one is not None}
