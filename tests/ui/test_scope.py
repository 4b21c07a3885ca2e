from __future__ import annotations

from datetime import date

import pytest

from analytics import Filters
from ui.scope import Scope

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
    ("sources", "words"),
    [
        ((), ""),
        (("cloudwatch",), ""),
        (("synthetic",), "Demo data"),
        (("cloudwatch", "synthetic"), "Includes demo data"),
    ],
)
def test_demo_data_is_always_named(sources, words):
    assert scope(sources=sources).demo_words == words


@pytest.mark.parametrize(
    ("first", "is_there"),
    [(date(2026, 1, 5), True), (date(2026, 1, 6), False), (None, False)],
)
def test_a_period_before_counts_only_if_the_store_has_all_of_it(first, is_there):
    before = scope(first=first).previous()
    assert before == (WEEK.previous() if is_there else None)


def test_what_is_narrowed_is_named_with_its_number():
    chosen = Filters(WEEK.start, WEEK.end, roles=("a", "b"), sources=("otlp",))
    named = [noun for noun, _ in scope(chosen).narrowed()]
    assert named == ["roles", "source"]
