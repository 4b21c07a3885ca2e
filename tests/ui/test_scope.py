from __future__ import annotations

from datetime import date

import pytest

from analytics import Filters
from ui.scope import Scope, filter_labels, selections

WEEK = Filters(date(2026, 1, 12), date(2026, 1, 19))


def scope(filters: Filters = WEEK, sources: tuple[str, ...] = (), first: date | None = None):
    return Scope(
        db=None,
        filters=filters,
        today=date(2026, 1, 19),
        zone_name="UTC",
        roles=(),
        departments=(),
        sources=sources,
        first_day=first,
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


def test_filters_are_named_or_counted_if_there_are_many():
    filters = Filters(
        WEEK.start, WEEK.end, roles=("devops", "tech_lead"), departments=tuple("abcd")
    )
    assert selections(filters) == [
        ("roles", ["DevOps", "Tech lead"]),
        ("departments", ["a", "b", "c", "d"]),
    ]
    assert filter_labels(filters) == ["DevOps, Tech lead", "4 departments"]
