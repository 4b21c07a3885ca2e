"""What it costs: money by day and by model."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, fill_days_by, to_frame
from analytics.question import question
from analytics.shared import MODELS, USAGE, fewest_usage_rows, model_rows

__all__ = ["cost_by_model", "cost_per_day", "cost_per_day_by_model"]

COST_PER_DAY = {"day": "datetime64[us]", "cost_usd": "float64", "unpriced_requests": "int64"}


@question(reads="daily_usage", columns=COST_PER_DAY)
def cost_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Sum up what each day costs.

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

        ================= ============== ======= ===============================
        column            dtype          unit    meaning
        ================= ============== ======= ===============================
        day               datetime64[us]         day in the reporting time zone
        cost_usd          float64        USD     reported by the client, else
                                                 list price of the day
        unpriced_requests int64          count   requests whose model has no
                                                 price; they add nothing to
                                                 ``cost_usd``
        ================= ============== ======= ===============================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    cost_per_day_by_model : The same money, split by model.

    Notes
    -----
    Source: rollup ``daily_usage``, complete up to its last refresh. An estimate:
    invoices may round differently.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cost_per_day(db, week)["cost_usd"].sum()
    """
    return fill_days(fewest_usage_rows(db, filters).by_day(USAGE), filters, COST_PER_DAY)


COST_PER_DAY_BY_MODEL = {"day": "datetime64[us]", "model": "str", "cost_usd": "float64"}


@question(reads="daily_models", columns=COST_PER_DAY_BY_MODEL)
def cost_per_day_by_model(db: Database, filters: Filters) -> pd.DataFrame:
    """Sum up what each model costs on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope and model called in it, by day, then model; no rows
        if none was called.

        ======== ============== ======= =========================================
        column   dtype          unit    meaning
        ======== ============== ======= =========================================
        day      datetime64[us]         day in the reporting time zone
        model    str                    model id as the API reported it
        cost_usd float64        USD     reported by the client, else list price
        ======== ============== ======= =========================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    cost_by_model : All days together, with the requests that have no price.

    Notes
    -----
    Source: rollup ``daily_models``, complete up to its last refresh. A model without a
    price costs 0 here; `cost_by_model` tells how many requests that concerns.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cost_per_day_by_model(db, week).pivot(index="day", columns="model")
    """
    called = model_rows(db, filters).having("api_requests")
    return fill_days_by(called.by_day_and("model", MODELS), filters, COST_PER_DAY_BY_MODEL)


COST_BY_MODEL = {
    "model": "str",
    "api_requests": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads="daily_models", columns=COST_BY_MODEL)
def cost_by_model(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank models by what they cost.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per model that was called, dearest first; no rows if none was.

        ================= ======= ======= ======================================
        column            dtype   unit    meaning
        ================= ======= ======= ======================================
        model             str             model id as the API reported it
        api_requests      int64   count   API requests, failed ones excluded
        total_tokens      int64   tokens  sum of the four kinds
        cost_usd          float64 USD     reported by the client, else list price
        unpriced_requests int64   count   requests whose model has no price; they
                                          add nothing to ``cost_usd``
        ================= ======= ======= ======================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    cost_per_day : The same money, by day.
    latency_by_model : How long the same requests took.

    Notes
    -----
    Source: rollup ``daily_models``, complete up to its last refresh. An estimate:
    invoices may round differently.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cost_by_model(db, week).columns.to_list()
    ['model', 'api_requests', 'total_tokens', 'cost_usd', 'unpriced_requests']
    """
    models = model_rows(db, filters).having("api_requests").added_up(("model",), MODELS)
    models.sort(key=lambda row: (-row["cost_usd"], row["model"]))
    return to_frame(models, COST_BY_MODEL)
