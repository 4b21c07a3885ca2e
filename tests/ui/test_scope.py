from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from analytics import FilterOptions, Filters
from ui.scope import Scope

WEEK = Filters(date(2026, 1, 12), date(2026, 1, 19))


def options(sources: tuple[str, ...], first: date | None) -> FilterOptions:
    blank = {field.name: () for field in fields(FilterOptions)}
    return FilterOptions(**{**blank, "sources": sources, "first_day": first, "last_day": first})


def scope(filters: Filters = WEEK, sources: tuple[str, ...] = (), first: date | None = None):
    return Scope(
        db=None,
        filters=filters,
        today=date(2026, 1, 19),
        zone_name="UTC",
        options=options(sources, first),
        choices={},
        last_at=None,
    )


@pytest.mark.parametrize(
    ("sources", "label"),
    [
        ((), ""),
        (("cloudwatch",), ""),
        (("synthetic",), "Demo data"),
        (("cloudwatch", "synthetic"), "Includes demo data"),
    ],
)
def test_demo_label(sources, label):
    assert scope(sources=sources).demo_label == label


@pytest.mark.parametrize(
    ("first", "is_there"),
    [(date(2026, 1, 5), True), (date(2026, 1, 6), False), (None, False)],
)
def test_previous_period_needs_data_over_all_of_it(first, is_there):
    before = scope(first=first).previous()
    assert before == (WEEK.previous() if is_there else None)
