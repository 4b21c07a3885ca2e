"""Overview: the totals of everything in scope."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from analytics.filters import Filters
from analytics.question import question
from analytics.scope import ratio
from analytics.shared import SESSIONS, USAGE, active_by_day
from store.rollups.definitions import MEASURES, TOKENS

__all__ = ["Totals", "headline_totals"]

SUMS = (
    *("events", "prompts", "api_requests", "api_errors", "tool_calls", "tool_failures"),
    *(*TOKENS, "total_tokens", "cost_usd", "computed_cost_usd"),
    *("unpriced_requests", "unpriced_tokens"),
)

TOTALS = {
    "active_users": "int64",
    "sessions": "int64",
    **{name: MEASURES[name].dtype for name in SUMS},
    "error_rate": "float64",
    "success_rate": "float64",
    "avg_session_seconds": "float64",
    "cache_hit_ratio": "float64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Answer of `headline_totals`, whose docstring describes the fields."""

    active_users: int
    sessions: int
    events: int
    prompts: int
    api_requests: int
    api_errors: int
    tool_calls: int
    tool_failures: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_creation_tokens: int
    total_tokens: int
    cost_usd: float
    computed_cost_usd: float
    unpriced_requests: int
    unpriced_tokens: int
    error_rate: float | None
    success_rate: float | None
    avg_session_seconds: float | None
    cache_hit_ratio: float | None


@question(reads=("daily_usage", "daily_users", "daily_sessions"), columns=TOTALS)
def headline_totals(db: Database, filters: Filters) -> Totals:
    """Add up everything in scope.

    Returns
    -------
    Totals
        One value. Without events the counts are 0, and a ratio without
        anything to divide by is None, never NaN.

        ===================== ======= ======= =========================================
        field                 dtype   unit    meaning
        ===================== ======= ======= =========================================
        active_users          int64   count   people with at least one prompt
        sessions              int64   count   sessions that started in the range and
                                              have a prompt or an API request
        events                int64   count   events of every type
        prompts               int64   count   prompts, built-in commands excluded
        api_requests          int64   count   API requests, failed ones excluded
        api_errors            int64   count   API requests that failed
        tool_calls            int64   count   tool calls, failed ones included
        tool_failures         int64   count   tool calls that failed
        input_tokens          int64   tokens  sent, neither read from nor written to
                                              the cache
        output_tokens         int64   tokens  produced by the model
        cache_read_tokens     int64   tokens  served from the cache
        cache_creation_tokens int64   tokens  written to the cache
        total_tokens          int64   tokens  sum of the four kinds
        cost_usd              float64 USD     as reported by the client, else at the
                                              list price of the request's day
        computed_cost_usd     float64 USD     the part of ``cost_usd`` that we computed
        unpriced_requests     int64   count   requests whose model has no price; they
                                              add nothing to ``cost_usd``
        unpriced_tokens       int64   tokens  tokens of those requests
        error_rate            float64 0-1     api_errors / (api_requests + api_errors)
        success_rate          float64 0-1     1 - (api_errors + tool_failures) /
                                              (api_requests + api_errors + tool_calls)
        avg_session_seconds   float64 seconds mean from first to last event, pauses
                                              included
        cache_hit_ratio       float64 0-1     cache read / (input + cache read +
                                              cache creation)
        ===================== ======= ======= =========================================

    Notes
    -----
    Events without a user make no user active.
    """
    usage = USAGE.rows(db, filters).sums(SUMS)
    sessions = SESSIONS.rows(db, filters).sums(("sessions", "duration_seconds"))
    active = set().union(*active_by_day(db, filters).values())
    requests, errors = usage["api_requests"], usage["api_errors"]
    failed = ratio(errors + usage["tool_failures"], requests + errors + usage["tool_calls"])
    read = usage["cache_read_tokens"]
    return Totals(
        active_users=len(active),
        sessions=sessions["sessions"],
        **usage,
        error_rate=ratio(errors, requests + errors),
        success_rate=None if failed is None else 1 - failed,
        avg_session_seconds=ratio(sessions["duration_seconds"], sessions["sessions"]),
        cache_hit_ratio=ratio(read, usage["input_tokens"] + read + usage["cache_creation_tokens"]),
    )
