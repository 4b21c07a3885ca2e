from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest

from analytics import FilterError, Filters

WEEK = Filters(date(2026, 11, 16), date(2026, 11, 23))


def test_equal_scopes_are_one_key() -> None:
    one = Filters(WEEK.start, WEEK.end, roles=["b", "a", "b"])
    other = Filters(WEEK.start, WEEK.end, roles=("a", "b"))
    assert {one: "remembered"}[other] == "remembered"
    assert one.roles == ("a", "b")


def test_values_are_sorted_however_many_there_are() -> None:
    names = [f"role {number:02}" for number in range(30)]
    assert Filters(WEEK.start, WEEK.end, roles=reversed(names)).roles == tuple(names)


def test_a_scope_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        WEEK.start = date(2026, 1, 1)


def test_the_previous_period_has_equal_length_ends_at_the_start_and_keeps_the_rest() -> None:
    scope = Filters(WEEK.start, WEEK.end, roles=["devops"], departments=["D"], sources=["otlp"])
    before = scope.previous()
    assert (before.start, before.end) == (date(2026, 11, 9), date(2026, 11, 16))
    assert (before.roles, before.departments, before.sources) == (("devops",), ("D",), ("otlp",))


def test_a_range_at_the_beginning_of_the_calendar_has_no_previous_one() -> None:
    with pytest.raises(FilterError, match="0001-01-05"):
        Filters(date(1, 1, 5), date(1, 2, 5)).previous()


def test_days_are_half_open() -> None:
    assert Filters(date(2026, 2, 28), date(2026, 3, 2)).days() == (
        date(2026, 2, 28),
        date(2026, 3, 1),
    )


def test_repr_shows_the_selection_and_nothing_else() -> None:
    assert repr(WEEK) == "Filters(2026-11-16 to 2026-11-23)"
    chosen = Filters(WEEK.start, WEEK.end, sources=["otlp"])
    assert repr(chosen) == "Filters(2026-11-16 to 2026-11-23, sources=('otlp',))"
    every = Filters(WEEK.start, WEEK.end, roles=["r"], departments=["d"], sources=["s"])
    assert repr(every).endswith("23, roles=('r',), departments=('d',), sources=('s',))")


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [
        (date(2026, 1, 2), date(2026, 1, 2), "2026-01-02"),
        (date(2026, 1, 3), date(2026, 1, 2), "2026-01-03"),
        ("2026-01-01", date(2026, 1, 2), "'2026-01-01'"),
        (date(2026, 1, 1), None, "None"),
        (datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 2), "datetime"),
    ],
)
def test_invalid_range_is_rejected_by_name(start, end, named: str) -> None:
    with pytest.raises(FilterError, match=named):
        Filters(start, end)


@pytest.mark.parametrize("field", ["roles", "departments", "sources"])
@pytest.mark.parametrize(
    ("values", "named"),
    [("devops", "'devops'"), ([1], "1"), ([""], "''"), (None, "None"), (7, "7")],
)
def test_invalid_values_are_rejected_by_name(field: str, values, named: str) -> None:
    with pytest.raises(FilterError, match=f"{field}.*{named}"):
        Filters(WEEK.start, WEEK.end, **{field: values})
