"""What the prompt cache saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import question
from analytics.shared import MODELS, model_rows
from analytics.store.prices import Prices

__all__ = ["cache_savings_per_day"]

MILLION = 1_000_000

CACHE_SAVINGS_PER_DAY = {
    "day": "datetime64[us]",
    "cache_read_tokens": "int64",
    "cache_savings_usd": "float64",
    "cache_write_premium_usd": "float64",
    "unpriced_tokens": "int64",
}


@question(reads=("daily_models", "price_rates"), columns=CACHE_SAVINGS_PER_DAY)
def cache_savings_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Estimate what reading from the cache saved on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without requests included.

        ======================= ============== ======= =================================
        column                  dtype          unit    meaning
        ======================= ============== ======= =================================
        day                     datetime64[us]         day in the reporting time zone
        cache_read_tokens       int64          tokens  served from the cache
        cache_savings_usd       float64        USD     what these tokens would have cost
                                                       as plain input, minus what
                                                       reading them cost
        cache_write_premium_usd float64        USD     what writing to the cache cost
                                                       more than plain input
        unpriced_tokens         int64          tokens  cache reads of models without a
                                                       price; they save nothing here
        ======================= ============== ======= =================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    cost_per_day : What was spent nevertheless.

    Notes
    -----
    Source: rollup ``daily_models``, complete up to its last refresh, and ``price_rates``.
    An estimate at list price, also where the client reported its cost: each day's rates,
    without surcharges for long prompts or fast mode, writes at the five-minute rate.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cache_savings_per_day(db, week)["cache_savings_usd"].sum()
    """
    days = _by_day(model_rows(db, filters).by_day_and("model", MODELS), Prices.load(db))
    return fill_days(days, filters, CACHE_SAVINGS_PER_DAY)


def _by_day(found: Iterable[Mapping[str, Any]], prices: Prices) -> list[dict[str, Any]]:
    days: dict[str, dict[str, Any]] = {}
    for group in found:
        day = days.setdefault(group["_id"]["day"], {"_id": group["_id"]["day"]})
        for name, amount in _saved(group, prices).items():
            day[name] = day.get(name, 0) + amount
    return [*days.values()]


def _saved(group: Mapping[str, Any], prices: Prices) -> dict[str, float]:
    read, written = group["cache_read_tokens"], group["cache_creation_tokens"]
    rate = prices.rate(group["_id"]["value"], date.fromisoformat(group["_id"]["day"]))
    if rate is None:
        return {"cache_read_tokens": read, "unpriced_tokens": read}
    usd = rate.usd_per_million
    return {
        "cache_read_tokens": read,
        "cache_savings_usd": read * (usd.input - usd.cache_read) / MILLION,
        "cache_write_premium_usd": written * (usd.cache_write_5m - usd.input) / MILLION,
    }
