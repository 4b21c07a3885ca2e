from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.rows import Rows, rows_of


def texts(*values: str | None) -> Any:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


@pytest.fixture
def rows() -> Rows:
    return Rows(
        {
            "day": texts("2026-01-21", "2026-01-20", "2026-01-21"),
            "role": texts("dev", "dev", "lead"),
            "calls": np.array([1, 2, 4]),
            "cost_usd": np.array([0.0, 0.5, 0.25]),
        }
    )


def test_a_dimension_is_added_up_in_the_order_of_its_values(rows: Rows) -> None:
    assert rows.sum_by(("role",), {"calls": "int64", "cost_usd": "float64"}) == [
        {"role": "dev", "calls": 3, "cost_usd": 0.5},
        {"role": "lead", "calls": 4, "cost_usd": 0.25},
    ]


def test_rows_are_added_up_by_several_dimensions(rows: Rows) -> None:
    groups = rows.sum_by(("day", "role"), {"calls": "int64"})
    assert [tuple(row.values()) for row in groups] == [
        ("2026-01-20", "dev", 2),
        ("2026-01-21", "dev", 1),
        ("2026-01-21", "lead", 4),
    ]


def test_sums_are_numbers_of_python_of_the_type_asked_for(rows: Rows) -> None:
    [dev, _] = rows.sum_by(("role",), {"calls": "int64", "cost_usd": "float64"})
    assert (type(dev["calls"]), type(dev["cost_usd"])) == (int, float)
    assert {type(value) for value in rows.sums({"calls": "int64"}).values()} == {int}


def test_rows_of_some_weekdays_are_left(rows: Rows) -> None:
    assert rows.on_weekdays([2])["calls"].tolist() == [1, 4]
    assert rows.on_weekdays([1, 6])["calls"].tolist() == [2]


def test_rows_without_a_measure_are_left_out(rows: Rows) -> None:
    spent = rows.having("cost_usd")
    assert spent["role"].tolist() == ["dev", "lead"]
    assert spent["calls"].tolist() == [2, 4]


def test_values_are_gathered_by_a_dimension(rows: Rows) -> None:
    assert rows.collect("role", "day") == {
        "dev": ["2026-01-21", "2026-01-20"],
        "lead": ["2026-01-21"],
    }


def test_no_rows_add_up_to_nothing() -> None:
    none = Rows({"day": texts(), "role": texts(), "calls": np.array([], dtype="int64")})
    assert none.sum_by(("role",), {"calls": "int64"}) == []
    assert none.sums({"calls": "int64"}) == {"calls": 0}
    assert len(none.having("calls")) == 0
    assert none.sum_by((), {"calls": "int64"}) == []


def test_counts_beyond_the_digits_of_a_float_stay_exact() -> None:
    many = Rows({"role": texts("dev", "dev"), "tokens": np.array([2**53, 1])})
    assert many.sum_by(("role",), {"tokens": "int64"}) == [{"role": "dev", "tokens": 2**53 + 1}]


def test_a_value_that_is_missing_is_a_value() -> None:
    some = Rows({"kind": texts("a", None), "calls": np.array([1, 2])})
    assert {row["kind"]: row["calls"] for row in some.sum_by(("kind",), {"calls": "int64"})} == {
        "a": 1,
        None: 2,
    }


def test_shared_rows_are_read_only() -> None:
    rows = rows_of([{"_id": "2026-01-20", "rows": [{"calls": 1}]}], {"calls": "int64"})
    with pytest.raises(ValueError, match="read-only"):
        rows["calls"][0] = 2


def test_rows_come_day_by_day_and_lack_no_number() -> None:
    days = [
        {"_id": "2026-01-21", "rows": [{"role": "dev", "calls": 3}]},
        {"_id": "2026-01-20", "rows": [{"role": "lead"}, {"role": "dev", "counts": [4]}]},
        {"_id": "2026-01-20|1", "rows": [{"role": "dev", "calls": 2}]},
        {"_id": "2026-01-22", "rows": []},
    ]
    rows = rows_of(days, {"role": "str", "calls": "int64", "counts": "object"})
    assert rows["day"].tolist() == [*["2026-01-20"] * 3, "2026-01-21"]
    assert rows["role"].tolist() == ["lead", "dev", "dev", "dev"]
    assert rows["calls"].tolist() == [0, 0, 2, 3]
    assert rows["counts"].tolist() == [
        None, [4], None, None,
    ]  # fmt: skip


def test_rows_by_user_become_one_row_per_user() -> None:
    row = {"role": "dev", "user_id": ["ada", "bob"], "calls": [1, 2]}
    days = [{"_id": "2026-01-20", "rows": [row, {**row, "role": "lead", "user_id": ["a", "b"]}]}]
    columns = {"role": "str", "user_id": "str", "calls": "int64"}
    rows = rows_of(days, columns, is_by_user=True)
    assert rows["role"].tolist() == ["dev", "dev", "lead", "lead"]
    assert rows["user_id"].tolist() == ["ada", "bob", "a", "b"]
    assert rows["calls"].tolist() == [1, 2, 1, 2]
