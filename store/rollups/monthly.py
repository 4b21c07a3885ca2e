"""Add up the days of a month, for questions by user over long ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pymongo.database import Database

from store.rollups.day_parts import write_days
from store.rollups.documents import Rollup
from store.rollups.per_user import PEOPLE_ROLLUPS, monthly_of, sum_by


def fold_months(db: Database, days: Iterable[str], fence: int) -> None:
    """Rebuild the months of some days.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    days : iterable of str
        Days whose rollups were written.
    fence : int
        The fencing token taken after that, as months are made of days.
    """
    months = sorted({day[:7] for day in days})
    for rollup in PEOPLE_ROLLUPS:
        write_days(db, {monthly_of(rollup): _sum_by(db, rollup, months)}, fence)


def _sum_by(db: Database, rollup: str, months: list[str]) -> Iterator[Rollup]:
    for month in months:
        days = db[rollup].find({"day": {"$gte": f"{month}-01", "$lte": f"{month}-31"}})
        ordered = sorted(days, key=lambda day: str(day["_id"]))
        rows = sum_by(row for day in ordered for row in day["rows"])
        yield {"_id": month, "day": f"{month}-01", "rows": rows}
