"""How long requests take, from histograms that can be added up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.scope import coarsest, rows_in_scope, sums
from analytics.store.sketch import quantiles

__all__ = ["LATENCIES", "latency_by_model", "latency_per_day", "merged"]

LATENCIES = {"buckets": {"$push": "$rows.buckets"}, "counts": {"$push": "$rows.counts"}}
"""Accumulators that gather the histograms of a group; `merged` reads them."""


def merged(document: Mapping[str, Any], dimension: str) -> dict[str, Any]:
    """Return the document with the percentiles of its gathered histograms.

    They are merged here and not in the pipeline: one document per bucket would cost
    more than everything else. So does a stage that touches the gathered histograms,
    hence the group key gets its name here too.
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

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    latency_per_day : All models together, by day.

    Notes
    -----
    Source: rollup ``daily_latency``, complete up to its last refresh. Percentiles come
    from histograms that can be added up, at most 1 % off.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> latency_by_model(db, week).set_index("model")["p95_ms"]
    """
    pipeline = [
        *rows_in_scope(filters),

        # One document per model
        {"$group": {"_id": "$rows.model", **sums("api_requests"), **LATENCIES}},

        {"$sort": {"api_requests": -1, "_id": 1}},
    ]  # fmt: skip
    models = (
        merged(model, "model")
        for model in coarsest(db, "daily_latency", filters).aggregate(pipeline)
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

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    latency_by_model : All days together, by model.

    Notes
    -----
    Source: rollup ``daily_latency``, complete up to its last refresh. Percentiles come
    from histograms that can be added up, at most 1 % off.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> latency_per_day(db, week)["p95_ms"].max()
    """
    pipeline = [
        *rows_in_scope(filters),
        {"$group": {"_id": "$day", **sums("api_requests"), **LATENCIES}},
    ]
    days = (
        merged(day, "day") for day in coarsest(db, "daily_latency", filters).aggregate(pipeline)
    )
    return fill_days(days, filters, LATENCY_PER_DAY, blank=("p50_ms", "p95_ms"))
