"""When and where work happens: hours, weekdays and departments."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import only, to_frame
from analytics.question import question
from analytics.scope import coarsest, session_rows_in_scope, sums
from analytics.shared import EVENT_HOURS, active_rows, session_rows, usage_rows

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
    pipeline = [*session_rows_in_scope(filters), {"$group": {"_id": None, **sums(*SESSION_HOURS)}}]
    sessions = only(coarsest(db, "daily_hours", filters).aggregate(pipeline))
    events = activity_by_weekday_hour(db, filters).groupby("hour")["events"].sum()
    rows = (
        {"hour": hour, "events": events[hour], "sessions": sessions.get(name)}
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
    usage = usage_rows(db, filters, coarsest(db, "daily_usage", filters).name)
    weekday = pd.to_datetime(usage["day"]).dt.day_of_week
    week = usage.groupby(weekday)[EVENT_HOURS].sum().reindex(range(7), fill_value=0)
    rows = (
        {"weekday": weekday, "hour": hour, "events": events}
        for weekday, hours in enumerate(week.to_numpy().tolist())
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
    measures = ["events", "cost_usd", "unpriced_requests"]
    usage = usage_rows(db, filters).groupby("department")[measures].sum()
    starts = session_rows(db, filters).groupby("department")["sessions"].sum()
    gathered = active_rows(db, filters).groupby("department")["users"]
    people = pd.Series({key: len(set().union(*users)) for key, users in gathered}, dtype="int64")
    found = {**usage, "sessions": starts, "active_users": people}
    frame = pd.DataFrame(found).fillna(0).rename_axis("department").reset_index()
    busiest_first = frame.sort_values(
        ["events", "department"], ascending=[False, True], ignore_index=True
    )
    return busiest_first.astype(ACTIVITY_BY_DEPARTMENT)[[*ACTIVITY_BY_DEPARTMENT]]
