"""Who starts."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import question
from analytics.scope import days_in_scope, rows_in_scope

__all__ = ["new_users_per_day"]

NEW_USERS_PER_DAY = {"day": "datetime64[us]", "new_users": "int64"}


@question(reads=("daily_users", "users"), columns=NEW_USERS_PER_DAY)
def new_users_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the people whose first prompt ever was on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days on which nobody started included.

        ========= ============== ======= =======================================
        column    dtype          unit    meaning
        ========= ============== ======= =======================================
        day       datetime64[us]         day in the reporting time zone
        new_users int64          count   people whose first prompt ever was then
        ========= ============== ======= =======================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    retention_cohorts : Whether they come back.

    Notes
    -----
    Source: rollup ``daily_users`` and collection ``users``, complete up to their last
    refresh. First ever means first in this store: on its first days everybody is new.
    The filter compares role, department and source of that first day.

    Examples
    --------
    >>> month = Filters(start=date(2026, 11, 1), end=date(2026, 12, 1))
    >>> new_users_per_day(db, month)["new_users"].sum()
    """
    known = db["users"].find({"first_prompt_day": days_in_scope(filters)})
    first_day = {person["_id"]: person["first_prompt_day"] for person in known}
    theirs = {"rows.user_id": {"$in": sorted(first_day)}, "rows.prompts": {"$gt": 0}}
    pipeline = [
        # Only the days on which somebody started
        {"$match": {"_id": {"$in": sorted({*first_day.values()})}}},

        *rows_in_scope(filters, where=theirs),

        {"$group": {"_id": {"day": "$_id", "user_id": "$rows.user_id"}}},
    ]  # fmt: skip
    started: dict[str, set[str]] = defaultdict(set)
    for found in db["daily_users"].aggregate(pipeline):
        day, user = found["_id"]["day"], found["_id"]["user_id"]
        if first_day[user] == day:
            started[day].add(user)
    rows = ({"_id": day, "new_users": len(users)} for day, users in started.items())
    return fill_days(rows, filters, NEW_USERS_PER_DAY)
