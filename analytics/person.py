"""One person: profile, models and tools, and the latest events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.cost import labelled
from analytics.events import EVENT_READS, EVENTS, counted_events, event_frame
from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import Columns, question
from analytics.scope import Stage, found_by, ratio, session_conditions
from analytics.session_filters import sessions_of_user
from store.errors import UserNotFound
from store.events.bucket import event_order
from store.events.documents import Event
from store.people.roles import UNKNOWN
from store.settings import reporting_zone
from store.time_zone import local_hour

__all__ = [
    "PastPosition",
    "UserProfile",
    "user_activity",
    "user_models",
    "user_profile",
    "user_tools",
]


MAX_ACTIVITY = 1_000
"""Events of one person that are shown at once."""

_SESSIONS_AT_ONCE = 12


@question(reads=EVENT_READS, columns=EVENTS)
def user_activity(db: Database, filters: Filters, user_id: str) -> pd.DataFrame:
    """List the events of a user, latest first.

    Parameters
    ----------
    filters : Filters
        Days (reporting time zone) and sources of the events; roles and departments
        of the sessions they belong to.
    user_id : str
        The user.

    Returns
    -------
    pandas.DataFrame
        One row per event, latest first, the 1,000 latest at most; no rows for an
        unknown user. The columns are those of `session_timeline`.

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
        prompt_length         Int64               count   characters of the prompt
        command_name          str                         of a slash command
        error_type            str                         kind of failure
        error_message         str                         its first 300
                                                          characters
        status_code           Int64                       HTTP status
        source                str                         how it reached us
        event_id              str                         id in the store
        ===================== =================== ======= ======================

    Notes
    -----
    Read from ``event_buckets``, without the events that ``daily_duplicates`` marks as duplicates.
    """
    sessions = _sessions_of(db, filters, user_id)
    latest: list[Event] = []
    while sessions:
        batch, sessions = sessions[:_SESSIONS_AT_ONCE], sessions[_SESSIONS_AT_ONCE:]
        # All events of the remaining sessions are older
        if len(latest) == MAX_ACTIVITY and latest[-1]["timestamp"] > batch[0]["ended_at"]:
            break
        latest += _events_in_scope(db, filters, user_id, [session["_id"] for session in batch])
        latest = sorted(latest, key=event_order, reverse=True)[:MAX_ACTIVITY]
    return event_frame(db, latest)


def _sessions_of(db: Database, filters: Filters, user_id: str) -> list[dict[str, Any]]:
    """Return the person's sessions that may reach into the range, the last to end first."""
    zone = reporting_zone(db)
    first = filters.start.isoformat()
    chosen = session_conditions(replace(filters, sources=(), weekdays=()))
    del chosen["is_counted"]
    chosen["day"] = {"$lt": filters.end.isoformat()}
    of_user = found_by("user_id", {"user_id": user_id, "$and": [chosen]})
    sessions = [
        session
        for session in db["sessions"].aggregate(of_user)
        if local_hour(session["ended_at"], zone)[0] >= first
    ]
    return sorted(sessions, key=lambda session: (session["ended_at"], session["_id"]), reverse=True)


def _events_in_scope(
    db: Database, filters: Filters, user_id: str, session_ids: list[str]
) -> list[Event]:
    zone = reporting_zone(db)
    first, end = filters.start.isoformat(), filters.end.isoformat()
    days = set(filters.weekdays)
    return [
        event
        for event in counted_events(db, session_ids)
        if event.get("user_id", UNKNOWN) == user_id
        and (not filters.sources or event["source"] in filters.sources)
        and first <= local_hour(event["timestamp"], zone)[0] < end
        and (not filters.weekdays or event["timestamp"].astimezone(zone).weekday() in days)
    ]


USER_MODELS = {
    "model": "str",
    "sessions": "int64",
    "api_requests": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads="sessions", columns=USER_MODELS)
def user_models(db: Database, filters: Filters, user_id: str) -> pd.DataFrame:
    """Rank the models that a person called by what they cost.

    Parameters
    ----------
    filters : Filters
        Days (reporting time zone) on which the sessions started, roles, departments
        and sources in scope.
    user_id : str
        The user.

    Returns
    -------
    pandas.DataFrame
        One row per model, dearest first; no rows without any.

        ================= ======= ======= =========================================
        column            dtype   unit    meaning
        ================= ======= ======= =========================================
        model             str             model id as the API reported it
        sessions          int64   count   sessions in which it was called
        api_requests      int64   count   API requests, failed ones excluded
        total_tokens      int64   tokens  sum of the four kinds
        cost_usd          float64 USD     reported, else list price
        unpriced_requests int64   count   requests without a price; they add
                                          nothing to ``cost_usd``
        ================= ======= ======= =========================================

    Notes
    -----
    All of a session counts if it started in the range.
    """
    rows = _sum_by(db, filters, user_id, "model_uses", USER_MODELS)
    rows.sort(key=lambda row: (-row["cost_usd"], row["model"]))
    return to_frame(rows, USER_MODELS)


