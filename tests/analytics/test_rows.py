from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pymongo.database import Database

from analytics.rows import Rows, read_rows
from tests.commands import Listener

UNWOUND = [{"$unwind": "$rows"}]


@pytest.fixture
def rows() -> Rows:
    return Rows(
        {
            "day": ["2026-01-21", "2026-01-20", "2026-01-21"],
            "role": ["dev", "dev", "lead"],
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


def test_days_carry_the_id_that_frames_are_filled_by(rows: Rows) -> None:
    assert rows.by_day({"calls": "int64"}) == [
        {"_id": "2026-01-20", "day": "2026-01-20", "calls": 2},
        {"_id": "2026-01-21", "day": "2026-01-21", "calls": 5},
    ]
    first = rows.by_day_and("role", {"calls": "int64"})[0]
    assert first["_id"] == {"day": "2026-01-20", "value": "dev"}


def test_rows_without_a_measure_are_left_out(rows: Rows) -> None:
    spent = rows.having("cost_usd")
    assert spent["role"] == ["dev", "lead"]
    assert spent["calls"].tolist() == [2, 4]


def test_values_are_gathered_by_a_dimension(rows: Rows) -> None:
    assert rows.collect("role", "day") == {
        "dev": ["2026-01-21", "2026-01-20"],
        "lead": ["2026-01-21"],
    }


def test_no_rows_add_up_to_nothing() -> None:
    none = Rows({"day": [], "role": [], "calls": np.array([], dtype="int64")})
    assert none.sum_by(("role",), {"calls": "int64"}) == []
    assert none.sums({"calls": "int64"}) == {"calls": 0}
    assert none.having("calls")["role"] == []


def test_counts_beyond_the_digits_of_a_float_stay_exact() -> None:
    many = Rows({"role": ["dev"] * 2, "tokens": np.array([2**53, 1])})
    assert many.sum_by(("role",), {"tokens": "int64"}) == [{"role": "dev", "tokens": 2**53 + 1}]


def test_a_value_that_is_missing_is_a_value() -> None:
    some = Rows({"kind": ["a", None], "calls": np.array([1, 2])})
    assert {row["kind"]: row["calls"] for row in some.sum_by(("kind",), {"calls": "int64"})} == {
        "a": 1,
        None: 2,
    }


def test_shared_rows_are_read_only(db: Database) -> None:
    db["days"].insert_one({"_id": "2026-01-20", "rows": [{"calls": 1, "users": ["ada"]}]})
    rows = read_rows(db["days"], UNWOUND, {"calls": "int64", "users": "object"})
    with pytest.raises(ValueError, match="read-only"):
        rows["calls"][0] = 2
    assert rows["users"] == [("ada",)]


def test_rows_are_read_day_by_day_and_lack_no_number(db: Database) -> None:
    db["days"].insert_many(
        [
            {"_id": "2026-01-21", "rows": [{"role": "dev", "calls": 3}]},
            {"_id": "2026-01-20", "rows": [{"role": "lead"}, {"role": "dev", "users": ["ada"]}]},
            {"_id": "2026-01-22", "rows": []},
        ]
    )
    rows = read_rows(db["days"], UNWOUND, {"role": "str", "calls": "int64", "users": "object"})
    assert rows["day"] == ["2026-01-20", "2026-01-20", "2026-01-21"]
    assert rows["role"] == ["lead", "dev", "dev"]
    assert rows["calls"].tolist() == [0, 0, 3]
    assert rows["users"] == [None, ("ada",), None]


@pytest.mark.parametrize(("further", "is_grouped"), [([], False), ([{"$match": {}}], True)])
def test_days_of_which_all_rows_are_wanted_are_not_grouped_again(
    db: Database, listener: Listener, further: list[dict[str, Any]], is_grouped: bool
) -> None:
    db["days"].insert_one({"_id": "2026-01-20", "rows": [{"calls": 1}, {"calls": 2}]})
    rows = read_rows(db["days"], [*UNWOUND, *further], {"calls": "int64"})
    assert rows["calls"].tolist() == [1, 2]
    assert ("$group" in listener.seen["stages"]) == is_grouped
