"""What comes out of the agent's work: lines of code, commits, pull requests, active time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import Columns, question
from analytics.shared import metric_rows

__all__ = ["active_time_per_day", "commits_per_day", "lines_of_code_per_day"]

LINES_OF_CODE_PER_DAY = {"day": "datetime64[us]", "added": "int64", "removed": "int64"}


@question(reads="daily_metrics", columns=LINES_OF_CODE_PER_DAY)
def lines_of_code_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the lines of code that were added and removed on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; 0 on days without a report.

        ======= ============== ======= =========================================
        column  dtype          unit    meaning
        ======= ============== ======= =========================================
        day     datetime64[us]         day in the reporting time zone
        added   int64          lines   lines that the agent's edits added
        removed int64          lines   lines that the agent's edits removed
        ======= ============== ======= =========================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    code_edits_per_day : The edits that did it.
    commits_per_day : What became of the lines.

    Notes
    -----
    Source: rollup ``daily_metrics``, complete up to its last refresh. Only clients that
    export metrics report lines; events and transcripts do not tell them.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> lines_of_code_per_day(db, week)["added"].sum()
    """
    lines = "lines_of_code.count"
    types = {"added": (lines, "added"), "removed": (lines, "removed")}
    return _per_day(db, filters, LINES_OF_CODE_PER_DAY, **types)


COMMITS_PER_DAY = {"day": "datetime64[us]", "commits": "int64", "pull_requests": "int64"}


@question(reads="daily_metrics", columns=COMMITS_PER_DAY)
def commits_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the commits and pull requests that the agent made on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; 0 on days without a report.

        ============= ============== ======= ===================================
        column        dtype          unit    meaning
        ============= ============== ======= ===================================
        day           datetime64[us]         day in the reporting time zone
        commits       int64          count   commits made by the agent
        pull_requests int64          count   pull requests opened by the agent
        ============= ============== ======= ===================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    lines_of_code_per_day : What was committed, in lines.

    Notes
    -----
    Source: rollup ``daily_metrics``, complete up to its last refresh. Only clients that
    export metrics report commits; what people commit themselves is not in it.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> commits_per_day(db, week)[["commits", "pull_requests"]].sum()
    """
    metrics = {"commits": ("commit.count", None), "pull_requests": ("pull_request.count", None)}
    return _per_day(db, filters, COMMITS_PER_DAY, **metrics)


ACTIVE_TIME_PER_DAY = {
    "day": "datetime64[us]",
    "user_seconds": "float64",
    "cli_seconds": "float64",
}


@question(reads="daily_metrics", columns=ACTIVE_TIME_PER_DAY)
def active_time_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Sum the time that people and the agent were active on each day.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    filters : Filters
        Days (reporting time zone), roles, departments and sources in scope.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order; 0 on days without a report.

        ============ ============== ======= ====================================
        column       dtype          unit    meaning
        ============ ============== ======= ====================================
        day          datetime64[us]         day in the reporting time zone
        user_seconds float64        s       people typed or read
        cli_seconds  float64        s       the agent ran tools or generated
        ============ ============== ======= ====================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    session_duration_by_role : From first to last event, idle time included.

    Notes
    -----
    Source: rollup ``daily_metrics``, complete up to its last refresh. Only clients that
    export metrics report active time. Idle time is not in it, unlike in the length of a
    session.

    Examples
    --------
    >>> week = Filters(start=date(2026, 11, 16), end=date(2026, 11, 23))
    >>> active_time_per_day(db, week)["user_seconds"].sum() / 3600
    """
    time = "active_time.total"
    types = {"user_seconds": (time, "user"), "cli_seconds": (time, "cli")}
    return _per_day(db, filters, ACTIVE_TIME_PER_DAY, **types)


def _per_day(
    db: Database, filters: Filters, columns: Columns, **metrics: tuple[str, str | None]
) -> pd.DataFrame:
    """Sum what was measured on each day: each column one metric, of one type or of all."""
    days: dict[str, dict[str, Any]] = {}
    measured = metric_rows(db, filters)
    for day, metric, kind, value in zip(
        *(measured[name] for name in ("day", "metric", "type", "value")), strict=True
    ):
        row = days.setdefault(day, {"_id": day, **dict.fromkeys(metrics, 0)})
        for name, wanted in metrics.items():
            if wanted in ((metric, kind), (metric, None)):
                row[name] += value
    return fill_days(days.values(), filters, columns)
