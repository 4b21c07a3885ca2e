"""Add up the days of a month, for questions that tell people apart over long ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pymongo.database import Database

from store.rollups.day_parts import write_days
from store.rollups.per_user import PEOPLE_ROLLUPS, monthly_of, sum_by


def fold_months(db: Database, days: Iterable[str], fence: int) -> None:
    """Make the months anew in which some days lie.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    days : iterable of str
        Days whose rollups were published.
    fence : int
        The clock after that, as the days are what months are made of.
    """
    months = sorted({day[:7] for day in days})
    for rollup in PEOPLE_ROLLUPS:
        write_days(db, {monthly_of(rollup): _sum_by(db, rollup, months)}, fence)


def _sum_by(db: Database, rollup: str, months: list[str]) -> Iterator[dict[str, Any]]:
    for month in months:
        days = db[rollup].find({"day": {"$gte": f"{month}-01", "$lte": f"{month}-31"}})
        ordered = sorted(days, key=lambda day: str(day["_id"]))
        rows = sum_by(row for day in ordered for row in day["rows"])
        yield {"_id": month, "day": f"{month}-01", "rows": rows}
