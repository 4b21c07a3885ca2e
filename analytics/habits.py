"""What one person works with: models and tools."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.finding import sessions_of_user
from analytics.frames import to_frame
from analytics.question import Columns, question
from analytics.scope import Stage, ratio

__all__ = ["user_models", "user_tools"]

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
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone) on which the sessions started, roles, departments
        and sources in scope.
    user_id : str
        Whose sessions.

    Returns
    -------
    pandas.DataFrame
        One row per model, dearest first; no rows for somebody who called none.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    user_tools : The tools of the same sessions.

    Notes
    -----
    Source: collection ``sessions``, complete up to its last refresh. All of a session
    counts if it started in the range.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> user_models(db, week, "ada@example.com").head(1)
    """
    rows = _added_up(db, filters, user_id, "model_uses", USER_MODELS)
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
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone) on which the sessions started, roles, departments
        and sources in scope.
    user_id : str
        Whose sessions.

    Returns
    -------
    pandas.DataFrame
        One row per tool, most calls first; no rows for somebody who called none.

        ============ ======= ======= ==============================================
        column       dtype   unit    meaning
        ============ ======= ======= ==============================================
        tool_name    str             tool
        sessions     int64   count   sessions in which it was called
        calls        int64   count   calls that ended
        failures     int64   count   calls that failed
        success_rate float64 ratio   1 - failures / calls
        ============ ======= ======= ==============================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    user_models : The models of the same sessions.

    Notes
    -----
    Source: collection ``sessions``, complete up to its last refresh. All of a session
    counts if it started in the range.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> user_tools(db, week, "ada@example.com").head(1)
    """
    rows = _added_up(db, filters, user_id, "tool_uses", USER_TOOLS)
    for row in rows:
        row["success_rate"] = ratio(row["calls"] - row["failures"], row["calls"])
    rows.sort(key=lambda row: (-row["calls"], row["tool_name"]))
    return to_frame(rows, USER_TOOLS)


def _added_up(
    db: Database, filters: Filters, user_id: str, uses: str, columns: Columns
) -> list[dict[str, Any]]:
    """Add up what the person's sessions say of each model or tool."""
    dimension, *measures = columns
    added = {name: {"$sum": f"${uses}.{name}"} for name in measures if name != "sessions"}
    pipeline: list[Stage] = [
        *sessions_of_user(filters, user_id),
        {"$unwind": f"${uses}"},
        {"$group": {"_id": f"${uses}.{dimension}", "sessions": {"$sum": 1}, **added}},
        {"$addFields": {dimension: "$_id"}},
    ]
    return list(db["sessions"].aggregate(pipeline))
