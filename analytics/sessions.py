"""Sessions: the list, by page, and durations by role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from analytics.cost import labelled
from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.scope import Stage
from analytics.session_filters import (
    ANY_SESSION,
    SessionFilter,
    found_sessions_per_day,
    sessions_in_scope,
)
from analytics.shared import SESSIONS
from store.errors import FilterError

__all__ = ["SessionPage", "session_duration_by_role", "session_list"]

SESSION_DURATION_BY_ROLE = {
    "role": "str",
    "sessions": "int64",
    "avg_seconds": "float64",
    "p50_seconds": "float64",
    "p95_seconds": "float64",
}


@question(reads="daily_sessions", columns=SESSION_DURATION_BY_ROLE)
def session_duration_by_role(db: Database, filters: Filters) -> pd.DataFrame:
    """Compare roles by how long their sessions are.

    Returns
    -------
    pandas.DataFrame
        One row per role that started a session, most sessions first; no rows if none
        did.

        =========== ======= ======= ============================================
        column      dtype   unit    meaning
        =========== ======= ======= ============================================
        role        str             role when the session started
        sessions    int64   count   sessions that started in the range
        avg_seconds float64 seconds mean from first to last event, pauses
                                    included
        p50_seconds float64 seconds half of the sessions took at most this
        p95_seconds float64 seconds 95 % of the sessions took at most this
        =========== ======= ======= ============================================

    Notes
    -----
    Percentiles are exact: each is the duration of a session.
    """
    collect = SESSIONS.rows(db, filters).collect("role", "durations")
    rows = [{"role": role, **_durations(durations)} for role, durations in collect.items()]
    rows.sort(key=lambda row: (-row["sessions"], row["role"]))
    return to_frame(rows, SESSION_DURATION_BY_ROLE)


def _durations(collect: Iterable[list[float]]) -> dict[str, Any]:
    seconds = list(chain.from_iterable(collect))
    p50, p95 = np.quantile(seconds, (0.5, 0.95), method="inverted_cdf")
    return {
        "sessions": len(seconds),
        "avg_seconds": sum(seconds) / len(seconds),
        "p50_seconds": p50,
        "p95_seconds": p95,
    }


SESSION_LIST = {
    "session_id": "str",
    "user_id": "str",
    "name": "str",
    "role": "str",
    "department": "str",
    "project": "str",
    "started_at": "datetime64[us, UTC]",
    "ended_at": "datetime64[us, UTC]",
    "duration_seconds": "float64",
    "events": "int64",
    "prompts": "int64",
    "total_tokens": "int64",
    "cost_usd": "float64",
    "unpriced_requests": "int64",
    "errors": "int64",
    "model": "str",
    "terminal": "str",
    "os": "str",
    "client_version": "str",
}

MAX_PAGE_SIZE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SessionPage:
    """One page of `session_list`.

    Attributes
    ----------
    items : pandas.DataFrame
        The sessions of this page.
    total : int
        Sessions in scope, on all pages.
    page : int
        Number of this page, from 1.
    pages : int
        Number of pages; 0 if there are no sessions.
    """

    items: pd.DataFrame
    total: int
    page: int
    pages: int


@question(reads=("daily_sessions", "sessions"), columns=SESSION_LIST)
def session_list(
    db: Database,
    filters: Filters,
    page: int = 1,
    page_size: int = 50,
    sort: str = "started_at",
    search: SessionFilter = ANY_SESSION,
) -> SessionPage:
    """List sessions, one page at a time.

    Parameters
    ----------
    filters : Filters
        Days (reporting time zone) on which the sessions started, roles, departments
        and sources in scope.
    page : int
        Which page, from 1; a page behind the last one is empty.
    page_size : int
        Sessions on a page, 1 to 1,000.
    sort : str
        Column to sort by. As everywhere the largest, or the latest, comes first;
        ``+started_at`` reverses the order, ``-started_at`` is the default.
    search : SessionFilter
        What the sessions must have in common: a model, a person, words, and so on.

    Returns
    -------
    SessionPage
        ``items``, ``total`` and ``pages``; ``items`` has one row per session, in the
        order asked for and no rows if there is none.

        ================= =================== ======= ==========================
        column            dtype               unit    meaning
        ================= =================== ======= ==========================
        session_id        str                         as the agent sent it
        user_id           str                         whose session
        name              str                         name, else e-mail, else
                                                      ``user_id``
        role              str                         role on that day
        department        str                         department on that day
        project           str                         project or repository
        started_at        datetime64[us, UTC] UTC     first event
        ended_at          datetime64[us, UTC] UTC     last event so far
        duration_seconds  float64             seconds from first to last event
        events            int64               count   events of every type
        prompts           int64               count   prompts
        total_tokens      int64               tokens  sum of the four kinds
        cost_usd          float64             USD     reported, else list price
        unpriced_requests int64               count   requests without a price;
                                                      they add nothing to
                                                      ``cost_usd``
        errors            int64               count   failed requests and tool
                                                      calls
        model             str                         the model called most
        terminal          str                         as the agent sent it
        os                str                         as the agent sent it
        client_version    str                         the latest one
        ================= =================== ======= ==========================

    Raises
    ------
    FilterError
        If there can be no such page, or no such column to sort by.

    Notes
    -----
    Sessions without a prompt and without an API request are left out.
    """
    column, direction = _order(sort)
    skip = _skipped(page, page_size)
    days = _sessions_by_day(db, filters, search)
    total = sum(days.values())
    if column == "started_at":
        days, skip = _days_of_page(days, direction, skip, page_size)
    between = {"$gte": min(days), "$lte": max(days)} if days and skip < total else {}
    pipeline: list[Stage] = [
        *sessions_in_scope(filters, search, between),
        {"$sort": {column: direction, "_id": 1}},
        {"$skip": skip},
        {"$limit": page_size},
    ]
    sessions = db["sessions"].aggregate(pipeline) if between else ()
    return SessionPage(
        items=to_frame(map(labelled, sessions), SESSION_LIST),
        total=total,
        page=page,
        pages=-(-total // page_size),
    )


def _order(sort: str) -> tuple[str, int]:
    column = sort.removeprefix("+").removeprefix("-")
    if column not in SESSION_LIST:
        msg = f"cannot sort by {sort!r}; choose one of {', '.join(SESSION_LIST)}."
        raise FilterError(msg)
    return column, ASCENDING if sort.startswith("+") else DESCENDING


def _skipped(page: int, page_size: int) -> int:
    if page < 1:
        msg = f"page {page} does not exist; the first page is 1."
        raise FilterError(msg)
    if not 1 <= page_size <= MAX_PAGE_SIZE:
        msg = f"page_size {page_size} is not between 1 and {MAX_PAGE_SIZE}."
        raise FilterError(msg)
    return (page - 1) * page_size


def _sessions_by_day(db: Database, filters: Filters, search: SessionFilter) -> dict[str, int]:
    per_day = found_sessions_per_day(db, filters, search)
    days = per_day["day"].dt.strftime("%Y-%m-%d")
    return {day: int(n) for day, n in zip(days, per_day["sessions"], strict=True) if n}


def _days_of_page(
    days: dict[str, int], direction: int, skip: int, size: int
) -> tuple[dict[str, int], int]:
    """Keep the days whose sessions stand on the page, and what to skip in them."""
    chosen = {}
    skipped = seen = 0
    for day in sorted(days, reverse=direction == DESCENDING):
        before, seen = seen, seen + days[day]
        if seen <= skip:
            skipped = seen
        elif before < skip + size:
            chosen[day] = days[day]
    return chosen, skip - skipped
