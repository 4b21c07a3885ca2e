from __future__ import annotations

from analytics.refusals import REJECTS_BY_REASON, rejects_by_reason
from analytics.store.ledger import open_import, record_rejects


def test_an_empty_store_has_refused_nothing_and_keeps_its_columns(db):
    frame = rejects_by_reason(db)
    assert frame.empty
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == REJECTS_BY_REASON


def test_each_reason_of_an_import_is_one_row_with_its_first_example(db):
    entry = open_import(db, "export.jsonl", "cloudwatch", "0" * 64, 10)
    record_rejects(
        db, entry.id, "not JSON", 3, [{"line": 7, "excerpt": "hello"}, {"line": 9, "excerpt": "x"}]
    )
    entry.close("done", {"rejected": 3})
    row = rejects_by_reason(db).iloc[0]
    assert (row["reason"], row["import_name"], row["records"]) == ("not JSON", "export.jsonl", 3)
    assert (row["line"], row["excerpt"]) == (7, "hello")
