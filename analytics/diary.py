"""One person, event by event."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.events import EVENT_READS, EVENTS, counted_events, event_frame
from analytics.filters import Filters
from analytics.question import question
from analytics.scope import found_by
from analytics.store.buckets import Event, event_order
from analytics.store.local_time import local_slot
from analytics.store.roles import UNKNOWN
from analytics.store.settings import reporting_zone

__all__ = ["user_activity"]

MAX_ACTIVITY = 1_000
"""Events of one person that are shown at once."""

_SESSIONS_AT_ONCE = 12


@question(reads=EVENT_READS, columns=EVENTS)
def user_activity(db: Database, filters: Filters, user_id: str) -> pd.DataFrame:
    """List what a person did, the latest first.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone) and sources of the events; roles and departments
        of the sessions they belong to.
    user_id : str
        Whose events.

    Returns
    -------
    pandas.DataFrame
        One row per event, latest first, the 1,000 latest at most; no rows for
        somebody the store does not know. The columns are those of `session_timeline`.

        ===================== =================== ======= ======================
        column                dtype               unit    meaning
        ===================== =================== ======= ======================
        timestamp             datetime64[us, UTC] UTC     when
        event_type            str                         without the prefix of
                                                          the product
        session_id            str                         the session
        project               str                         what was worked on
        prompt_id             str                         what set it off
        model                 str                         model of a request
        input_tokens          Int64               tokens  of a request
        output_tokens         Int64               tokens  of a request
        cache_read_tokens     Int64               tokens  of a request
        cache_creation_tokens Int64               tokens  of a request
        total_tokens          Int64               tokens  sum of the four kinds
        cost_usd              float64             USD     of a request; blank if
                                                          its model has no price
        cost_basis            str                         "reported",
                                                          "list_price" or
                                                          "unpriced"
        duration_ms           float64             ms      how long it took
        tool_name             str                         tool called or asked
                                                          for
        is_success            boolean                     how it ended
        decision              str                         "accept" or "reject"
        decision_source       str                         who decided
        language              str                         of an edited file
        prompt_length         Int64                       characters
        command_name          str                         of a slash command
        error_type            str                         kind of failure
        error_message         str                         its first 300
                                                          characters
        status_code           Int64                       HTTP status
        source                str                         how it reached us
        event_id              str                         id in the store
        ===================== =================== ======= ======================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a query.

    See Also
    --------
    user_calendar : The same days, counted.

    Notes
    -----
    Source: collections ``event_buckets`` and ``sessions``, as they are now, without
    the reports that ``daily_twins`` marks as told twice; costs by ``price_rates``,
    time zone by ``settings``.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> user_activity(db, week, "ada@example.com").head(20)
    """
    sessions = _sessions_of(db, filters, user_id)
    latest: list[Event] = []
    while sessions:
        batch, sessions = sessions[:_SESSIONS_AT_ONCE], sessions[_SESSIONS_AT_ONCE:]
        # Whatever the remaining sessions hold is older than what was found already
        if len(latest) == MAX_ACTIVITY and latest[-1]["timestamp"] > batch[0]["ended_at"]:
            break
        latest += _events_in_scope(db, filters, user_id, [session["_id"] for session in batch])
        latest = sorted(latest, key=event_order, reverse=True)[:MAX_ACTIVITY]
    return event_frame(db, latest)


def _sessions_of(db: Database, filters: Filters, user_id: str) -> list[dict[str, Any]]:
    """Return the person's sessions that may reach into the range, the last to end first."""
    zone = reporting_zone(db)
    first = filters.start.isoformat()
    wanted = {"role": filters.roles, "department": filters.departments}
    chosen = {field: {"$in": list(values)} for field, values in wanted.items() if values}
    started = {"user_id": user_id, "day": {"$lt": filters.end.isoformat()}}
    sessions = [
        session
        for session in db["sessions"].aggregate(found_by("user_id", started | chosen))
        if local_slot(session["ended_at"], zone)[0] >= first
    ]
    return sorted(sessions, key=lambda session: (session["ended_at"], session["_id"]), reverse=True)


def _events_in_scope(
    db: Database, filters: Filters, user_id: str, session_ids: list[str]
) -> list[Event]:
    zone = reporting_zone(db)
    first, end = filters.start.isoformat(), filters.end.isoformat()
    return [
        event
        for event in counted_events(db, session_ids)
        if event.get("user_id", UNKNOWN) == user_id
        and (not filters.sources or event["source"] in filters.sources)
        and first <= local_slot(event["timestamp"], zone)[0] < end
    ]
