"""What comes out of the agent's work: lines of code, commits, pull requests, active time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days
from analytics.question import question
from analytics.scope import Stage, rows_in_scope

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
    pipeline = _per_day(
        filters,
        metrics=("lines_of_code.count",),
        added={"$eq": ["$rows.type", "added"]},
        removed={"$eq": ["$rows.type", "removed"]},
    )
    return fill_days(db["daily_metrics"].aggregate(pipeline), filters, LINES_OF_CODE_PER_DAY)


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
    pipeline = _per_day(
        filters,
        metrics=("commit.count", "pull_request.count"),
        commits={"$eq": ["$rows.metric", "commit.count"]},
        pull_requests={"$eq": ["$rows.metric", "pull_request.count"]},
    )
    return fill_days(db["daily_metrics"].aggregate(pipeline), filters, COMMITS_PER_DAY)


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
    pipeline = _per_day(
        filters,
        metrics=("active_time.total",),
        user_seconds={"$eq": ["$rows.type", "user"]},
        cli_seconds={"$eq": ["$rows.type", "cli"]},
    )
    return fill_days(db["daily_metrics"].aggregate(pipeline), filters, ACTIVE_TIME_PER_DAY)


def _per_day(filters: Filters, metrics: tuple[str, ...], **columns: Any) -> list[Stage]:
    """Return the stages that sum some metrics by day, each column what fulfils its condition."""
    return [
        *rows_in_scope(filters, where={"rows.metric": {"$in": list(metrics)}}),

        # One document per day
        {"$group": {
            "_id": "$_id",
            **{
                name: {"$sum": {"$cond": [condition, "$rows.value", 0]}}
                for name, condition in columns.items()
            },
        }},
    ]  # fmt: skip
