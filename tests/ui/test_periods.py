from __future__ import annotations

from datetime import date, timedelta

import pytest

from ui import periods

TODAY = date(2026, 3, 31)
FIRST = date(2026, 1, 10)


@pytest.mark.parametrize(("choice", "days"), [("7", 7), ("30", 30), ("90", 90)])
def test_a_preset_has_as_many_days_as_it_says_and_ends_today(choice, days):
    start, end = periods.period(choice, TODAY, FIRST, TODAY)
    assert end == TODAY + timedelta(days=1)
    assert end - start == timedelta(days=days)


def test_all_begins_with_the_first_event():
    assert periods.period("all", TODAY, FIRST, TODAY) == (FIRST, TODAY + timedelta(days=1))


def test_a_quiet_week_still_ends_today():
    assert periods.last_day(TODAY, TODAY - timedelta(days=6)) == TODAY


def test_an_archive_ends_with_its_last_event():
    assert periods.last_day(TODAY, date(2025, 6, 1)) == date(2025, 6, 1)


@pytest.mark.parametrize("choice", periods.CHOICES)
def test_every_choice_is_a_range_even_in_an_empty_store(choice):
    start, end = periods.period(choice, TODAY, None, None)
    assert start < end


def test_a_choice_from_the_calendar_includes_its_last_day():
    assert periods.chosen((FIRST, TODAY), (TODAY, TODAY)) == (FIRST, TODAY + timedelta(days=1))


def test_one_day_is_a_choice_since_an_address_does_not_say_it_twice():
    assert periods.chosen((FIRST,), (TODAY, TODAY)) == (FIRST, FIRST + timedelta(days=1))


@pytest.mark.parametrize("days", [(), (TODAY, FIRST)])
def test_no_day_or_days_in_the_wrong_order_are_no_choice(days):
    assert periods.chosen(days, (FIRST, TODAY)) == (FIRST, TODAY)


@pytest.mark.parametrize(
    ("days", "part"),
    [
        ((date(2026, 2, 1), date(2026, 2, 3)), (date(2026, 2, 1), date(2026, 2, 3))),
        ((date(2020, 1, 1), date(2026, 2, 3)), (FIRST, date(2026, 2, 3))),
        ((date(2026, 2, 1), date(2030, 1, 1)), (date(2026, 2, 1), TODAY)),
        ((date(2020, 1, 1), date(2020, 2, 1)), ()),
        ((date(2030, 1, 1),), ()),
        ((), ()),
    ],
)
def test_of_days_that_are_asked_for_those_there_are_remain(days, part):
    assert periods.within(days, (FIRST, TODAY)) == part
