"""The index of the days of dated SaaS records: twenty bytes each, by their ids.

Such records are stored by day, and one that is delivered again may have another day. So its day is
indexed before the record itself is written. The last writer finds all of its days, and a killed
writer leaves a day too many but never one too few.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from store.batching import batches
from store.overlay import Overlay
from store.retries import repeated

Document = dict[str, Any]
Days = dict[str, list[str]]
"""UTC days, by the id of a record."""

DAY_INDEX = "saas_day_index"

# Few, since a batch reads and writes them all, yet with room for 26 million records
_DOCUMENTS = 32
_ID_BYTES = 16
_ENTRY_BYTES = 20
_BATCH = 16
_CLAIMED_AT_ONCE = 40_000


class DayIndex:
    """The days of one collection's records."""

    def __init__(self, db: Database, collection: str) -> None:
        self._documents = db[DAY_INDEX]
        self._collection = collection

    def are_complete(self) -> bool:
        """Return whether all stored records are indexed; those of older stores are not."""
        return bool(self._find([self._mark]))

    def complete(self) -> None:
        """Record that all stored records are indexed."""
        self._replace({"_id": self._mark}, {"_id": self._mark})

    def claim(self, records: Iterable[dict[str, Any]]) -> Days:
        """Index the days of records; return those of records that may have several."""
        days: Days = {}
        for some in batches(records, _CLAIMED_AT_ONCE):
            groups: dict[str, set[bytes]] = defaultdict(set)
            for record in some:
                groups[self._key(record["id"])].add(_entry(record))
            for keys in batches(sorted(groups), _BATCH):
                stored = self._find(keys)
                documents = [self._add(key, groups[key], stored.get(key)) for key in keys]
                days |= _several(documents, {record["id"] for record in some})
        return days

    def several(self, ids: Iterable[str]) -> Days:
        """Return the days of those records that may have more than one."""
        chosen = set(ids)
        return _several(self._find_several({self._key(record_id) for record_id in chosen}), chosen)

    def all_several(self) -> Days:
        """Return the days of all records that may have more than one."""
        keys = {f"{self._collection}|{number}" for number in range(_DOCUMENTS)}
        return _several(self._find_several(keys))

    def _add(self, key: str, entries: set[bytes], document: Document | None) -> Document:
        """Add days to a document; return it as it is then."""
        while True:
            known = set(_unpacked(document))
            if document and entries <= known:
                return document
            expected = {"_id": key, "version": document["version"] if document else ""}
            packed = _packed(key, known | entries)
            if self._replace(expected, packed):
                return packed
            document = self._find([key]).get(key)  # another writer was faster: read it again

    @repeated
    def _find(self, keys: list[str]) -> dict[str, Document]:
        return {one["_id"]: one for one in self._documents.find({"_id": {"$in": keys}})}

    @repeated
    def _find_several(self, keys: set[str]) -> list[Document]:
        query = {"_id": {"$in": sorted(keys)}, "has_several": True}
        return list(self._documents.find(query))

    def _replace(self, expected: Document, document: Document) -> bool:
        try:
            self._documents.replace_one(expected, document, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    @property
    def _mark(self) -> str:
        return f"{self._collection}|"

    def _key(self, record_id: str) -> str:
        # From the end: the first digits of a newer kind of UUID are its time
        return f"{self._collection}|{int(record_id[-2:], 16) % _DOCUMENTS}"


class DryRunDayIndex(DayIndex):
    """The same for a dry run: changes stay in the overlay."""

    def __init__(self, overlay: Overlay, collection: str) -> None:
        super().__init__(overlay.db, collection)
        self._overlay = overlay

    def _find(self, keys: list[str]) -> dict[str, Document]:
        return self._overlay.find(DAY_INDEX, keys)

    def _find_several(self, keys: set[str]) -> list[Document]:
        return [one for one in self._find(sorted(keys)).values() if one["has_several"]]

    def _replace(self, expected: Document, document: Document) -> bool:  # noqa: ARG002
        self._overlay.put(DAY_INDEX, [document])
        return True


def _entry(record: dict[str, Any]) -> bytes:
    day: int = record["timestamp"].toordinal()
    return bytes.fromhex(record["id"].replace("-", "")) + day.to_bytes(4, "big")


def _packed(key: str, entries: set[bytes]) -> Document:
    ordered = sorted(entries)
    return {
        "_id": key,
        # Random, not counted: a document deleted and inserted again must differ from before
        "version": uuid.uuid4().hex,
        "has_several": any(_are_of_one(one, other) for one, other in pairwise(ordered)),
        "entries": b"".join(ordered),
    }


def _unpacked(document: Document | None) -> list[bytes]:
    entries = document["entries"] if document else b""
    return [entries[at : at + _ENTRY_BYTES] for at in range(0, len(entries), _ENTRY_BYTES)]


def _several(documents: Iterable[Document], chosen: set[str] | None = None) -> Days:
    """Return the days of records, or of some, that have more than one."""
    days: Days = defaultdict(list)
    for document in documents:
        for entry in _of_several(document):
            record_id = str(uuid.UUID(bytes=entry[:_ID_BYTES]))
            if chosen is None or record_id in chosen:
                day = date.fromordinal(int.from_bytes(entry[_ID_BYTES:], "big"))
                days[record_id].append(day.isoformat())
    return days


def _of_several(document: Document) -> list[bytes]:
    if not document["has_several"]:
        return []
    pairs = pairwise(_unpacked(document))
    return sorted({entry for pair in pairs if _are_of_one(*pair) for entry in pair})


def _are_of_one(one: bytes, other: bytes) -> bool:
    return one[:_ID_BYTES] == other[:_ID_BYTES]
