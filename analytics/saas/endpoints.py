"""Endpoints of the web API: requests, errors and response times."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.saas.days import rows_of_days
from analytics.scope import sums
from store.histogram import quantiles

__all__ = ["requests_by_endpoint", "response_time_per_day"]

REQUESTS_BY_ENDPOINT = {
    "endpoint": "str",
    "requests": "int64",
    "errors": "int64",
    "server_errors": "int64",
    "error_rate": "float64",
    "rate_limited": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
    "request_bytes": "int64",
    "response_bytes": "int64",
}


@question(reads="saas_daily_endpoints", columns=REQUESTS_BY_ENDPOINT)
def requests_by_endpoint(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank endpoints by requests, with what failed and how long they took.

    Returns
    -------
    pandas.DataFrame
        One row per endpoint, most requests first; no rows without requests.

        ============== ======= ======= ============================================
        column         dtype   unit    meaning
        ============== ======= ======= ============================================
        endpoint       str             path as the API names it
        requests       int64   count   HTTP requests, of any method
        errors         int64   count   those answered with 400 or more
        server_errors  int64   count   those answered with 500 or more
        error_rate     float64 0-1     errors / requests
        rate_limited   int64   count   those that met the rate limit
        p50_ms         float64 ms      half of them took at most this; blank where
                                       no duration is known
        p95_ms         float64 ms      95 % of them took at most this
        request_bytes  int64   bytes   received
        response_bytes int64   bytes   sent
        ============== ======= ======= ============================================

    Notes
    -----
    Percentiles come from histograms that can be added up, at most 1 % off.
    """
    counted = ("requests", "errors", "server_errors", "rate_limited")
    sum_by = sums(*counted, "request_bytes", "response_bytes")
    pipeline = [
        *rows_of_days(filters),

        # One document per endpoint
        {"$group": {"_id": "$rows.endpoint", **sum_by, **LATENCIES}},

        {"$sort": {"requests": -1, "_id": 1}},
    ]  # fmt: skip
    documents = db["saas_daily_endpoints"].aggregate(pipeline)
    endpoints = (merged(document, "endpoint") for document in documents)
    frame = to_frame(endpoints, REQUESTS_BY_ENDPOINT)
    return frame.assign(error_rate=frame["errors"] / frame["requests"])


RESPONSE_TIME_PER_DAY = {
    "day": "datetime64[us]",
    "requests": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
}


@question(reads="saas_daily_requests", columns=RESPONSE_TIME_PER_DAY)
def response_time_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Show how long the requests of each day took.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; percentiles are blank on days without a
        known duration.

        ======== ============== ======= ==========================================
        column   dtype          unit    meaning
        ======== ============== ======= ==========================================
        day      datetime64[us]         day in the reporting time zone
        requests int64          count   HTTP requests
        p50_ms   float64        ms      half of them took at most this
        p95_ms   float64        ms      95 % of them took at most this
        ======== ============== ======= ==========================================

    Notes
    -----
    Percentiles come from histograms that can be added up, at most 1 % off.
    """
    pipeline = [
        *rows_of_days(filters),
        {"$group": {"_id": "$day", **sums("requests"), **LATENCIES}},
    ]
    documents = db["saas_daily_requests"].aggregate(pipeline)
    days = (merged(document, "day") for document in documents)
    return fill_days(days, filters, RESPONSE_TIME_PER_DAY, blank=("p50_ms", "p95_ms"))


LATENCIES = {"buckets": {"$push": "$rows.buckets"}, "counts": {"$push": "$rows.counts"}}
"""Accumulators that collect the histograms of a group; `merged` reads them."""


def merged(document: Mapping[str, Any], dimension: str) -> dict[str, Any]:
    """Return the document with the percentiles of its collected histograms."""
    buckets = chain.from_iterable(document["buckets"])
    counts = chain.from_iterable(document["counts"])
    p50_ms, p95_ms = quantiles(buckets, counts, (0.5, 0.95))
    return {**document, dimension: document["_id"], "p50_ms": p50_ms, "p95_ms": p95_ms}
