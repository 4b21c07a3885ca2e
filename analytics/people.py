"""People: all users with their activity, and the days of one user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.cost import labelled
from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.shared import USER_SESSIONS, USERS, all_users
from store.people.roles import UNKNOWN

__all__ = ["user_calendar", "user_list"]

_SPENT = ("total_tokens", "cost_usd", "unpriced_requests")
_USAGE = USERS.by("user_id").select("prompts", *_SPENT)
_STARTED = USER_SESSIONS.by("user_id").select("sessions")
_DAYS = USERS.by("day").select("events", "prompts", *_SPENT)

USER_LIST = {
    "user_id": "str",
    "name": "str",
    "email": "str",
    "role": "str",
    "role_basis": "str",
    "department": "str",
    "level": "str",
    "location": "str",
    "first_seen_at": "datetime64[us, UTC]",
    "last_seen_at": "datetime64[us, UTC]",
    "is_listed": "bool",
    "is_seen": "bool",
    "sessions": "int64",
    "prompts": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(
    reads=(
        "daily_user_sessions",
        "daily_users",
        "users",
    ),
    columns=USER_LIST,
)
def user_list(db: Database, filters: Filters) -> pd.DataFrame:
    """List all users, with their activity in scope.

    Returns
    -------
    pandas.DataFrame
        One row per person who has one of the roles and departments today or did
        something in scope, dearest first, then by name. People of the directory from
        whom no event came have zeros.

        ================= =================== ======= ==========================
        column            dtype               unit    meaning
        ================= =================== ======= ==========================
        user_id           str                         account, else e-mail, else
                                                      installation
        name              str                         name, else e-mail, else
                                                      ``user_id``
        email             str                         lower case
        role              str                         role today
        role_basis        str                         "directory", "derived" or
                                                      "unknown"
        department        str                         department today
        level             str                         from the directory
        location          str                         from the directory
        first_seen_at     datetime64[us, UTC] UTC     first event ever
        last_seen_at      datetime64[us, UTC] UTC     last event ever
        is_listed         bool                        whether the directory has
                                                      them
        is_seen           bool                        whether an event ever came
        sessions          int64               count   sessions in scope
        prompts           int64               count   prompts in scope
        total_tokens      int64               tokens  tokens in scope
        cost_usd          float64             USD     reported, else list price
        unpriced_requests int64               count   requests without a price;
                                                      they add nothing to
                                                      ``cost_usd``
        ================= =================== ======= ==========================
    """
    activity = _activity_by_user(db, filters)
    users = all_users(db).items()
    people = {key: person for key, person in users if "user_id" in person and key != UNKNOWN}
    rows = [
        labelled({"cost_usd": 0.0, **person, **activity.get(key, {})})
        for key, person in people.items()
        if key in activity or _is_in_scope(person, filters)
    ]
    rows.sort(key=lambda row: (-row["cost_usd"], row["name"].casefold(), row["user_id"]))
    return to_frame(rows, USER_LIST)


def _activity_by_user(db: Database, filters: Filters) -> dict[str, dict[str, Any]]:
    activity: dict[str, dict[str, Any]] = {}
    for row in (*_USAGE.groups(db, filters), *_STARTED.groups(db, filters)):
        activity.setdefault(row["user_id"], {}).update(row)
    return activity


def _is_in_scope(person: Mapping[str, Any], filters: Filters) -> bool:
    """Return whether a person is listed without activity in scope.

    A person has these values today, and may be active in any source; the other dimensions are
    known of activity alone.
    """
    selected = filters.selected()
    selected.pop("source", None)
    return selected.keys() <= {"user_id", "role", "department"} and all(
        person[name] in values for name, values in selected.items()
    )


USER_CALENDAR = {
    "day": "datetime64[us]",
    "is_active": "bool",
    "events": "int64",
    "prompts": "int64",
    "sessions": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads=("session_days", "sessions"), columns=USER_CALENDAR)
def user_calendar(db: Database, filters: Filters, user_id: str) -> pd.DataFrame:
    """Show on which days a person was active.

    Parameters
    ----------
    user_id : str
        The user.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, inactive days included; only those for
        an unknown user.

        ================= ============== ======= ==================================
        column            dtype          unit    meaning
        ================= ============== ======= ==================================
        day               datetime64[us]         day in the reporting time zone
        is_active         bool                   whether there was a prompt
        events            int64          count   events of every type
        prompts           int64          count   prompts, built-in commands
                                                 excluded
        sessions          int64          count   sessions that started on that day
        total_tokens      int64          tokens  sum of the four kinds
        cost_usd          float64        USD     reported, else list price
        unpriced_requests int64          count   requests without a price; they
                                                 add nothing to ``cost_usd``
        ================= ============== ======= ==================================
    """
    if not user_id or (filters.users and user_id not in filters.users):
        return fill_days((), filters, USER_CALENDAR).assign(is_active=False)
    alone = replace(filters, users=(user_id,))
    # An index finds the few facts and sessions of a user; the rows of a day are those of all users
    days = {row["day"]: row for row in _DAYS.groups(db, alone)}
    for row in USER_SESSIONS.rows(db, alone).sum_by(("day",), ("sessions",)):
        days.setdefault(row["day"], {}).update(row)
    documents = ({**row, "_id": day} for day, row in days.items())
    frame = fill_days(documents, filters, USER_CALENDAR)
    return frame.assign(is_active=frame["prompts"] > 0)
