"""Pipeline stages for the days of the SaaS data set."""

from __future__ import annotations

from typing import Any

from analytics.filters import Filters
from analytics.scope import days_in_scope

__all__ = ["Stage", "rows_of_days"]

Stage = dict[str, Any]


def rows_of_days(filters: Filters, where: Stage | None = None) -> list[Stage]:
    """Return the stages that yield the rows of the days in scope.

    Parameters
    ----------
    filters : Filters
        Only its days count: roles, departments and sources belong to telemetry.
    where : dict, optional
        Conditions on the rows.
    """
    stages: list[Stage] = [{"$match": {"day": days_in_scope(filters)}}, {"$unwind": "$rows"}]
    return [*stages, {"$match": where}] if where else stages
