"""Write rollups in documents of a bounded size.

The `_id` of a document is its day. Rows beyond its bound are in further parts, `day|1`, `day|2` and
so on, with the same `day`, so that questions which add up rows by `day` need no special case. A day
that has fewer parts than before leaves none behind, also with concurrent writers: the number of
parts is recorded before they are written, and each writer then clears those that it did not write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bson import encode
from pymongo.database import Database

from store.failures import UNWRITABLE
from store.fencing import write_fenced
from store.rollups.documents import Fact, Rollup, Row

MAX_BYTES = 8_000_000
"""Size of the rows of a document, at most; MongoDB takes 16 MiB."""

MAX_LIST = 5_000
"""Longest list in a row, so that one row alone is smaller than `MAX_BYTES`."""

PARTS = "day_parts"
"""Collection with the highest number of documents that each rollup of a day ever had."""


def write_days(
    db: Database,
    rollups: Mapping[str, Iterable[Rollup | Fact]],
    fence: int,
    stored: set[str] | None = None,
) -> None:
    """Write rollups or facts as `write_fenced` does, in as many parts as needed.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    rollups : mapping
        By collection, documents with `_id`, `day` and `rows`.
    fence : int
        The fencing token taken before their sources were read.
    stored : set of str, optional
        Ids that were stored a moment ago.
    """
    split = {name: [_split(one) for one in documents] for name, documents in rollups.items()}
    _record_parts(db, split)
    current: dict[str, dict[str, int]] = defaultdict(dict)
    for name, days in split.items():
        write_fenced(db, name, (part for parts in days for part in parts[1:]), fence)
        newer = write_fenced(db, name, (parts[0] for parts in days), fence, stored)
        for parts in days:
            current[parts[0]["_id"]][name] = 0 if parts[0]["_id"] in newer else len(parts)
    if not db[PARTS].find_one({}, {"_id": 1}):
        return  # the case of nearly every store
    for recorded in db[PARTS].find({"_id": {"$in": sorted(current)}}):
        for name, count in current[recorded["_id"]].items():
            _clear(db, name, recorded, count, fence)


def rollup_of(day: str, rows: Sequence[Row]) -> Rollup:
    """Return the document of a local day and its rows."""
    return {"_id": day, "day": day, "rows": rows}


def whole_days(db: Database, collection: str, days: Iterable[str]) -> Iterator[Rollup]:
    """Yield the documents of some days with all of their parts."""
    for document in db[collection].find({"_id": {"$in": sorted(days)}}):
        yield document
        further = [_part_id(document["_id"], n) for n in range(1, document.get("parts", 1))]
        yield from db[collection].find({"_id": {"$in": further}}) if further else ()


def _split(document: Any) -> list[Rollup]:
    rows = document["rows"]
    try:
        if len(encode({"rows": rows})) <= MAX_BYTES:
            return [document]
    except UNWRITABLE:
        return [document]  # the write records the failure
    parts: list[list[Row]] = [[]]
    size = 0
    for piece in (piece for row in rows for piece in _pieces(row)):
        piece_size = len(encode(piece))
        if size + piece_size > MAX_BYTES and parts[-1]:
            parts.append([])
            size = 0
        parts[-1].append(piece)
        size += piece_size
    key = document["_id"]
    whole = {**document, "parts": len(parts)}
    further: list[Any] = [
        {**whole, "_id": _part_id(key, n), "rows": part} for n, part in enumerate(parts[1:], 1)
    ]
    return [{**whole, "rows": parts[0]}, *further]


def _pieces(row: Row) -> Iterator[Row]:
    """Yield a row with its long lists split; only the first piece has its numbers."""
    lists = {name: value for name, value in row.items() if isinstance(value, list)}
    longest = max(map(len, lists.values()), default=0)
    names = {name for name, value in lists.items() if len(value) > MAX_LIST}
    scope = {
        name: value
        for name, value in row.items()
        if name not in names and not isinstance(value, int | float)
    }
    for start in range(0, max(longest, 1), MAX_LIST):
        cut = {name: lists[name][start : start + MAX_LIST] for name in names}
        yield {**(scope if start else row), **cut}


def _record_parts(db: Database, split: Mapping[str, list[list[Rollup]]]) -> None:
    several: dict[str, dict[str, int]] = defaultdict(dict)
    for name, days in split.items():
        for parts in days:
            if len(parts) > 1:
                several[parts[0]["_id"]][name] = len(parts)
    for key, counts in several.items():
        db[PARTS].update_one({"_id": key}, {"$max": counts}, upsert=True)


def _clear(
    db: Database, collection: str, recorded: Mapping[str, Any], count: int, fence: int
) -> None:
    """Clear parts from `count` on; for 0, a later writer was faster, those of this writer."""
    parts = [
        _part_id(recorded["_id"], n) for n in range(max(count, 1), recorded.get(collection, 1))
    ]
    if not count:
        db[collection].delete_many({"_id": {"$in": parts}, "fence": fence})
        return
    day = recorded["_id"].partition("|")[0]
    write_fenced(db, collection, ({"_id": part, "day": day, "rows": []} for part in parts), fence)


def _part_id(key: str, number: int) -> str:
    return f"{key}|{number}"
