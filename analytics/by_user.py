"""Add up activity by user: whole months from monthly rollups, other days from daily ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from pymongo.database import Database

from analytics.filters import Filters
from analytics.scope import rows_in_scope, session_rows_in_scope
from store.rollups.per_user import SumsByUser, monthly_of, sums_by_user

__all__ = ["days_and_months", "sum_by_user"]


def sum_by_user(
    db: Database, rollup: str, filters: Filters, *measures: str
) -> dict[str, dict[str, Any]]:
    """Add up what a rollup of people knows of each person in scope.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    rollup : str
        ``daily_users`` or ``daily_user_sessions``; its months are read too.
    filters : Filters
        Days, roles, departments and sources.
    measures : str
        Columns to add up.

    Returns
    -------
    dict
        The measures of each person who has a row in scope, by user id.
    """
    in_scope = session_rows_in_scope if rollup == "daily_user_sessions" else rows_in_scope
    columns = {name: f"$rows.{name}" for name in ("user_id", *measures)}
    # Rows are added up here: $unwind would repeat each column for every user
    rows = (
        row
        for collection, part in days_and_months(rollup, filters)
        for row in db[collection].aggregate([*in_scope(part), {"$project": columns}])
    )
    return _by_user(sums_by_user(rows, measures))


def days_and_months(rollup: str, filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Yield what to read for a scope: the months that are whole in it, the days before and after.

    Together they are the scope, and no day is in two of them.
    """
    first, last = _month_from(filters.start), filters.end.replace(day=1)
    parts = [(rollup, filters.start, filters.end)]
    if first < last:
        parts = [
            (rollup, filters.start, first),
            (monthly_of(rollup), first, last),
            (rollup, last, filters.end),
        ]
    for collection, start, end in parts:
        if start < end:
            yield collection, replace(filters, start=start, end=end)


def _month_from(day: date) -> date:
    """Return the first of the month if it is the day, else of the next month."""
    if day.day == 1:
        return day
    days_left = 32 - day.day
    if (date.max - day).days < days_left:
        return date.max
    return (day + timedelta(days=days_left)).replace(day=1)


def _by_user(sums: SumsByUser) -> dict[str, dict[str, Any]]:
    users = next(iter(sums.values()))
    return {user: {name: sums[name][user] for name in sums} for user in users}
