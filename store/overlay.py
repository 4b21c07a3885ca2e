"""An overlay of documents over a store that is never written: what a dry run would leave."""

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
    """Documents that would be written, over those that are stored.

    They are compressed in a temporary file that is deleted with this object, some 100 bytes per
    event. Memory has only the 2 MB cache of SQLite and the documents of the last call.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    view : callable, optional
        Given the name of a collection and a stored document of it, returns the document to read
        instead; None hides it.
    """

    def __init__(self, db: Database, view: DocumentView = lambda _name, document: document) -> None:
        self.db = db
        self._view = view
        # SQLite deletes a file without a name, also after a crash
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: Any) -> None:
        self._file.close()

    def find(self, collection: str, ids: Iterable[str]) -> dict[str, Document]:
        """Return the documents that exist, by their ids."""
        documents_by_id: dict[str, Document] = {}
        missing = []
        for key in ids:
            row = self._file.execute(_TAKE, (collection, key)).fetchone()
            if row:
                documents_by_id[key] = self._read(row[0])
            else:
                missing.append(key)
        if missing:
            documents_by_id |= self._stored(collection, {"_id": {"$in": missing}})
        return documents_by_id

    def find_all(self, collection: str) -> dict[str, Document]:
        """Return a whole collection, by id."""
        rows = self._file.execute(_TAKE_ALL, (collection,))
        written = map(self._read, (row[0] for row in rows))
        return {**self._stored(collection, {}), **{one["_id"]: one for one in written}}

    def put(self, collection: str, documents: Iterable[Document]) -> None:
        """Put documents over those that are stored."""
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
        # Decoded as by the driver: what a store returns may differ from what was written
        return bson.decode(zlib.decompress(content), codec_options=self.db.codec_options)

    def _stored(self, collection: str, query: Document) -> dict[str, Document]:
        visible = (self._view(collection, one) for one in self.db[collection].find(query))
        return {one["_id"]: one for one in visible if one is not None}
