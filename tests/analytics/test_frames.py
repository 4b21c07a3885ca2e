from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd

from analytics import Filters
from analytics.frames import fill_days, fill_days_by, only, to_frame

EVERY_DTYPE = {
    "name": "str",
    "count": "int64",
    "share": "float64",
    "is_good": "bool",
    "known_count": "Int64",
    "is_known": "boolean",
    "day": "datetime64[us]",
    "seen_at": "datetime64[us, UTC]",
}
TWO_DAYS = Filters(date(2026, 1, 31), date(2026, 2, 2))


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_a_frame_has_its_dtypes_with_and_without_rows() -> None:
    row = {
        "name": "a",
        "count": 2**53 + 1,
        "share": 0.5,
        "is_good": True,
        "known_count": 3.0,
        "is_known": False,
        "day": "2026-01-31",
        "seen_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    filled = to_frame([row], EVERY_DTYPE)
    assert dtypes(to_frame([], EVERY_DTYPE)) == dtypes(filled) == EVERY_DTYPE
    assert filled.loc[0, "count"] == 2**53 + 1
    assert filled.loc[0, "day"] == pd.Timestamp("2026-01-31")


def test_whole_numbers_are_fractions_where_fractions_are_declared() -> None:
    frame = to_frame([{"share": 1}], {"share": "float64"})
    assert dtypes(frame) == {"share": "float64"}


def test_what_a_document_lacks_is_zero_for_counts_and_blank_otherwise() -> None:
    columns = {name: dtype for name, dtype in EVERY_DTYPE.items() if dtype != "bool"}
    frame = to_frame([{}, {"count": 1}], columns)
    assert dtypes(frame) == columns
    assert frame["count"].to_list() == [0, 1]
    assert frame.drop(columns="count").isna().all(axis=None)


def test_quiet_days_are_zero_where_zero_is_known_and_blank_elsewhere() -> None:
    columns = {"day": "datetime64[us]", "requests": "int64", "cost": "float64", "p50": "float64"}
    known = [{"_id": "2026-02-01", "requests": 2, "cost": 0.5, "p50": 9.0}]
    frame = fill_days(known, TWO_DAYS, columns, blank=("p50",))
    assert frame["day"].dt.strftime("%F").to_list() == ["2026-01-31", "2026-02-01"]
    assert frame[["requests", "cost"]].to_numpy().tolist() == [[0, 0], [2, 0.5]]
    assert frame["p50"].isna().to_list() == [True, False]


def test_every_value_that_occurs_has_every_day() -> None:
    columns = {"day": "datetime64[us]", "role": "str", "total_tokens": "int64"}
    known = [
        {"_id": {"day": "2026-02-01", "value": "b"}, "total_tokens": 5},
        {"_id": {"day": "2026-01-31", "value": "a"}, "total_tokens": 7},
    ]
    frame = fill_days_by(known, TWO_DAYS, columns)
    assert frame["day"].dt.day.to_list() == [31, 31, 1, 1]
    assert frame["role"].to_list() == ["a", "b", "a", "b"]
    assert frame["total_tokens"].to_list() == [7, 0, 0, 5]
    assert dtypes(fill_days_by([], TWO_DAYS, columns)) == columns


def test_the_only_document_of_nothing_is_empty() -> None:
    assert only(iter([])) == {}
    assert only(iter([{"events": 1}])) == {"events": 1}
