"""Days of the period presets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

PRESETS = {"7": 7, "30": 30, "90": 90}
ALL = "all"
CUSTOM = "custom"
DEFAULT = "30"
LABELS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "this-week": "This week",
    "last-week": "Last week",
    "this-month": "This month",
    "last-month": "Last month",
    "this-quarter": "This quarter",
    **{key: f"Last {length} days" for key, length in PRESETS.items()},
    ALL: "All time",
    CUSTOM: "Custom dates",
}
"""Every choice, with its label."""

_DAY = timedelta(days=1)
_STALE_AFTER = timedelta(days=7)


def last_day(today: date, last_event_day: date | None) -> date:
    """Return the day on which "the last 30 days" end.

    It is today while telemetry arrives, days without any included. In a store
    without events for more than a week (an imported archive, for example) it is the
    day of the last event, since an empty month would be of no use.
    """
    if last_event_day is None or last_event_day > today - _STALE_AFTER:
        return today
    return last_event_day


def period(
    choice: str, today: date, first_event_day: date | None, last_event_day: date | None
) -> tuple[date, date]:
    """Return the first day of a preset and the day after its last.

    Days, weeks (from Monday), months and the quarter are those of the calendar, up to today.
    """
    if choice in (calendar := _calendar(today)):
        return calendar[choice]
    last = last_day(today, last_event_day)
    if choice == ALL:
        return min(first_event_day or last, last), last + _DAY
    length = PRESETS.get(choice, PRESETS[DEFAULT])
    return last - timedelta(days=length - 1), last + _DAY


def chosen(days: Sequence[date], fallback: tuple[date, date]) -> tuple[date, date]:
    """Turn the two inclusive days of a calendar into a half-open range.

    One day is a range too: an address never repeats the day, and the calendar
    waits for both ends. Anything else is incomplete.
    """
    if len(days) not in (1, 2) or days[0] > days[-1]:
        return fallback
    return days[0], days[-1] + _DAY


def within(days: Sequence[date], available: tuple[date, date]) -> tuple[date, ...]:
    """Clip inclusive days to the available ones; empty if there is no overlap."""
    if not days:
        return ()
    part = max(days[0], available[0]), min(days[-1], available[1])
    return part if part[0] <= part[1] else ()


def _calendar(today: date) -> dict[str, tuple[date, date]]:
    """Return the presets that start with a day, week, month or quarter of the calendar."""
    tomorrow = today + _DAY
    week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    return {
        "today": (today, tomorrow),
        "yesterday": (today - _DAY, today),
        "this-week": (week, tomorrow),
        "last-week": (week - timedelta(days=7), week),
        "this-month": (month, tomorrow),
        "last-month": ((month - _DAY).replace(day=1), month),
        "this-quarter": (month.replace(month=month.month - (month.month - 1) % 3), tomorrow),
    }
