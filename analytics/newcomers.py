"""Who starts."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import question
from analytics.shared import active_by_day, everybody

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
    people = everybody(db)
    first_day = {key: person.get("first_prompt_day") for key, person in people.items()}
    rows = (
        {"_id": day, "new_users": sum(first_day.get(user) == day for user in users)}
        for day, users in active_by_day(db, filters).items()
    )
    return fill_days(rows, filters, NEW_USERS_PER_DAY)
