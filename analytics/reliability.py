"""Reliability: errors by type and day, and the latency of API requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.shared import ERRORS, MODELS, USAGE

__all__ = [
    "Latency",
    "errors_by_type",
    "errors_per_day",
    "headline_latency",
    "latency_by_model",
    "latency_per_day",
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
    types: dict[str, dict[str, Any]] = {}
    for group in _BY_TYPE.groups(db, filters):
        row = types.setdefault(group["error_type"], {"errors": 0})
        row["errors"] += group["errors"]
        row[_KINDS.get(group["event_type"], "other")] = group["errors"]
    rows = [{"error_type": name, **row} for name, row in types.items()]
    rows.sort(key=lambda row: (-row["errors"], row["error_type"]))
    frame = to_frame(rows, ERRORS_BY_TYPE)
    return frame.assign(share=frame["errors"] / max(1, frame["errors"].sum()))


_KINDS = {"api_error": "api_errors", "tool_result": "tool_failures"}
_BY_TYPE = ERRORS.by("error_type", "event_type").select("errors")

ERRORS_PER_DAY = {
    "day": "datetime64[us]",
    "api_requests": "int64",
    "api_errors": "int64",
    "error_rate": "float64",
    "tool_calls": "int64",
    "tool_failures": "int64",
}


_PER_DAY = USAGE.by("day").select("api_requests", "api_errors", "tool_calls", "tool_failures")


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
    frame = _PER_DAY(db, filters)
    attempts = frame["api_requests"] + frame["api_errors"]
    return frame.assign(error_rate=frame["api_errors"] / attempts)[[*ERRORS_PER_DAY]]


_LATENCY = MODELS.by().select("p50_ms", "p95_ms")
_LATENCY_BY_MODEL = MODELS.by("model").select("p50_ms", "p95_ms")
_LATENCY_PER_DAY = MODELS.by("day").select("p50_ms", "p95_ms")

HEADLINE_LATENCY = {"api_requests": "int", "p50_ms": "float", "p95_ms": "float"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Answer of `headline_latency`, whose docstring describes the fields."""

    api_requests: int
    p50_ms: float | None
    p95_ms: float | None


@question(reads="daily_models", columns=HEADLINE_LATENCY)
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
    total = next(iter(_LATENCY.groups(db, filters)), None)
    if not total or not total["timed"]:
        return Latency(api_requests=0, p50_ms=None, p95_ms=None)
    return Latency(api_requests=total["timed"], p50_ms=total["p50_ms"], p95_ms=total["p95_ms"])


LATENCY_BY_MODEL = {
    "model": "str",
    "api_requests": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
}


@question(reads="daily_models", columns=LATENCY_BY_MODEL)
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
    models = [_timed(group) for group in _LATENCY_BY_MODEL.groups(db, filters) if group["timed"]]
    models.sort(key=lambda row: (-row["api_requests"], row["model"]))
    return to_frame(models, LATENCY_BY_MODEL)


LATENCY_PER_DAY = {
    "day": "datetime64[us]",
    "api_requests": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
}


@question(reads="daily_models", columns=LATENCY_PER_DAY)
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
    days = (
        {**_timed(group), "_id": group["day"]} for group in _LATENCY_PER_DAY.groups(db, filters)
    )
    return fill_days(days, filters, LATENCY_PER_DAY, blank=("p50_ms", "p95_ms"))


def _timed(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group with the number of requests whose duration is known."""
    return {**group, "api_requests": group["timed"]}
