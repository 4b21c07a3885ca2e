"""How much happens: events, sessions and prompts."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.scope import coarsest, rows_in_scope, sums
from analytics.shared import SESSIONS, USAGE, fewest_session_rows, fewest_usage_rows

__all__ = [
    "events_by_type",
    "events_per_day",
    "prompts_per_day",
    "sessions_per_day",
]

EVENTS_PER_DAY = {"day": "datetime64[us]", "events": "int64"}


@question(reads="daily_usage", columns=EVENTS_PER_DAY)
def events_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the events of each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    events_by_type : The same events, by what they are.
    events_by_hour : The same events, by the time of day.

    Notes
    -----
    Source: rollup ``daily_usage``, complete up to its last refresh.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> len(events_per_day(db, week))
    7
    """
    return fill_days(fewest_usage_rows(db, filters).by_day(USAGE), filters, EVENTS_PER_DAY)


PROMPTS_PER_DAY = {"day": "datetime64[us]", "prompts": "int64"}


@question(reads="daily_usage", columns=PROMPTS_PER_DAY)
def prompts_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the prompts of each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    active_users_per_day : How many people they came from.

    Notes
    -----
    Source: rollup ``daily_usage``, complete up to its last refresh.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> prompts_per_day(db, week)["prompts"].sum()
    """
    return fill_days(fewest_usage_rows(db, filters).by_day(USAGE), filters, PROMPTS_PER_DAY)


SESSIONS_PER_DAY = {"day": "datetime64[us]", "sessions": "int64"}


@question(reads="daily_sessions", columns=SESSIONS_PER_DAY)
def sessions_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the sessions that started on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    session_list : The sessions themselves.

    Notes
    -----
    Source: rollup ``daily_sessions``, complete up to its last refresh.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> sessions_per_day(db, week)["sessions"].sum()
    """
    return fill_days(fewest_session_rows(db, filters).by_day(SESSIONS), filters, SESSIONS_PER_DAY)


EVENTS_BY_TYPE = {"event_type": "str", "events": "int64", "share": "float64"}


@question(reads="daily_events", columns=EVENTS_BY_TYPE)
def events_by_type(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank event types by how often they occur.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    events_per_day : The same events, by day.

    Notes
    -----
    Source: rollup ``daily_events``, complete up to its last refresh.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> events_by_type(db, week).columns.to_list()
    ['event_type', 'events', 'share']
    """
    pipeline = [
        *rows_in_scope(filters),

        # One document per event type
        {"$group": {"_id": "$rows.event_type", **sums("events")}},

        {"$sort": {"events": -1, "_id": 1}},

        {"$addFields": {"event_type": "$_id"}},
    ]  # fmt: skip
    frame = to_frame(coarsest(db, "daily_events", filters).aggregate(pipeline), EVENTS_BY_TYPE)
    return frame.assign(share=frame["events"] / max(1, frame["events"].sum()))
