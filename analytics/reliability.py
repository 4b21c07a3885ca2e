"""Reliability: errors by type and day, and the latency of API requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, only, to_frame
from analytics.question import question
from analytics.scope import pick_rollup, rows_in_scope, sums
from analytics.shared import USAGE, fewest_usage_rows
from store.histogram import quantiles

__all__ = [
    "LATENCIES",
    "Latency",
    "errors_by_type",
    "errors_per_day",
    "headline_latency",
    "latency_by_model",
    "latency_per_day",
    "merged",
]


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

    Notes
    -----
    A rejected permission is no failure.
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
    frame = to_frame(pick_rollup(db, "daily_errors", filters).aggregate(pipeline), ERRORS_BY_TYPE)
    return frame.assign(share=frame["errors"] / max(1, frame["errors"].sum()))


def _errors_of(event_type: str) -> dict[str, Any]:
    return {"$sum": {"$cond": [{"$eq": ["$rows.event_type", event_type]}, "$rows.errors", 0]}}


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
    """Count the failures and the attempts of each day.

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

    Notes
    -----
    A rejected permission is no failure.
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
    """Answer of `headline_latency`, whose docstring describes the fields."""

    api_requests: int
    p50_ms: float | None
    p95_ms: float | None


@question(reads="daily_latency", columns=HEADLINE_LATENCY)
def headline_latency(db: Database, filters: Filters) -> Latency:
    """Show how long the API requests in scope took.

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

    Notes
    -----
    Percentiles come from histograms that can be added up, at most 1 % off.
    """
    pipeline = [
        *rows_in_scope(filters),
        {"$group": {"_id": None, **sums("api_requests"), **LATENCIES}},
    ]
    total = only(pick_rollup(db, "daily_latency", filters).aggregate(pipeline))
    if not total:
        return Latency(api_requests=0, p50_ms=None, p95_ms=None)
    known = merged(total, "scope")
    return Latency(**{name: known[name] for name in HEADLINE_LATENCY})


LATENCIES = {"buckets": {"$push": "$rows.buckets"}, "counts": {"$push": "$rows.counts"}}
"""Accumulators that collect the histograms of a group; `merged` reads them."""


def merged(document: Mapping[str, Any], dimension: str) -> dict[str, Any]:
    """Return the document with the percentiles of its collected histograms.

    They are merged here and not in the pipeline: one document per bin would cost more
    than everything else, and so does a stage that passes the histograms on. Hence the
    group key gets its name here too.
    """
    buckets = chain.from_iterable(document["buckets"])
    counts = chain.from_iterable(document["counts"])
    p50_ms, p95_ms = quantiles(buckets, counts, (0.5, 0.95))
    return {**document, dimension: document["_id"], "p50_ms": p50_ms, "p95_ms": p95_ms}


LATENCY_BY_MODEL = {
    "model": "str",
    "api_requests": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
}


@question(reads="daily_latency", columns=LATENCY_BY_MODEL)
def latency_by_model(db: Database, filters: Filters) -> pd.DataFrame:
    """Compare models by how long their requests take.

    Returns
    -------
    pandas.DataFrame
        One row per model with a known duration, most requests first; no rows if
        there is none.

        ============ ======= ======= ===========================================
        column       dtype   unit    meaning
        ============ ======= ======= ===========================================
        model        str             model id as the API reported it
        api_requests int64   count   requests whose duration is known
        p50_ms       float64 ms      half of the requests took at most this
        p95_ms       float64 ms      95 % of the requests took at most this
        ============ ======= ======= ===========================================

    Notes
    -----
    Percentiles come from histograms that can be added up, at most 1 % off.
    """
    pipeline = [
        *rows_in_scope(filters),

        # One document per model
        {"$group": {"_id": "$rows.model", **sums("api_requests"), **LATENCIES}},

        {"$sort": {"api_requests": -1, "_id": 1}},
    ]  # fmt: skip
    models = (
        merged(model, "model")
        for model in pick_rollup(db, "daily_latency", filters).aggregate(pipeline)
    )
    return to_frame(models, LATENCY_BY_MODEL)


LATENCY_PER_DAY = {
    "day": "datetime64[us]",
    "api_requests": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
}


@question(reads="daily_latency", columns=LATENCY_PER_DAY)
def latency_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Show how long the requests of each day took.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; percentiles are blank on days without a
        known duration.

        ============ ============== ======= ====================================
        column       dtype          unit    meaning
        ============ ============== ======= ====================================
        day          datetime64[us]         day in the reporting time zone
        api_requests int64          count   requests whose duration is known
        p50_ms       float64        ms      half of them took at most this
        p95_ms       float64        ms      95 % of them took at most this
        ============ ============== ======= ====================================

    Notes
    -----
    Percentiles come from histograms that can be added up, at most 1 % off.
    """
    pipeline = [
        *rows_in_scope(filters),
        {"$group": {"_id": "$day", **sums("api_requests"), **LATENCIES}},
    ]
    days = (
        merged(day, "day") for day in pick_rollup(db, "daily_latency", filters).aggregate(pipeline)
    )
    return fill_days(days, filters, LATENCY_PER_DAY, blank=("p50_ms", "p95_ms"))