USER_TOOLS = {
    "tool_name": "str",
    "sessions": "int64",
    "calls": "int64",
    "failures": "int64",
    "success_rate": "float64",
}


@question(reads="sessions", columns=USER_TOOLS)
def user_tools(db: Database, filters: Filters, user_id: str) -> pd.DataFrame:
    """Rank the tools that a person's sessions called by how often.

    Parameters
    ----------
    filters : Filters
        Days (reporting time zone) on which the sessions started, roles, departments
        and sources in scope.
    user_id : str
        The user.

    Returns
    -------
    pandas.DataFrame
        One row per tool, most calls first; no rows without any.

        ============ ======= ======= ==============================================
        column       dtype   unit    meaning
        ============ ======= ======= ==============================================
        tool_name    str             tool
        sessions     int64   count   sessions in which it was called
        calls        int64   count   calls that ended
        failures     int64   count   calls that failed
        success_rate float64 0-1     1 - failures / calls
        ============ ======= ======= ==============================================

    Notes
    -----
    All of a session counts if it started in the range.
    """
    rows = _sum_by(db, filters, user_id, "tool_uses", USER_TOOLS)
    for row in rows:
        row["success_rate"] = ratio(row["calls"] - row["failures"], row["calls"])
    rows.sort(key=lambda row: (-row["calls"], row["tool_name"]))
    return to_frame(rows, USER_TOOLS)


def _sum_by(
    db: Database, filters: Filters, user_id: str, uses: str, columns: Columns
) -> list[dict[str, Any]]:
    """Add up each model or tool of the user's sessions."""
    dimension, *measures = columns
    chosen = filters.selected().get(dimension)
    added = {name: {"$sum": f"${uses}.{name}"} for name in measures if name != "sessions"}
    pipeline: list[Stage] = [
        *sessions_of_user(filters, user_id),
        {"$unwind": f"${uses}"},
        *([{"$match": {f"{uses}.{dimension}": {"$in": list(chosen)}}}] if chosen else []),
        {"$group": {"_id": f"${uses}.{dimension}", "sessions": {"$sum": 1}, **added}},
        {"$addFields": {dimension: "$_id"}},
    ]
    return list(db["sessions"].aggregate(pipeline))


USER_PROFILE = {
    "user_id": "str",
    "name": "str",
    "email": "str",
    "role": "str",
    "role_basis": "str",
    "department": "str",
    "level": "str",
    "location": "str",
    "first_seen_at": "datetime",
    "last_seen_at": "datetime",
    "is_listed": "bool",
    "is_seen": "bool",
    "history": "tuple",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPosition:
    """Position of a user in the directory before a day; blank where it had none."""

    until_day: str
    role: str = ""
    department: str = ""
    level: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserProfile:
    """Answer of `user_profile`, whose docstring describes the fields."""

    user_id: str
    name: str
    email: str = ""
    role: str = UNKNOWN
    role_basis: str = UNKNOWN
    department: str = UNKNOWN
    level: str = ""
    location: str = ""
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    is_listed: bool = False
    is_seen: bool = False
    history: tuple[PastPosition, ...] = ()


@question(reads=("people", "users"), columns=USER_PROFILE)
def user_profile(db: Database, user_id: str) -> UserProfile:
    """Describe a user.

    Parameters
    ----------
    user_id : str
        The user.

    Returns
    -------
    UserProfile
        One value, whatever the scope.

        ============= ======== ======= =============================================
        field         dtype    unit    meaning
        ============= ======== ======= =============================================
        user_id       str              account, else e-mail, else installation
        name          str              name, else e-mail, else ``user_id``
        email         str              lower case; blank if unknown
        role          str              role today
        role_basis    str              "directory", "derived" or "unknown"
        department    str              department today
        level         str              level today; blank if unknown
        location      str              location today; blank if unknown
        first_seen_at datetime UTC     first event ever; None if there was none
        last_seen_at  datetime UTC     last event ever; None if there was none
        is_listed     bool             whether the directory has them
        is_seen       bool             whether any event ever came
        history       tuple            positions until a day
                                       (`PastPosition`), earliest first
        ============= ======== ======= =============================================

    Raises
    ------
    UserNotFound
        If the store has no such user.
    """
    user = db["users"].find_one({"_id": user_id})
    if not user or "user_id" not in user:
        msg = f"there is no user {user_id!r}; user_list shows those there are."
        raise UserNotFound(msg)
    known = {name: value for name, value in labelled(user).items() if name in USER_PROFILE}
    return UserProfile(**{**known, "history": _history(db, user)})


def _history(db: Database, user: dict[str, str]) -> tuple[PastPosition, ...]:
    entry = db["people"].find_one({"_id": user.get("email", "")})
    entry = entry or db["people"].find_one({"user_id": user["user_id"]}) or {}
    posts = [
        PastPosition(**{name: old.get(name) or "" for name in PastPosition.__dataclass_fields__})
        for old in entry.get("history", ())
    ]
    return tuple(sorted(posts, key=lambda post: post.until_day))
