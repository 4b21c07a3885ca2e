"""`docs/data-model.md` against the declared types, and these against stored documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin, is_typeddict

from bson.errors import InvalidDocument
from pymongo.database import Database

from ingest.load import load
from store import schema
from store.documents import (
    COLLECTIONS,
    FAMILIES,
    data_model,
    fields_of,
    item_of,
    rollup_fields,
)
from store.events.metric_points import write_points
from store.events.write import write_events
from store.failures import write_each
from store.people.directory import apply_people, changed_entry
from store.prices.overrides import save_rate
from store.rollups.day_parts import PARTS
from store.rollups.definitions import RollupType
from store.rollups.refresh import rebuild, refresh
from tests.factories import make_request
from tests.ingest.good_files import good_files, write
from tests.points import make_counter, make_point

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "ingest" / "corpus"
DECISION = {"language": "Python", "decision": "accept", "decision_source": "config"}
TYPES = {
    str: str, int: int, float: int | float, bool: bool, bytes: bytes, datetime: datetime,
    Any: object,
}  # fmt: skip


def fill(db: Database, folder: Path) -> None:
    """Store what every format, the directory, metrics, prices and failures leave."""
    for name, content in good_files().items():
        write(folder, name, content)
    load(db, [folder, CORPUS], people=folder / "employees.csv", user="ada@example.com")
    entry = db["people"].find_one({"_id": "ada@example.com"}) or {"email": "ada@example.com"}
    apply_people(db, [changed_entry(entry, {"department": "Research"}, "2026-01-10")])
    points = [
        make_point("code_edit_tool.decision", **DECISION),
        make_point("session.count", start_type="fresh"),
        make_point("lines_of_code.count", type="added", session_id=None),
        make_counter(5, minute=7),
    ]
    refresh(db, write_points(db, points).bucket_ids)
    prices = dict.fromkeys(
        ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read"), 1.0
    )
    above = {**prices, "prompt_tokens": 200_000}
    save_rate(db, "own", {"models": ["own-1"], "usd_per_million": prices, "above": above})
    call = {"usage_key": "req:1"}
    twice = [make_request(source="otlp", **call), make_request(source="transcript", **call)]
    refresh(db, write_events(db, twice).bucket_ids)
    db[PARTS].insert_one({"_id": "2026-01-20", "daily_users": 2})
    rebuild(db)

    def fail(_documents: list[dict[str, Any]]) -> None:
        raise InvalidDocument("too large")

    write_each(db, "daily_usage", [{"_id": "2026-01-20", "fence": 1}], fail)


def faults(document: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    """Yield each field that is not described, or described as something else."""
    is_declared = isinstance(document, RollupType)
    fields = rollup_fields(document) if is_declared else fields_of(document)
    family = None if is_declared else FAMILIES.get(document)
    for name, content in value.items():
        where = f"{path}{name}"
        if name in fields:
            yield from value_faults(fields[name][0], content, where)
        elif not (family and re.fullmatch(family.pattern, name) and isinstance(content, int)):
            yield f"{where} is not described"


def value_faults(hint: Any, value: Any, where: str) -> Iterator[str]:
    if value is None and where.startswith("events[]."):
        return
    if item_of(hint) is not hint and isinstance(value, list):
        for item in value:
            yield from value_faults(item_of(hint), item, f"{where}[]")
    elif is_typeddict(hint) and isinstance(value, dict):
        yield from faults(hint, value, f"{where}.")
    elif get_origin(hint) in (dict, Mapping) and isinstance(value, dict):
        for item in value.values():
            yield from value_faults(get_args(hint)[1], item, f"{where}.*")
    elif not isinstance(value, TYPES.get(hint, int)):
        yield f"{where} is a {type(value).__name__}"


def test_the_data_model_document_is_generated_from_the_types() -> None:
    text = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    assert text == data_model(), "run python -m store.documents > docs/data-model.md"


def test_every_stored_collection_and_field_is_described(db: Database, tmp_path: Path) -> None:
    fill(db, tmp_path)
    stored = set(db.list_collection_names())
    assert stored <= COLLECTIONS.keys()
    # Collections that stay empty: indexes alone make the others
    assert COLLECTIONS.keys() - stored == set()
    unknown = set()
    for name in stored:
        document, row = COLLECTIONS[name]
        for one in db[name].find({}):
            unknown.update(f"{name}: {fault}" for fault in faults(document, one, ""))
            for values in one["rows"] if row else ():
                row_faults = faults(row, values, "rows[].")
                unknown.update(f"{name}: {fault}" for fault in row_faults)
    assert not unknown, "\n".join(sorted(unknown))


def test_an_unknown_field_and_a_wrong_type_are_found() -> None:
    document, row = COLLECTIONS["daily_usage"]
    assert list(faults(document, {"_id": 1, "token": 2}, "")) == [
        "_id is a int",
        "token is not described",
    ]
    assert list(faults(row, {"h05": 1, "h5": 1, "role": 3}, "")) == [
        "h5 is not described",
        "role is a int",
    ]


def test_schema_and_description_have_the_same_collections() -> None:
    assert set(schema.COLLECTIONS) == COLLECTIONS.keys()
    assert len(schema.COLLECTIONS) == len(COLLECTIONS)


def test_every_field_is_described_once_and_in_one_line() -> None:
    for line in data_model().splitlines():
        assert len(line) <= 160, line
        if line.startswith("| `"):
            assert len(re.split(r"(?<!\\)\|", line)) == 5, line
