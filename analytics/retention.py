"""Retention: active and new users per day, and cohorts by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.shared import active_by_day, all_users, days_with_events

__all__ = [
    "active_users_per_day",
    "new_users_per_day",
    "retention_cohorts",
]


WEEK = 7
MONTH = 28
"""So that each weekday counts four times."""

ACTIVE_USERS_PER_DAY = {
    "day": "datetime64[us]",
    "dau": "int64",
    "wau": "int64",
    "mau": "int64",
    "stickiness": "float64",
}


@question(reads="daily_users", columns=ACTIVE_USERS_PER_DAY)
def active_users_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the users who were active on each day, and in the weeks before it.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without prompts included.

        ========== ============== ======= ======================================
        column     dtype          unit    meaning
        ========== ============== ======= ======================================
        day        datetime64[us]         day in the reporting time zone
        dau        int64          count   people with a prompt on that day
        wau        int64          count   in the 7 days that end on it
        mau        int64          count   in the 28 days that end on it
        stickiness float64        0-1     dau / mau, blank if ``mau`` is 0
        ========== ============== ======= ======================================

    Notes
    -----
    The 27 days before the range are read too. Days cannot be added up, since a person may be
    active on several. Prompts without a user are not counted.
    """
    first = date.fromordinal(max(1, filters.start.toordinal() - MONTH + 1))
    active = active_by_day(db, filters)
    if first < filters.start:
        active |= active_by_day(db, replace(filters, start=first, end=filters.start))
    last_active: dict[str, date] = {}
    rows = []
    for day in replace(filters, start=first).days():
        last_active |= dict.fromkeys(active.get(day.isoformat(), ()), day)
        ages = [(day - last).days for last in last_active.values()]
        rows.append({"_id": day.isoformat(), **_windows(ages)})
    frame = fill_days(rows, filters, ACTIVE_USERS_PER_DAY)
    return frame.assign(stickiness=frame["dau"] / frame["mau"].where(frame["mau"] > 0))


def _windows(ages: list[int]) -> dict[str, int]:
    return {
        "dau": ages.count(0),
        "wau": sum(age < WEEK for age in ages),
        "mau": sum(age < MONTH for age in ages),
    }


RETENTION_COHORTS = {
    "cohort_week": "datetime64[us]",
    "week_number": "int64",
    "cohort_users": "int64",
    "retained_users": "Int64",
    "retention_rate": "float64",
}


@question(reads=("daily_users", "daily_usage", "settings", "users"), columns=RETENTION_COHORTS)
def retention_cohorts(db: Database, filters: Filters) -> pd.DataFrame:
    """Follow the people who started in the same week through the weeks after.

    Parameters
    ----------
    filters : Filters
        Which cohorts: the weeks that the range touches, and the people whose first
        prompt ever was in scope. Returns are counted in whatever scope they happen.

    Returns
    -------
    pandas.DataFrame
        One row per cohort and week since, in order; no rows without new users.

        ============== ============== ======= ==================================
        column         dtype          unit    meaning
        ============== ============== ======= ==================================
        cohort_week    datetime64[us]         Monday of the week of the first
                                              prompt
        week_number    int64          weeks   0 is that week itself
        cohort_users   int64          count   people who started in that week
        retained_users Int64          count   those of them with a prompt in
                                              exactly this week; blank while the
                                              week is not over
        retention_rate float64        0-1     retained_users / cohort_users
        ============== ============== ======= ==================================

    Notes
    -----
    Classic retention, neither rolling nor cumulative. A week is over when the store has an
    event on its Sunday or later, so that data which ends does not look like people who left.
    """
    last_day = days_with_events(db)[1]
    weeks = _whole_weeks(filters)
    if last_day is None or last_day < weeks.start:
        return to_frame((), RETENTION_COHORTS)
    active = active_by_day(db, Filters(weeks.start, last_day + timedelta(days=1)))
    is_whole_weeks = weeks == Filters(weeks.start, weeks.end)
    cohorts = _cohorts(db, weeks, active if is_whole_weeks else active_by_day(db, weeks))
    by_week = _by_week(active)
    rows = (
        _retention(cohort, users, week, by_week[week], last_day)
        for cohort, users in sorted(cohorts.items())
        for week in _weeks(cohort, last_day)
    )
    return to_frame(rows, RETENTION_COHORTS)


def _retention(
    cohort: date, users: set[str], week: date, active: set[str], last_day: date
) -> dict[str, Any]:
    row = {
        "cohort_week": cohort,
        "week_number": (week - cohort).days // WEEK,
        "cohort_users": len(users),
    }
    if (last_day - week).days < WEEK - 1:
        return row
    retained = len(users & active)
    return {**row, "retained_users": retained, "retention_rate": retained / len(users)}


def _whole_weeks(filters: Filters) -> Filters:
    last = _monday(filters.end - timedelta(days=1)).toordinal() + WEEK
    end = date.fromordinal(min(last, date.max.toordinal()))
    return replace(filters, start=_monday(filters.start), end=end)


def _cohorts(db: Database, weeks: Filters, active: dict[str, set[str]]) -> dict[date, set[str]]:
    """Return the users whose first prompt ever is in scope, by the Monday of that week."""
    cohorts: dict[date, set[str]] = defaultdict(set)
    start, end = weeks.start.isoformat(), weeks.end.isoformat()
    for key, person in all_users(db).items():
        day = person.get("first_prompt_day", "")
        if start <= day < end and key in active.get(day, ()):
            cohorts[_monday(date.fromisoformat(day))].add(key)
    return cohorts


def _by_week(active: dict[str, set[str]]) -> dict[date, set[str]]:
    weeks: dict[date, set[str]] = defaultdict(set)
    for day, users in active.items():
        weeks[_monday(date.fromisoformat(day))] |= users
    return weeks


def _weeks(first: date, last_day: date) -> list[date]:
    count = (_monday(last_day) - first).days // WEEK + 1
    return [first + timedelta(weeks=n) for n in range(count)]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


NEW_USERS_PER_DAY = {"day": "datetime64[us]", "new_users": "int64"}


@question(reads=("daily_users", "users"), columns=NEW_USERS_PER_DAY)
def new_users_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the people whose first prompt ever was on each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without new users included.

        ========= ============== ======= =======================================
        column    dtype          unit    meaning
        ========= ============== ======= =======================================
        day       datetime64[us]         day in the reporting time zone
        new_users int64          count   people whose first prompt ever was then
        ========= ============== ======= =======================================

    Notes
    -----
    First ever means first in this store: on its first days all users are new. The filter
    compares role, department and source of that first day.
    """
    people = all_users(db)
    first_day = {key: person.get("first_prompt_day") for key, person in people.items()}
    rows = (
        {"_id": day, "new_users": sum(first_day.get(user) == day for user in users)}
        for day, users in active_by_day(db, filters).items()
    )
    return fill_days(rows, filters, NEW_USERS_PER_DAY)
