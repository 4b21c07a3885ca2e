"""What fails."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.scope import coarsest, rows_in_scope, sums

__all__ = ["errors_by_type"]

ERRORS_BY_TYPE = {
    "error_type": "str",
    "errors": "int64",
    "share": "float64",
    "api_errors": "int64",
    "tool_failures": "int64",
}


@question(reads="daily_errors", columns=ERRORS_BY_TYPE)
def errors_by_type(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank kinds of failure by how often they happen.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per error type, most frequent first; no rows if nothing failed.

        ============= ======= ======= ==========================================
        column        dtype   unit    meaning
        ============= ======= ======= ==========================================
        error_type    str             such as ``http_429``, ``aborted`` or
                                      ``tool_failed``
        errors        int64   count   failures of this type
        share         float64 0-1     part of all failures in scope
        api_errors    int64   count   those of them that were API requests
        tool_failures int64   count   those of them that were tool calls
        ============= ======= ======= ==========================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    headline_totals : The error rate of all requests.
    tool_calls_by_tool : Which tools fail.

    Notes
    -----
    Source: rollup ``daily_errors``, complete up to its last refresh. A refused
    permission is no failure.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> errors_by_type(db, week).head(3)
    """
    pipeline = [
        *rows_in_scope(filters),

        # One document per error type
        {"$group": {
            "_id": "$rows.error_type",
            **sums("errors"),
            "api_errors": _errors_of("api_error"),
            "tool_failures": _errors_of("tool_result"),
        }},

        {"$sort": {"errors": -1, "_id": 1}},

        {"$addFields": {"error_type": "$_id"}},
    ]  # fmt: skip
    frame = to_frame(coarsest(db, "daily_errors", filters).aggregate(pipeline), ERRORS_BY_TYPE)
    return frame.assign(share=frame["errors"] / max(1, frame["errors"].sum()))


def _errors_of(event_type: str) -> dict[str, Any]:
    return {"$sum": {"$cond": [{"$eq": ["$rows.event_type", event_type]}, "$rows.errors", 0]}}
