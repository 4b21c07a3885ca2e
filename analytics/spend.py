"""Who and what the money goes to: people, departments and projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.by_user import added_up_by_user
from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.rows import read_rows
from analytics.scope import coarsest, rows_in_scope
from analytics.shared import USAGE, everybody, usage_rows

__all__ = ["cost_by_department", "cost_by_project", "cost_by_user", "labelled"]

_SPENT = ("api_requests", "total_tokens", "cost_usd", "unpriced_requests")


def labelled(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person whose name is never blank."""
    return {**person, "name": person.get("name") or person.get("email") or person["user_id"]}


COST_BY_DEPARTMENT = {
    "department": "str",
    "api_requests": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads="daily_usage", columns=COST_BY_DEPARTMENT)
def cost_by_department(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank departments by what they spend.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    activity_by_department : People and sessions of each department.

    Notes
    -----
    Source: rollup ``daily_usage``, complete up to its last refresh. An estimate:
    invoices may round differently.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cost_by_department(db, week).head(3)
    """
    spent = usage_rows(db, filters).having("api_requests").added_up(("department",), USAGE)
    return to_frame(_dearest_first(spent, "department"), COST_BY_DEPARTMENT)


COST_BY_PROJECT = {
    "project": "str",
    "prompts": "int64",
    "api_requests": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
}


@question(reads="daily_projects", columns=COST_BY_PROJECT)
def cost_by_project(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank projects by what is spent on them.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    cost_by_user : The same money, by person.

    Notes
    -----
    Source: rollup ``daily_projects``, complete up to its last refresh. An estimate:
    invoices may round differently.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cost_by_project(db, week).head(3)
    """
    rollup = coarsest(db, "daily_projects", filters)
    rows = read_rows(rollup, rows_in_scope(filters), COST_BY_PROJECT)
    measures = {name: dtype for name, dtype in COST_BY_PROJECT.items() if name != "project"}
    spent = [row for row in rows.added_up(("project",), measures) if row["api_requests"]]
    return to_frame(_dearest_first(spent, "project"), COST_BY_PROJECT)


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


@question(reads=("daily_users", "monthly_users", "users"), columns=COST_BY_USER)
def cost_by_user(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank people by what they spend.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per person with an API request, dearest first; no rows if there is
        none. Requests that name nobody stand under "unknown".

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

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    user_list : Everybody, those without requests too.

    Notes
    -----
    Source: rollups ``monthly_users`` for whole months and ``daily_users`` for other days,
    and collection ``users``, complete up to their last refresh. The filter compares the
    role at the time of the request.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> cost_by_user(db, week).head(10)
    """
    done = added_up_by_user(db, "daily_users", filters, "prompts", *_SPENT)
    spent = {user: row for user, row in done.items() if row["api_requests"]}
    people = everybody(db)
    rows = [
        labelled({**people.get(user, {}), **row, "user_id": user}) for user, row in spent.items()
    ]
    return to_frame(_dearest_first(rows, "user_id"), COST_BY_USER)


def _dearest_first(rows: list[dict[str, Any]], dimension: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (-row["cost_usd"], row[dimension]))
