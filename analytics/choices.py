"""What can be chosen: the values that occur in a range of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pymongo.database import Database

from analytics.filters import Filters
from analytics.question import question
from analytics.scope import Stage, days_in_scope
from analytics.shared import days_with_events
from analytics.store.totals import total_of

__all__ = ["FilterOptions", "filter_options"]

FILTER_OPTIONS = {
    "roles": "tuple",
    "departments": "tuple",
    "sources": "tuple",
    "models": "tuple",
    "event_types": "tuple",
    "first_day": "date",
    "last_day": "date",
}


_SCOPES = {"roles": "role", "departments": "department", "sources": "source"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """What `filter_options` answers; its docstring tells each field's meaning."""

    roles: tuple[str, ...]
    departments: tuple[str, ...]
    sources: tuple[str, ...]
    models: tuple[str, ...]
    event_types: tuple[str, ...]
    first_day: date | None
    last_day: date | None


@question(reads=("daily_usage", "daily_models", "daily_events", "settings"), columns=FILTER_OPTIONS)
def filter_options(db: Database, filters: Filters) -> FilterOptions:
    """List what can be chosen in a scope.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days to look at. Roles, departments and sources are not applied, so that
        choosing one value does not take away the others.

    Returns
    -------
    FilterOptions
        One value; each tuple is sorted, and empty where nothing happened.

        =========== ===== ======= ================================================
        field       dtype unit    meaning
        =========== ===== ======= ================================================
        roles       tuple         roles with events in the range
        departments tuple         departments with events in the range
        sources     tuple         sources of the events in the range
        models      tuple         models called in the range
        event_types tuple         types of the events in the range
        first_day   date          first day with events in the whole store, or None
        last_day    date          last day with events in the whole store, or None;
                                  neither follows a wrong clock
        =========== ===== ======= ================================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a pipeline.

    See Also
    --------
    data_status : Counts, imports and freshness.

    Notes
    -----
    Source: rollups ``daily_usage``, ``daily_models`` and ``daily_events``, complete up
    to their last refresh, and ``settings`` for the days that a right clock can show.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> filter_options(db, week).roles
    """
    first_day, last_day = days_with_events(db)
    return FilterOptions(
        **_values(db, filters, "daily_usage", **_SCOPES),
        **_values(db, filters, total_of("daily_events"), event_types="event_type"),
        **_values(db, filters, total_of("daily_models"), models="model"),
        first_day=first_day,
        last_day=last_day,
    )


def _values(
    db: Database, filters: Filters, rollup: str, **fields: str
) -> dict[str, tuple[str, ...]]:
    pipeline: list[Stage] = [
        {"$match": {"day": days_in_scope(filters)}},
        {"$unwind": "$rows"},
        {"$group": {"_id": {name: f"$rows.{field}" for name, field in fields.items()}}},
    ]
    found = [document["_id"] for document in db[rollup].aggregate(pipeline)]
    return {name: tuple(sorted({values[name] for values in found})) for name in fields}
