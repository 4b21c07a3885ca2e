"""Cost: by day, model, department, project and user, and what the cache saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.shared import MODELS, PROJECTS, USAGE, USERS, all_users
from store.prices.table import Prices

__all__ = [
    "cache_savings_per_day",
    "cost_by_department",
    "cost_by_model",
    "cost_by_project",
    "cost_by_user",
    "cost_per_day",
    "cost_per_day_by_model",
    "labelled",
]


_SPENT = ("api_requests", "total_tokens", "cost_usd", "unpriced_requests")

COST_PER_DAY = USAGE.by("day").select("cost_usd", "unpriced_requests")


@question(reads="daily_usage", columns=COST_PER_DAY.columns)
def cost_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Add up the cost of each day.

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
    """
    return COST_PER_DAY(db, filters)


COST_PER_DAY_BY_MODEL = MODELS.by("day", "model").having("api_requests").select("cost_usd")


@question(reads="daily_models", columns=COST_PER_DAY_BY_MODEL.columns)
def cost_per_day_by_model(db: Database, filters: Filters) -> pd.DataFrame:
    """Add up the cost of each model on each day.

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

    Notes
    -----
    A model without a price costs 0 here; `cost_by_model` counts these requests.
    """
    return COST_PER_DAY_BY_MODEL(db, filters)


COST_BY_MODEL = MODELS.by("model").having("api_requests").select(*_SPENT, order="-cost_usd")


@question(reads="daily_models", columns=COST_BY_MODEL.columns)
def cost_by_model(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank models by what they cost.

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
    """
    return COST_BY_MODEL(db, filters)


def labelled(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return a user or session with a name that is never blank."""
    return {**person, "name": person.get("name") or person.get("email") or person["user_id"]}


COST_BY_DEPARTMENT = (
    USAGE.by("department").having("api_requests").select(*_SPENT, order="-cost_usd")
)


@question(reads="daily_usage", columns=COST_BY_DEPARTMENT.columns)
def cost_by_department(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank departments by what they spend.

    Returns
    -------
    pandas.DataFrame
        One row per department that made an API request, dearest first; no rows if
        none did. People of no known department stand under "unknown".

        ================= ======= ======= ======================================
        column            dtype   unit    meaning
        ================= ======= ======= ======================================
        department        str             department at the time of the request
        api_requests      int64   count   API requests, failed ones excluded
        total_tokens      int64   tokens  sum of the four kinds
        cost_usd          float64 USD     reported by the client, else list price
        unpriced_requests int64   count   requests whose model has no price; they
                                          add nothing to ``cost_usd``
        ================= ======= ======= ======================================
    """
    return COST_BY_DEPARTMENT(db, filters)


COST_BY_PROJECT = PROJECTS.by("project").select("prompts", *_SPENT, order="-cost_usd")


@question(reads="daily_projects", columns=COST_BY_PROJECT.columns)
def cost_by_project(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank projects by what is spent on them.

    Returns
    -------
    pandas.DataFrame
        One row per project with an API request, dearest first; no rows if there is
        none. What names no project stands under "unknown".

        ================= ======= ======= ======================================
        column            dtype   unit    meaning
        ================= ======= ======= ======================================
        project           str             project or repository that was worked on
        prompts           int64   count   prompts, built-in commands excluded
        api_requests      int64   count   API requests, failed ones excluded
        total_tokens      int64   tokens  sum of the four kinds
        cost_usd          float64 USD     reported by the client, else list price
        unpriced_requests int64   count   requests whose model has no price; they
                                          add nothing to ``cost_usd``
        ================= ======= ======= ======================================
    """
    # Prompts of a project count also where one of its rows has no request
    spent = [row for row in COST_BY_PROJECT.groups(db, filters) if row["api_requests"]]
    return to_frame(spent, COST_BY_PROJECT.columns)


COST_BY_USER = {
    "user_id": "str",
    "name": "str",
    "role": "str",
    "department": "str",
    "prompts": "int64",
    "api_requests": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


_BY_USER = USERS.by("user_id").select("prompts", *_SPENT, order="-cost_usd")


@question(reads=("daily_users", "users"), columns=COST_BY_USER)
def cost_by_user(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank people by what they spend.

    Returns
    -------
    pandas.DataFrame
        One row per person with an API request, dearest first; no rows if there is
        none. Requests without a user stand under "unknown".

        ================= ======= ======= ======================================
        column            dtype   unit    meaning
        ================= ======= ======= ======================================
        user_id           str             account, else e-mail, else installation
        name              str             name, else e-mail, else ``user_id``
        role              str             role today
        department        str             department today
        prompts           int64   count   prompts, built-in commands excluded
        api_requests      int64   count   API requests, failed ones excluded
        total_tokens      int64   tokens  sum of the four kinds
        cost_usd          float64 USD     reported by the client, else list price
        unpriced_requests int64   count   requests whose model has no price; they
                                          add nothing to ``cost_usd``
        ================= ======= ======= ======================================

    Notes
    -----
    The filter compares the role at the time of the request.
    """
    people = all_users(db)
    rows = (
        labelled({**people.get(row["user_id"], {}), **row})
        for row in _BY_USER.groups(db, filters)
        if row["api_requests"]
    )
    return to_frame(rows, COST_BY_USER)


MILLION = 1_000_000

CACHE_SAVINGS_PER_DAY = {
    "day": "datetime64[us]",
    "cache_read_tokens": "int64",
    "cache_savings_usd": "float64",
    "cache_write_premium_usd": "float64",
    "unpriced_tokens": "int64",
}


_CACHED = MODELS.by("day", "model").select("cache_read_tokens", "cache_creation_tokens")


@question(reads=("daily_models", "price_rates"), columns=CACHE_SAVINGS_PER_DAY)
def cache_savings_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Estimate what reading from the cache saved on each day.

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

    Notes
    -----
    An estimate at list price, also where the client reported its cost: each day's rates, without
    surcharges for long prompts or fast mode, writes at the five-minute rate.
    """
    days = _by_day(_CACHED.groups(db, filters), Prices.load(db))
    return fill_days(days, filters, CACHE_SAVINGS_PER_DAY)


def _by_day(groups: Iterable[Mapping[str, Any]], prices: Prices) -> list[dict[str, Any]]:
    days: dict[str, dict[str, Any]] = {}
    for group in groups:
        day = days.setdefault(group["day"], {"_id": group["day"]})
        for name, amount in _saved(group, prices).items():
            day[name] = day.get(name, 0) + amount
    return [*days.values()]


def _saved(group: Mapping[str, Any], prices: Prices) -> dict[str, float]:
    read, written = group["cache_read_tokens"], group["cache_creation_tokens"]
    rate = prices.rate(group["model"], date.fromisoformat(group["day"]))
    if rate is None:
        return {"cache_read_tokens": read, "unpriced_tokens": read}
    usd = rate.usd_per_million
    return {
        "cache_read_tokens": read,
        "cache_savings_usd": read * (usd.input - usd.cache_read) / MILLION,
        "cache_write_premium_usd": written * (usd.cache_write_5m - usd.input) / MILLION,
    }
