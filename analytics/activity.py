"""Activity: events, sessions, prompts and output, by day, hour, type and department."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import Columns, question
from analytics.shared import ACTIVE_HOURS, EVENTS, METRICS, SESSIONS, USAGE, USERS
from store.people.roles import UNKNOWN
from store.rollups.definitions import HOURS, SESSION_HOURS

__all__ = [
    "active_time_per_day",
    "activity_by_department",
    "activity_by_weekday_hour",
    "commits_per_day",
    "events_by_hour",
    "events_by_type",
    "events_per_day",
    "lines_of_code_per_day",
    "prompts_per_day",
    "sessions_per_day",
]


EVENTS_PER_DAY = USAGE.by("day").select("events")


@question(reads="daily_usage", columns=EVENTS_PER_DAY.columns)
def events_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the events of each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without events included.

        ======= ============== ======= ==========================================
        column  dtype          unit    meaning
        ======= ============== ======= ==========================================
        day     datetime64[us]         day in the reporting time zone
        events  int64          count   events of every type
        ======= ============== ======= ==========================================
    """
    return EVENTS_PER_DAY(db, filters)


PROMPTS_PER_DAY = USAGE.by("day").select("prompts")


@question(reads="daily_usage", columns=PROMPTS_PER_DAY.columns)
def prompts_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the prompts of each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without prompts included.

        ======= ============== ======= ==========================================
        column  dtype          unit    meaning
        ======= ============== ======= ==========================================
        day     datetime64[us]         day in the reporting time zone
        prompts int64          count   prompts, built-in commands excluded
        ======= ============== ======= ==========================================
    """
    return PROMPTS_PER_DAY(db, filters)


SESSIONS_PER_DAY = SESSIONS.by("day").select("sessions")


@question(reads="daily_sessions", columns=SESSIONS_PER_DAY.columns)
def sessions_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the sessions that started on each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without sessions included.

        ======== ============== ======= =========================================
        column   dtype          unit    meaning
        ======== ============== ======= =========================================
        day      datetime64[us]         day in the reporting time zone
        sessions int64          count   sessions with a prompt or an API request,
                                        on the day they started
        ======== ============== ======= =========================================
    """
    return SESSIONS_PER_DAY(db, filters)


_BY_TYPE = EVENTS.by("event_type").select("events", order="-events")

EVENTS_BY_TYPE = {"event_type": "str", "events": "int64", "share": "float64"}


