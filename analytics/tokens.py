"""Tokens: by day, kind and role."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, fill_days_by, to_frame
from analytics.question import question
from analytics.shared import USAGE, fewest_usage_rows, usage_rows

__all__ = ["tokens_by_role", "tokens_per_day", "tokens_per_day_by_role"]

TOKENS_PER_DAY = {
    "day": "datetime64[us]",
    "input_tokens": "int64",
    "output_tokens": "int64",
    "cache_read_tokens": "int64",
    "cache_creation_tokens": "int64",
    "total_tokens": "int64",
}


@question(reads="daily_usage", columns=TOKENS_PER_DAY)
def tokens_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Add up the tokens of each day, by kind.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without requests included.

        ===================== ============== ======= ==============================
        column                dtype          unit    meaning
        ===================== ============== ======= ==============================
        day                   datetime64[us]         day in the reporting time zone
        input_tokens          int64          tokens  sent, neither read from nor
                                                     written to the cache
        output_tokens         int64          tokens  produced by the model
        cache_read_tokens     int64          tokens  served from the cache
        cache_creation_tokens int64          tokens  written to the cache
        total_tokens          int64          tokens  sum of the four kinds
        ===================== ============== ======= ==============================

    Notes
    -----
    Tokens come from API requests only, never also from counters.
    """
    return fill_days(fewest_usage_rows(db, filters).by_day(USAGE), filters, TOKENS_PER_DAY)


TOKENS_PER_DAY_BY_ROLE = {"day": "datetime64[us]", "role": "str", "total_tokens": "int64"}


@question(reads="daily_usage", columns=TOKENS_PER_DAY_BY_ROLE)
def tokens_per_day_by_role(db: Database, filters: Filters) -> pd.DataFrame:
    """Add up the tokens of each day and role.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope and role that occurs in it, by day, then role; no
        rows if nothing happened.

        ============ ============== ======= =======================================
        column       dtype          unit    meaning
        ============ ============== ======= =======================================
        day          datetime64[us]         day in the reporting time zone
        role         str                    role at the time of the request
        total_tokens int64          tokens  sum of the four kinds
        ============ ============== ======= =======================================
    """
    used = usage_rows(db, filters).having("api_requests")
    return fill_days_by(used.by_day_and("role", USAGE), filters, TOKENS_PER_DAY_BY_ROLE)


TOKENS_BY_ROLE = {
    "role": "str",
    "api_requests": "int64",
    "input_tokens": "int64",
    "output_tokens": "int64",
    "cache_read_tokens": "int64",
    "cache_creation_tokens": "int64",
    "total_tokens": "int64",
    "tokens_per_request": "float64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads="daily_usage", columns=TOKENS_BY_ROLE)
def tokens_by_role(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank roles by the tokens they use.

    Returns
    -------
    pandas.DataFrame
        One row per role that made an API request, most tokens first; no rows if none
        did. People of no known role stand under "unknown".

        ===================== ======= ======= =====================================
        column                dtype   unit    meaning
        ===================== ======= ======= =====================================
        role                  str             role at the time of the request
        api_requests          int64   count   API requests, failed ones excluded
        input_tokens          int64   tokens  sent, neither read from nor written
                                              to the cache
        output_tokens         int64   tokens  produced by the model
        cache_read_tokens     int64   tokens  served from the cache
        cache_creation_tokens int64   tokens  written to the cache
        total_tokens          int64   tokens  sum of the four kinds
        tokens_per_request    float64 tokens  total_tokens / api_requests
        cost_usd              float64 USD     reported by the client, else list price
        unpriced_requests     int64   count   requests whose model has no price; they
                                              add nothing to ``cost_usd``
        ===================== ======= ======= =====================================
    """
    roles = usage_rows(db, filters).having("api_requests").sum_by(("role",), USAGE)
    for role in roles:
        role["tokens_per_request"] = role["total_tokens"] / role["api_requests"]
    roles.sort(key=lambda role: (-role["total_tokens"], role["role"]))
    return to_frame(roles, TOKENS_BY_ROLE)
