"""Requests to the web API, by day and status."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.saas.days import rows_of_days
from analytics.scope import sums
from store.time_bounds import saas_day_bounds

__all__ = ["day_list", "rate_limited_per_day", "requests_by_status", "requests_per_day"]

TOO_MANY_REQUESTS = 429
FAILED = 400

DAY_LIST = {"day": "datetime64[us]", "requests": "int64"}


@question(reads="saas_daily_requests", columns=DAY_LIST)
def day_list(db: Database, filters: Filters) -> pd.DataFrame:
    """List the days that have requests.

    Days of wrong clocks, which older versions stored, are left out.

    Returns
    -------
    pandas.DataFrame
        One row per day with a request, in order; no rows without requests.

        ======== ============== ======= ==========================================
        column   dtype          unit    meaning
        ======== ============== ======= ==========================================
        day      datetime64[us]         day in the reporting time zone
        requests int64          count   HTTP requests
        ======== ============== ======= ==========================================
    """
    first, last = saas_day_bounds()
    pipeline = [
        *rows_of_days(filters),
        {"$match": {"day": {"$gte": first, "$lte": last}}},
        {"$group": {"_id": "$day", **sums("requests")}},
        {"$addFields": {"day": "$_id"}},
        {"$sort": {"_id": 1}},
    ]
    return to_frame(db["saas_daily_requests"].aggregate(pipeline), DAY_LIST)


REQUESTS_PER_DAY = {
    "day": "datetime64[us]",
    "requests": "int64",
    "errors": "int64",
    "error_rate": "float64",
    "without_session": "int64",
    "without_token": "int64",
    "request_bytes": "int64",
    "response_bytes": "int64",
}


@question(reads="saas_daily_requests", columns=REQUESTS_PER_DAY)
def requests_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the requests of each day, failed and anonymous ones apart.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without requests included.

        =============== ============== ======= ====================================
        column          dtype          unit    meaning
        =============== ============== ======= ====================================
        day             datetime64[us]         day in the reporting time zone
        requests        int64          count   HTTP requests
        errors          int64          count   those answered with 400 or more
        error_rate      float64        0-1     errors / requests; blank without any
        without_session int64          count   requests without a session,
                                               such as brute force
        without_token   int64          count   requests that showed no token
        request_bytes   int64          bytes   received
        response_bytes  int64          bytes   sent
        =============== ============== ======= ====================================
    """
    counted = ("requests", "without_session", "without_token", "request_bytes", "response_bytes")
    pipeline = [
        *rows_of_days(filters),
        {"$group": {"_id": "$day", **sums(*counted), "errors": _requests_with(_FAILED)}},
    ]
    days = db["saas_daily_requests"].aggregate(pipeline)
    frame = fill_days(days, filters, REQUESTS_PER_DAY, blank=("error_rate",))
    return frame.assign(error_rate=frame["errors"] / frame["requests"])


REQUESTS_BY_STATUS = {
    "status_code": "Int64",
    "requests": "int64",
    "share": "float64",
    "rate_limited": "int64",
}


@question(reads="saas_daily_requests", columns=REQUESTS_BY_STATUS)
def requests_by_status(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank HTTP statuses by how often they were answered.

    Returns
    -------
    pandas.DataFrame
        One row per status, most frequent first; no rows without requests.

        ============ ======= ======= ==============================================
        column       dtype   unit    meaning
        ============ ======= ======= ==============================================
        status_code  Int64           HTTP status; blank where none was recorded
        requests     int64   count   requests answered so
        share        float64 0-1     part of all requests in scope
        rate_limited int64   count   those of them that met the rate limit, whatever
                                     they were answered in the end
        ============ ======= ======= ==============================================
    """
    pipeline = [
        *rows_of_days(filters),

        # One document per status
        {"$group": {"_id": "$rows.status_code", **sums("requests", "rate_limited")}},

        {"$sort": {"requests": -1, "_id": 1}},

        {"$addFields": {"status_code": "$_id"}},
    ]  # fmt: skip
    frame = to_frame(db["saas_daily_requests"].aggregate(pipeline), REQUESTS_BY_STATUS)
    return frame.assign(share=frame["requests"] / max(1, frame["requests"].sum()))


RATE_LIMITED_PER_DAY = {
    "day": "datetime64[us]",
    "requests": "int64",
    "rate_limited": "int64",
    "rejected": "int64",
    "rate_limited_rate": "float64",
}


@question(reads="saas_daily_requests", columns=RATE_LIMITED_PER_DAY)
def rate_limited_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the requests of each day that met the rate limit.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without requests included.

        ================= ============== ======= ==================================
        column            dtype          unit    meaning
        ================= ============== ======= ==================================
        day               datetime64[us]         day in the reporting time zone
        requests          int64          count   HTTP requests
        rate_limited      int64          count   those that met the rate limit
        rejected          int64          count   requests answered with status 429
        rate_limited_rate float64        0-1     rate_limited / requests; blank
                                                 without any
        ================= ============== ======= ==================================

    Notes
    -----
    A request can meet the limit and still end with another status, such as 401.
    """
    rejected = _requests_with({"$eq": ["$rows.status_code", TOO_MANY_REQUESTS]})
    pipeline = [
        *rows_of_days(filters),
        {"$group": {"_id": "$day", **sums("requests", "rate_limited"), "rejected": rejected}},
    ]
    days = db["saas_daily_requests"].aggregate(pipeline)
    frame = fill_days(days, filters, RATE_LIMITED_PER_DAY, blank=("rate_limited_rate",))
    return frame.assign(rate_limited_rate=frame["rate_limited"] / frame["requests"])


_FAILED = {"$gte": ["$rows.status_code", FAILED]}


def _requests_with(condition: dict[str, Any]) -> dict[str, Any]:
    return {"$sum": {"$cond": [condition, "$rows.requests", 0]}}
