"""Who starts."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import question
from analytics.scope import ACTIVE, coarsest, days_in_scope, rows_in_scope, united

__all__ = ["new_users_per_day"]

NEW_USERS_PER_DAY = {"day": "datetime64[us]", "new_users": "int64"}


@question(reads=("daily_active", "users"), columns=NEW_USERS_PER_DAY)
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
    Source: rollup ``daily_active`` and collection ``users``, complete up to their last
    refresh. First ever means first in this store: on its first days everybody is new.
    The filter compares role, department and source of that first day.

    Examples
    --------
    >>> month = Filters(start=date(2026, 11, 1), end=date(2026, 12, 1))
    >>> new_users_per_day(db, month)["new_users"].sum()
    """
    known = db["users"].find({"first_prompt_day": days_in_scope(filters)})
    first_day = {person["_id"]: person["first_prompt_day"] for person in known}
    pipeline = [*rows_in_scope(filters), {"$group": {"_id": "$_id", "users": ACTIVE}}]
    active = coarsest(db, "daily_active", filters).aggregate(pipeline)
    rows = (
        {"_id": day["_id"], "new_users": sum(first_day.get(u) == day["_id"] for u in united(day))}
        for day in active
    )
    return fill_days(rows, filters, NEW_USERS_PER_DAY)
