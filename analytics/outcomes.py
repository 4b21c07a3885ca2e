"""How it went on the whole: what failed on each day, how long a request takes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, only
from analytics.latency import LATENCIES, merged
from analytics.question import question
from analytics.scope import coarsest, rows_in_scope, sums
from analytics.shared import USAGE, fewest_usage_rows

__all__ = ["Latency", "errors_per_day", "headline_latency"]

ERRORS_PER_DAY = {
    "day": "datetime64[us]",
    "api_requests": "int64",
    "api_errors": "int64",
    "error_rate": "float64",
    "tool_calls": "int64",
    "tool_failures": "int64",
}


@question(reads="daily_usage", columns=ERRORS_PER_DAY)
def errors_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count what fails on each day, beside what was tried.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without failures included.

        ============= ============== ======= ===================================
        column        dtype          unit    meaning
        ============= ============== ======= ===================================
        day           datetime64[us]         day in the reporting time zone
        api_requests  int64          count   API requests, failed ones excluded
        api_errors    int64          count   API requests that failed
        error_rate    float64        0-1     api_errors / (api_requests +
                                             api_errors); blank without any
        tool_calls    int64          count   tool calls, failed ones included
        tool_failures int64          count   tool calls that failed
        ============= ============== ======= ===================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    errors_by_type : The same failures, by what they are.
    headline_totals : The rate of all days together.

    Notes
    -----
    Source: rollup ``daily_usage``, complete up to its last refresh. A refused
    permission is no failure.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> errors_per_day(db, week).nlargest(1, "error_rate")
    """
    frame = fill_days(
        fewest_usage_rows(db, filters).by_day(USAGE), filters, ERRORS_PER_DAY, blank=("error_rate",)
    )
    return frame.assign(
        error_rate=frame["api_errors"] / (frame["api_requests"] + frame["api_errors"])
    )


HEADLINE_LATENCY = {"api_requests": "int", "p50_ms": "float", "p95_ms": "float"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """What `headline_latency` answers; its docstring tells each field's meaning."""

    api_requests: int
    p50_ms: float | None
    p95_ms: float | None


@question(reads="daily_latency", columns=HEADLINE_LATENCY)
def headline_latency(db: Database, filters: Filters) -> Latency:
    """Sum up how long the API requests in scope took.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    Latency
        One value; percentiles are None without a known duration.

        ============ ===== ======= =============================================
        column       dtype unit    meaning
        ============ ===== ======= =============================================
        api_requests int   count   requests whose duration is known
        p50_ms       float ms      half of the requests took at most this
        p95_ms       float ms      95 % of the requests took at most this
        ============ ===== ======= =============================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    latency_by_model : The same requests, by model.
    latency_per_day : The same requests, by day.

    Notes
    -----
    Source: rollup ``daily_latency``, complete up to its last refresh. Percentiles come
    from histograms that can be added up, at most 1 % off.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> headline_latency(db, week).p95_ms
    """
    pipeline = [
        *rows_in_scope(filters),
        {"$group": {"_id": None, **sums("api_requests"), **LATENCIES}},
    ]
    found = only(coarsest(db, "daily_latency", filters).aggregate(pipeline))
    if not found:
        return Latency(api_requests=0, p50_ms=None, p95_ms=None)
    known = merged(found, "scope")
    return Latency(**{name: known[name] for name in HEADLINE_LATENCY})
