"""Rollups in documents of a bounded size.

A document is named by its day. What it has no room for lies in parts beside it, `day|1`, `day|2`
and so on, which have the same `day`: whoever adds rows up by `day` need not know. A day that once
had parts and has fewer now leaves none behind, whoever writes it at the same time: parts are noted
before they are written, and after its own documents each writer clears those that it did not write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bson import encode
from pymongo.database import Database

from store.failures import UNWRITABLE
from store.fencing import write_fenced

Document = dict[str, Any]
Row = dict[str, Any]

MAX_BYTES = 8_000_000
"""What the rows of a document may weigh; MongoDB takes 16 MiB."""

MAX_LIST = 5_000
"""Longest list in a row, so that one row alone is lighter than `MAX_BYTES`."""

PARTS = "day_parts"
"""Collection that tells, by day, in how many documents each rollup of it ever was."""


def write_days(
    db: Database,
    rollups: Mapping[str, Iterable[Document]],
    fence: int,
    stored: set[str] | None = None,
) -> None:
    """Write the rollups of days or months as `write_fenced` does, in as many parts as needed.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    rollups : mapping
        By collection, documents with `_id`, `day` and `rows`.
    fence : int
        The clock before what they are made of was read.
    stored : set of str, optional
        Ids that were there a moment ago.
    """
    split = {name: [_split(one) for one in documents] for name, documents in rollups.items()}
    _note(db, split)
    current: dict[str, dict[str, int]] = defaultdict(dict)
    for name, days in split.items():
        write_fenced(db, name, (part for parts in days for part in parts[1:]), fence)
        newer = write_fenced(db, name, (parts[0] for parts in days), fence, stored)
        for parts in days:
            current[parts[0]["_id"]][name] = 0 if parts[0]["_id"] in newer else len(parts)
    for noted in db[PARTS].find({"_id": {"$in": sorted(current)}}):
        for name, count in current[noted["_id"]].items():
            _clear(db, name, noted, count, fence)


def whole_days(db: Database, collection: str, days: Iterable[str]) -> Iterator[Document]:
    """Yield the documents of some days with all of their parts."""
    for document in db[collection].find({"_id": {"$in": sorted(days)}}):
        yield document
        further = [_part_id(document["_id"], n) for n in range(1, document.get("parts", 1))]
        yield from db[collection].find({"_id": {"$in": further}}) if further else ()


def _split(document: Document) -> list[Document]:
    rows = document["rows"]
    try:
        if len(encode({"rows": rows})) <= MAX_BYTES:
            return [document]
    except UNWRITABLE:
        return [document]  # whoever writes it finds out and goes on
    parts: list[list[Row]] = [[]]
    held = 0
    for piece in (piece for row in rows for piece in _pieces(row)):
        weight = len(encode(piece))
        if held + weight > MAX_BYTES and parts[-1]:
            parts.append([])
            held = 0
        parts[-1].append(piece)
        held += weight
    key = document["_id"]
    further = [
        {**document, "_id": _part_id(key, n), "rows": part} for n, part in enumerate(parts[1:], 1)
    ]
    return [{**document, "rows": parts[0], "parts": len(parts)}, *further]


def _pieces(row: Row) -> Iterator[Row]:
    """Yield a row with its long lists cut in pieces; its numbers stand in the first alone."""
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


def _note(db: Database, split: Mapping[str, list[list[Document]]]) -> None:
    several: dict[str, dict[str, int]] = defaultdict(dict)
    for name, days in split.items():
        for parts in days:
            if len(parts) > 1:
                several[parts[0]["_id"]][name] = len(parts)
    for key, counts in several.items():
        db[PARTS].update_one({"_id": key}, {"$max": counts}, upsert=True)


def _clear(db: Database, collection: str, noted: Document, count: int, fence: int) -> None:
    """Clear the parts of a rollup that are not ours, or ours if somebody was later: count is 0."""
    parts = [_part_id(noted["_id"], n) for n in range(max(count, 1), noted.get(collection, 1))]
    if not count:
        db[collection].delete_many({"_id": {"$in": parts}, "fence": fence})
        return
    day = noted["_id"] if len(noted["_id"]) == len("2026-01-20") else f"{noted['_id']}-01"
    write_fenced(db, collection, ({"_id": part, "day": day, "rows": []} for part in parts), fence)


def _part_id(key: str, number: int) -> str:
    return f"{key}|{number}"