@question(reads="daily_events", columns=EVENTS_BY_TYPE)
def events_by_type(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank event types by how often they occur.

    Returns
    -------
    pandas.DataFrame
        One row per event type that occurred, most frequent first; no rows if
        nothing happened.

        ========== ======= ======= =============================================
        column     dtype   unit    meaning
        ========== ======= ======= =============================================
        event_type str             type without the prefix of the product
        events     int64   count   events of this type
        share      float64 0-1     part of all events in scope
        ========== ======= ======= =============================================
    """
    frame = to_frame(_BY_TYPE.groups(db, filters), EVENTS_BY_TYPE)
    return frame.assign(share=frame["events"] / max(1, frame["events"].sum()))


EVENTS_BY_HOUR = {"hour": "int64", "events": "int64", "sessions": "int64"}


@question(reads=("daily_usage", "daily_hours"), columns=EVENTS_BY_HOUR)
def events_by_hour(db: Database, filters: Filters) -> pd.DataFrame:
    """Count events and active sessions by hour of the day.

    Returns
    -------
    pandas.DataFrame
        24 rows, hour 0 to 23, also when nothing happened.

        ======== ======= ======= ===============================================
        column   dtype   unit    meaning
        ======== ======= ======= ===============================================
        hour     int64   0-23    hour of the day in the reporting time zone
        events   int64   count   events of every type in that hour
        sessions int64   count   sessions active in that hour, summed over the
                                 days in scope
        ======== ======= ======= ===============================================

    Notes
    -----
    A session counts once in every hour of every day in which it has an event, so the sum over
    hours exceeds the number of sessions.
    """
    sessions = ACTIVE_HOURS.rows(db, filters).sums(SESSION_HOURS)
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

    Returns
    -------
    pandas.DataFrame
        168 rows, Monday 0:00 to Sunday 23:00, also when nothing happened.

        ======= ======= ======= ================================================
        column  dtype   unit    meaning
        ======= ======= ======= ================================================
        weekday int64   0-6     0 is Monday
        hour    int64   0-23    hour of the day in the reporting time zone
        events  int64   count   events of every type
        ======= ======= ======= ================================================

    Notes
    -----
    Sums, not means: a range that is not whole weeks holds some weekdays more often than others.
    """
    week = np.zeros((7, 24), dtype="int64")
    for day in USAGE.rows(db, filters).sum_by(("day",), HOURS):
        weekday = date.fromisoformat(day["day"]).weekday()
        week[weekday] += [day[name] for name in HOURS]
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


@question(reads=("daily_usage", "daily_users", "daily_sessions"), columns=ACTIVITY_BY_DEPARTMENT)
def activity_by_department(db: Database, filters: Filters) -> pd.DataFrame:
    """Compare departments by what they do and what it costs.

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

    Notes
    -----
    Who changed departments in the range is an active user of both, so active users may add up
    to more than there are people.
    """
    prompted = USERS.rows(db, filters).having("prompts").collect("department", "user_id")
    used = ("events", "cost_usd", "unpriced_requests")
    sum_by = (
        *USAGE.rows(db, filters).sum_by(("department",), used),
        *SESSIONS.rows(db, filters).sum_by(("department",), ("sessions",)),
        *(
            {"department": name, "active_users": len({*users} - {UNKNOWN})}
            for name, users in prompted.items()
        ),
    )
    # During a load, one rollup may have a department that another does not have yet
    departments: dict[str, dict[str, Any]] = {}
    for row in sum_by:
        departments.setdefault(row["department"], {"events": 0, "cost_usd": 0.0}).update(row)
    rows = sorted(departments.values(), key=lambda row: (-row["events"], row["department"]))
    return to_frame(rows, ACTIVITY_BY_DEPARTMENT)


LINES_OF_CODE_PER_DAY = {"day": "datetime64[us]", "added": "int64", "removed": "int64"}


@question(reads="daily_metrics", columns=LINES_OF_CODE_PER_DAY)
def lines_of_code_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the lines of code that were added and removed on each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; 0 on days without a report.

        ======= ============== ======= =========================================
        column  dtype          unit    meaning
        ======= ============== ======= =========================================
        day     datetime64[us]         day in the reporting time zone
        added   int64          lines   lines that the agent's edits added
        removed int64          lines   lines that the agent's edits removed
        ======= ============== ======= =========================================

    Notes
    -----
    Only clients that export metrics report lines; events and transcripts do not contain them.
    """
    lines = "lines_of_code.count"
    types = {"added": (lines, "added"), "removed": (lines, "removed")}
    return _per_day(db, filters, LINES_OF_CODE_PER_DAY, **types)


COMMITS_PER_DAY = {"day": "datetime64[us]", "commits": "int64", "pull_requests": "int64"}


@question(reads="daily_metrics", columns=COMMITS_PER_DAY)
def commits_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the commits and pull requests that the agent made on each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; 0 on days without a report.

        ============= ============== ======= ===================================
        column        dtype          unit    meaning
        ============= ============== ======= ===================================
        day           datetime64[us]         day in the reporting time zone
        commits       int64          count   commits made by the agent
        pull_requests int64          count   pull requests opened by the agent
        ============= ============== ======= ===================================

    Notes
    -----
    Only clients that export metrics report commits; what people commit themselves is not in it.
    """
    metrics = {"commits": ("commit.count", None), "pull_requests": ("pull_request.count", None)}
    return _per_day(db, filters, COMMITS_PER_DAY, **metrics)


ACTIVE_TIME_PER_DAY = {
    "day": "datetime64[us]",
    "user_seconds": "float64",
    "cli_seconds": "float64",
}


@question(reads="daily_metrics", columns=ACTIVE_TIME_PER_DAY)
def active_time_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Add up the time that users and the agent were active on each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; 0 on days without a report.

        ============ ============== ======= ====================================
        column       dtype          unit    meaning
        ============ ============== ======= ====================================
        day          datetime64[us]         day in the reporting time zone
        user_seconds float64        seconds people typed or read
        cli_seconds  float64        seconds the agent ran tools or generated
        ============ ============== ======= ====================================

    Notes
    -----
    Only clients that export metrics report active time. Idle time is not in it, unlike in the
    length of a session.
    """
    time = "active_time.total"
    types = {"user_seconds": (time, "user"), "cli_seconds": (time, "cli")}
    return _per_day(db, filters, ACTIVE_TIME_PER_DAY, **types)


def _per_day(
    db: Database, filters: Filters, columns: Columns, **metrics: tuple[str, str | None]
) -> pd.DataFrame:
    """Add up metrics by day: each column is one metric, of one type or of all."""
    days: dict[str, dict[str, Any]] = {}
    measured = METRICS.rows(db, filters)
    for day, metric, kind, value in zip(
        *(measured[name] for name in ("day", "metric", "type", "value")), strict=True
    ):
        row = days.setdefault(day, {"_id": day, **dict.fromkeys(metrics, 0)})
        for name, selected in metrics.items():
            if selected in ((metric, kind), (metric, None)):
                row[name] += value
    return fill_days(days.values(), filters, columns)
