"""Search sessions: the filter, and the sessions found per day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import question
from analytics.scope import Stage, found_by, session_conditions
from analytics.shared import SESSIONS

__all__ = ["SessionFilter", "found_sessions_per_day"]

_TEXT_FIELDS = ("name", "email", "project", "session_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """What sessions must have in common besides their scope; blank means anything.

    Attributes
    ----------
    model : str
        A model that was called.
    user_id : str
        Whose sessions.
    project : str
        Project or repository; "unknown" for sessions without one.
    tool_name : str
        A tool that was called.
    error_type : str
        A kind of failed request or tool call.
    is_failing : bool
        Whether something must have failed, whatever it was.
    text : str
        Words that must all occur in the person's name or e-mail, the project or the
        session id; upper and lower case are the same.
    """

    model: str = ""
    user_id: str = ""
    project: str = ""
    tool_name: str = ""
    error_type: str = ""
    is_failing: bool = False
    text: str = ""

    def conditions(self) -> Stage:
        """Return the conditions on a document of `sessions`."""
        fields = {
            "models": self.model,
            "user_id": self.user_id,
            "project": self.project,
            "tool_uses.tool_name": self.tool_name,
            "error_types": self.error_type,
        }
        conditions: dict[str, Any] = {field: value for field, value in fields.items() if value}
        if self.is_failing:
            conditions["errors"] = {"$gt": 0}
        if words := self.text.split():
            conditions["$and"] = [_occurs(word) for word in words]
        return conditions


ANY_SESSION = SessionFilter()

FOUND_SESSIONS_PER_DAY = {
    "day": "datetime64[us]",
    "sessions": "int64",
    "prompts": "int64",
    "duration_seconds": "float64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
    "errors": "int64",
}


@question(reads=("daily_sessions", "sessions"), columns=FOUND_SESSIONS_PER_DAY)
def found_sessions_per_day(
    db: Database, filters: Filters, search: SessionFilter = ANY_SESSION
) -> pd.DataFrame:
    """Add up the sessions that `session_list` lists, by the day they started.

    Parameters
    ----------
    filters : Filters
        Days (reporting time zone) on which the sessions started, roles, departments
        and sources in scope.
    search : SessionFilter
        What the sessions must have in common.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without such a session included.

        ================= ============== ======= ==================================
        column            dtype          unit    meaning
        ================= ============== ======= ==================================
        day               datetime64[us]         day on which the sessions started
        sessions          int64          count   sessions found
        prompts           int64          count   prompts in them
        duration_seconds  float64        seconds their durations, added up
        total_tokens      int64          tokens  sum of the four kinds in them
        cost_usd          float64        USD     reported, else list price
        unpriced_requests int64          count   requests without a price; they
                                                 add nothing to ``cost_usd``
        errors            int64          count   failed requests and tool calls
        ================= ============== ======= ==================================

    Notes
    -----
    Read from ``daily_sessions``, or from ``sessions`` if there is a search. All of a session
    counts on the day it started, also what happened after midnight.
    """
    measures = [name for name in FOUND_SESSIONS_PER_DAY if name != "day"]
    if search == ANY_SESSION:
        return SESSIONS.by("day").select(*measures)(db, filters)
    added = {name: {"$sum": f"${name}"} for name in measures if name != "sessions"}
    pipeline = [
        *sessions_in_scope(filters, search),
        {"$group": {"_id": "$day", "sessions": {"$sum": 1}, **added}},
    ]
    return fill_days(db["sessions"].aggregate(pipeline), filters, FOUND_SESSIONS_PER_DAY)


def sessions_in_scope(
    filters: Filters, search: SessionFilter = ANY_SESSION, days: Stage | None = None
) -> list[Stage]:
    """Return the stages that yield the documents of `sessions` in scope.

    Parameters
    ----------
    filters : Filters
        Days on which they started, and values of dimensions.
    search : SessionFilter
        What they must have in common.
    days : dict, optional
        Condition on the day that is narrower than the scope.
    """
    conditions = session_conditions(filters)
    if days:
        conditions["day"] = days
    chosen = [conditions, search.conditions()]
    if search.user_id:
        return found_by("user_id", {"user_id": search.user_id, "$and": chosen})
    return found_by("day", {"day": conditions["day"], "$and": chosen})


def sessions_of_user(filters: Filters, user_id: str) -> list[Stage]:
    """Return the stages that yield one person's sessions in scope; none for a blank id."""
    return found_by("user_id", {"user_id": user_id, "$and": [session_conditions(filters)]})


def _occurs(word: str) -> Stage:
    alike = {"$regex": re.escape(word), "$options": "i"}
    return {"$or": [{field: alike} for field in _TEXT_FIELDS]}
