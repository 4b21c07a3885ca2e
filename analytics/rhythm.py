"""When and where work happens: hours, weekdays and departments."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.rows import read_rows
from analytics.scope import coarsest, session_rows_in_scope
from analytics.shared import (
    EVENT_HOURS,
    SESSIONS,
    USAGE,
    active_rows,
    fewest_usage_rows,
    session_rows,
    usage_rows,
)

__all__ = ["activity_by_department", "activity_by_weekday_hour", "events_by_hour"]

SESSION_HOURS = [f"s{hour:02}" for hour in range(24)]

EVENTS_BY_HOUR = {"hour": "int64", "events": "int64", "sessions": "int64"}


@question(reads=("daily_usage", "daily_hours"), columns=EVENTS_BY_HOUR)
def events_by_hour(db: Database, filters: Filters) -> pd.DataFrame:
    """Count events and active sessions by hour of the day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        24 rows, hour 0 to 23, also when nothing happened.

        ======== ======= ======= ===============================================
        column   dtype   unit    meaning
        ======== ======= ======= ===============================================
        hour     int64           hour of the day in the reporting time zone
        events   int64   count   events of every type in that hour
        sessions int64   count   sessions active in that hour, summed over the
                                 days in scope
        ======== ======= ======= ===============================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    activity_by_weekday_hour : The same events, by weekday too.

    Notes
    -----
    Source: rollups ``daily_usage`` and ``daily_hours``, complete up to their last
    refresh. A session counts once in every hour of every day in which it has an
    event, so the sum over hours exceeds the number of sessions.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> events_by_hour(db, week)["events"].idxmax()
    """
    columns = dict.fromkeys(SESSION_HOURS, "int64")
    rollup = coarsest(db, "daily_hours", filters)
    sessions = read_rows(rollup, session_rows_in_scope(filters), columns).sums(columns)
    events = activity_by_weekday_hour(db, filters).groupby("hour")["events"].sum()
    rows = (
        {"hour": hour, "events": events[hour], "sessions": sessions[name]}
        for hour, name in enumerate(SESSION_HOURS)
    )
    return to_frame(rows, EVENTS_BY_HOUR)


ACTIVITY_BY_WEEKDAY_HOUR = {"weekday": "int64", "hour": "int64", "events": "int64"}


@question(reads="daily_usage", columns=ACTIVITY_BY_WEEKDAY_HOUR)
def activity_by_weekday_hour(db: Database, filters: Filters) -> pd.DataFrame:
    """Count events by weekday and hour of the day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        168 rows, Monday 0:00 to Sunday 23:00, also when nothing happened.

        ======= ======= ======= ================================================
        column  dtype   unit    meaning
        ======= ======= ======= ================================================
        weekday int64           0 is Monday
        hour    int64           hour of the day in the reporting time zone
        events  int64   count   events of every type
        ======= ======= ======= ================================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    events_by_hour : The same events, weekdays taken together.

    Notes
    -----
    Source: rollup ``daily_usage``, complete up to its last refresh. Sums, not means:
    a range that is not whole weeks holds some weekdays more often than others.

    Examples
    --------
    >>> month = Filters(start=date(2026, 11, 2), end=date(2026, 11, 30))
    >>> len(activity_by_weekday_hour(db, month))
    168
    """
    week = np.zeros((7, 24), dtype="int64")
    for day in fewest_usage_rows(db, filters).by_day(dict.fromkeys(EVENT_HOURS, "int64")):
        weekday = date.fromisoformat(day["_id"]).weekday()
        week[weekday] += [day[name] for name in EVENT_HOURS]
    rows = (
        {"weekday": weekday, "hour": hour, "events": events}
        for weekday, hours in enumerate(week.tolist())
        for hour, events in enumerate(hours)
    )
    return to_frame(rows, ACTIVITY_BY_WEEKDAY_HOUR)


ACTIVITY_BY_DEPARTMENT = {
    "department": "str",
    "events": "int64",
    "active_users": "int64",
    "sessions": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads=("daily_usage", "daily_active", "daily_sessions"), columns=ACTIVITY_BY_DEPARTMENT)
def activity_by_department(db: Database, filters: Filters) -> pd.DataFrame:
    """Compare departments by what they do and what it costs.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per department with events or sessions, the busiest first; no rows if
        nothing happened. People of no known department stand under "unknown".

        ================= ======= ======= ======================================
        column            dtype   unit    meaning
        ================= ======= ======= ======================================
        department        str             department at the time of the event
        events            int64   count   events of every type
        active_users      int64   count   people with at least one prompt
        sessions          int64   count   sessions that started in the range
        cost_usd          float64 USD     reported by the client, else list price
        unpriced_requests int64   count   requests whose model has no price; they
                                          add nothing to ``cost_usd``
        ================= ======= ======= ======================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    cost_by_department : The money with requests and tokens.

    Notes
    -----
    Source: rollups ``daily_usage``, ``daily_active`` and ``daily_sessions``, complete
    up to their last refresh. Who changed departments in the range is an active user of
    both, so active users may add up to more than there are people.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> activity_by_department(db, week).set_index("department")["active_users"]
    """
    prompted = active_rows(db, filters).gathered("department", "users")
    added_up = (
        *usage_rows(db, filters).added_up(("department",), USAGE),
        *session_rows(db, filters).added_up(("department",), SESSIONS),
        *(
            {"department": name, "active_users": len(set().union(*users))}
            for name, users in prompted.items()
        ),
    )
    # While something is loaded, one rollup may know a department that another does not
    departments: dict[str, dict[str, Any]] = {}
    for row in added_up:
        departments.setdefault(row["department"], {"events": 0, "cost_usd": 0.0}).update(row)
    rows = sorted(departments.values(), key=lambda row: (-row["events"], row["department"]))
    return to_frame(rows, ACTIVITY_BY_DEPARTMENT)
