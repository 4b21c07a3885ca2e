"""Tokens: by day, kind and role."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.shared import USAGE
from store.rollups.definitions import TOKENS

__all__ = ["tokens_by_role", "tokens_per_day", "tokens_per_day_by_role"]

TOKENS_PER_DAY = USAGE.by("day").select(*TOKENS, "total_tokens")


@question(reads="daily_usage", columns=TOKENS_PER_DAY.columns)
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
    return TOKENS_PER_DAY(db, filters)


TOKENS_PER_DAY_BY_ROLE = USAGE.by("day", "role").having("api_requests").select("total_tokens")


@question(reads="daily_usage", columns=TOKENS_PER_DAY_BY_ROLE.columns)
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
    return TOKENS_PER_DAY_BY_ROLE(db, filters)


_BY_ROLE = (
    USAGE.by("role")
    .having("api_requests")
    .select(
        *("api_requests", *TOKENS, "total_tokens", "cost_usd", "unpriced_requests"),
        order="-total_tokens",
    )
)

TOKENS_BY_ROLE = {
    "role": "str",
    "api_requests": "int64",
    **dict.fromkeys(TOKENS, "int64"),
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
    roles = _BY_ROLE.groups(db, filters)
    for role in roles:
        role["tokens_per_request"] = role["total_tokens"] / role["api_requests"]
    return to_frame(roles, TOKENS_BY_ROLE)
