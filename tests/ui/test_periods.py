from __future__ import annotations

from datetime import date, timedelta

import pytest

from ui import periods

TODAY = date(2026, 3, 31)
FIRST = date(2026, 1, 10)


@pytest.mark.parametrize(("choice", "days"), [("7", 7), ("30", 30), ("90", 90)])
def test_preset_has_its_length_and_ends_today(choice, days):
    start, end = periods.period(choice, TODAY, FIRST, TODAY)
    assert end == TODAY + timedelta(days=1)
    assert end - start == timedelta(days=days)


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        ("today", date(2026, 3, 31), date(2026, 3, 31)),
        ("yesterday", date(2026, 3, 30), date(2026, 3, 30)),
        ("this-week", date(2026, 3, 30), date(2026, 3, 31)),
        ("last-week", date(2026, 3, 23), date(2026, 3, 29)),
        ("this-month", date(2026, 3, 1), date(2026, 3, 31)),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this-quarter", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_preset_of_the_calendar_is_independent_of_the_data(choice, first, last):
    for last_event_day in (TODAY, date(2025, 6, 1), None):
        start, end = periods.period(choice, TODAY, FIRST, last_event_day)
        assert (start, end) == (first, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("today", "choice", "first"),
    [
        (date(2026, 1, 1), "yesterday", date(2025, 12, 31)),
        (date(2026, 1, 1), "this-week", date(2025, 12, 29)),
        (date(2026, 1, 31), "last-month", date(2025, 12, 1)),
        (date(2026, 12, 31), "this-quarter", date(2026, 10, 1)),
        (date(2026, 4, 1), "this-quarter", date(2026, 4, 1)),
    ],
)
def test_preset_of_the_calendar_crosses_months_and_years(today, choice, first):
    assert periods.period(choice, today, FIRST, today)[0] == first


def test_all_time_starts_with_the_first_event():
    assert periods.period("all", TODAY, FIRST, TODAY) == (FIRST, TODAY + timedelta(days=1))


def test_last_day_after_a_week_without_events_is_today():
    assert periods.last_day(TODAY, TODAY - timedelta(days=6)) == TODAY


def test_last_day_of_an_archive_is_that_of_its_last_event():
    assert periods.last_day(TODAY, date(2025, 6, 1)) == date(2025, 6, 1)


@pytest.mark.parametrize("choice", periods.LABELS)
def test_every_choice_is_a_range_in_an_empty_store(choice):
    start, end = periods.period(choice, TODAY, None, None)
    assert start < end


def test_chosen_includes_the_last_day():
    assert periods.chosen((FIRST, TODAY), (TODAY, TODAY)) == (FIRST, TODAY + timedelta(days=1))


def test_chosen_accepts_a_single_day():
    assert periods.chosen((FIRST,), (TODAY, TODAY)) == (FIRST, FIRST + timedelta(days=1))


@pytest.mark.parametrize("days", [(), (TODAY, FIRST)])
def test_chosen_falls_back_for_incomplete_ranges(days):
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
def test_within_clips_to_available_days(days, part):
    assert periods.within(days, (FIRST, TODAY)) == part
