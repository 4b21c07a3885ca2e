"""Frames as the questions return them: `FRAMES` has one for each chart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from charts.activity import ACTIVE, COMMITS, LINES
from charts.retention import SPANS
from charts.saas import SECURITY_EVENTS
from charts.session import LANES
from charts.shared.palette import TOKEN_KINDS

DAYS = pd.date_range("2026-01-19", periods=3).astype("datetime64[us]")

EVENTS = pd.DataFrame({"day": DAYS, "events": [10, 30, 20]})
COST = pd.DataFrame({"day": DAYS, "cost_usd": [1.5, 0.0, 2.25], "unpriced_requests": [0, 1, 0]})
TOKENS = pd.DataFrame(
    {
        "day": DAYS,
        "input_tokens": [1, 2, 3],
        "output_tokens": [10, 20, 30],
        "cache_read_tokens": [100, 200, 300],
        "cache_creation_tokens": [1000, 2000, 3000],
        "total_tokens": [1111, 2222, 3333],
    }
)
ROLES = pd.DataFrame(
    {
        "role": ["tech_lead", "devops"],
        "api_requests": [3, 1],
        "total_tokens": [3_000_000, 1_000_000],
        "tokens_per_request": [1_000_000.0, 1_000_000.0],
        "cost_usd": [3.0, 1.0],
    }
)
TYPES = pd.DataFrame({"event_type": ["api_request", "user_prompt"], "events": [30, 10]})
HOURS = pd.DataFrame(
    {"hour": range(24), "events": [0] * 9 + [5] + [0] * 14, "sessions": [0] * 9 + [2] + [0] * 14}
)

WEEK = pd.DataFrame(
    [
        {"weekday": weekday, "hour": hour, "events": 9 if (weekday, hour) == (1, 10) else 0}
        for weekday in range(7)
        for hour in range(24)
    ]
)
SESSIONS = pd.DataFrame({"day": DAYS, "sessions": [3, 1, 2]})
LINES_OF_CODE = pd.DataFrame({"day": DAYS, "added": [100, 0, 5], "removed": [10, 0, 1]})
COMMITTED = pd.DataFrame({"day": DAYS, "commits": [2, 0, 1], "pull_requests": [1, 0, 0]})
ACTIVE_TIME = pd.DataFrame(
    {"day": DAYS, "user_seconds": [3600.0, 0, 0], "cli_seconds": [7200.0, 0, 0]}
)

USERS = pd.DataFrame(
    {
        "day": DAYS,
        "dau": [1, 2, 1],
        "wau": [3, 3, 3],
        "mau": [4, 4, 4],
        "stickiness": [0.25, 0.5, 0.25],
    }
)
NEW_USERS = pd.DataFrame({"day": DAYS, "new_users": [1, 0, 2]})
COHORTS = pd.DataFrame(
    {
        "cohort_week": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-12", "2026-01-12"]),
        "week_number": [0, 1, 0, 1],
        "cohort_users": [4, 4, 2, 2],
        "retained_users": pd.array([4, 3, 2, None], dtype="Int64"),
        "retention_rate": [1.0, 0.75, 1.0, None],
    }
)


def spending(dimension: str, values: list[str], **also: list[str]) -> pd.DataFrame:
    """Return three rows of cost by a dimension, the last one unpriced."""
    return pd.DataFrame(
        {
            dimension: values,
            **also,
            "api_requests": [3, 2, 1],
            "total_tokens": [300, 200, 100],
            "cost_usd": [6.0, 3.0, 0.0],
            "unpriced_requests": [0, 0, 1],
        }
    )


COST_BY_MODEL = spending(
    "model", ["claude-opus-4-5-20251101", "claude-haiku-4-5", "claude-mythos-preview"]
)
COST_PER_DAY_BY_MODEL = pd.DataFrame(
    {
        "day": [day for day in DAYS for _ in range(2)],
        "model": ["claude-haiku-4-5", "claude-opus-4-5-20251101"] * 3,
        "cost_usd": [1.0, 5.0, 0.0, 0.0, 2.0, 1.0],
    }
)
SAVINGS = pd.DataFrame(
    {
        "day": DAYS,
        "cache_read_tokens": [10, 0, 5],
        "cache_savings_usd": [9.0, 0.0, 4.5],
        "cache_write_premium_usd": [1.0, 0.0, 0.5],
    }
)

FAILURES_PER_DAY = pd.DataFrame(
    {
        "day": DAYS,
        "api_requests": [90, 0, 50],
        "api_errors": [10, 0, 0],
        "error_rate": [0.1, None, 0.0],
        "tool_calls": [20, 0, 10],
        "tool_failures": [2, 0, 1],
    }
)
ERRORS = pd.DataFrame(
    {
        "error_type": ["http_429", "ShellError", "Error:ENOENT", "McpError"],
        "errors": [10, 2, 1, 1],
        "share": [0.7, 0.15, 0.075, 0.075],
        "api_errors": [10, 0, 0, 0],
        "tool_failures": [0, 2, 1, 1],
    }
)
LATENCY_BY_MODEL = pd.DataFrame(
    {
        "model": ["claude-opus-5-5", "claude-haiku-5-5"],
        "api_requests": [10, 5],
        "p50_ms": [9000.0, 4000.0],
        "p95_ms": [30_000.0, 12_000.0],
    }
)
LATENCY_PER_DAY = pd.DataFrame(
    {
        "day": DAYS,
        "api_requests": [4, 0, 2],
        "p50_ms": [800.0, None, 900.0],
        "p95_ms": [2000.0, None, 61_000.0],
    }
)

TOOLS = pd.DataFrame(
    {
        "tool_name": ["Bash", "mcp__github__create_issue", "Write"],
        "calls": [100, 10, 0],
        "failures": [5, 2, 0],
        "success_rate": [0.95, 0.8, None],
        "rejections": [1, 0, 3],
        "p50_ms": [250.0, 1500.0, None],
        "p95_ms": [9000.0, 400_000.0, None],
    }
)
DECISIONS = pd.DataFrame(
    {"decision_source": ["config", "user_reject"], "accepted": [9, 0], "rejected": [0, 1]}
)
EDITS = pd.DataFrame(
    {"day": DAYS, "edits": [3, 0, 1], "accepted": [3, 0, 1], "rejected": [1, 0, 0]}
)
LANGUAGES = pd.DataFrame(
    {"language": ["Python", "unknown"], "edits": [8, 2], "accepted": [8, 0], "rejected": [1, 0]}
)

MATCHING_SESSIONS = pd.DataFrame(
    {
        "day": DAYS,
        "sessions": [1, 3, 2],
        "prompts": [2, 6, 4],
        "errors": [0, 1, 0],
        "cost_usd": [0.5, 1.5, 1.0],
    }
)
DURATIONS = pd.DataFrame(
    {
        "role": ["devops", "unknown"],
        "sessions": [4, 1],
        "avg_seconds": [900.0, 60.0],
        "p50_seconds": [600.0, 60.0],
        "p95_seconds": [3600.0, 60.0],
    }
)
TIMELINE = pd.DataFrame(
    {
        "began": pd.to_datetime(["2026-01-20 12:00:00", "2026-01-20 12:00:05"]),
        "ended": pd.to_datetime(["2026-01-20 12:00:00", "2026-01-20 12:00:10"]),
        "lane": ["Prompts", "Requests"],
        "what": ["Prompt of 42 characters", "Opus 4.6"],
        "took": ["", "5.0 s"],
        "outcome": ["", ""],
    }
)
REQUESTS = pd.DataFrame(
    {
        "request": [1, 2],
        "clock": ["12:00:05", "12:00:10"],
        "model": ["claude-opus-4-6", "claude-haiku-4-5"],
        "cost_usd": [0.5, 0.01],
        "total_tokens": [370, 20],
        **{kind: [10, 5] for kind in TOKEN_KINDS},
    }
)
SESSION_TOOLS = pd.DataFrame(
    {"tool_name": ["Bash", "mcp__github__search"], "calls": [5, 2], "failures": [1, 0]}
)
TIME_SPENT = pd.DataFrame(
    {"used": ["Bash", "claude-opus-4-6"], "duration_ms": [90_000.0, 5_000.0], "calls": [5, 2]}
)

CALENDAR = pd.DataFrame(
    {
        "day": pd.date_range("2025-12-29", periods=28).astype("datetime64[us]"),
        "is_active": [False] * 20 + [True] * 8,
        "prompts": [0] * 20 + list(range(1, 9)),
        "sessions": [0] * 20 + [1] * 8,
        "events": [0] * 20 + [9] * 8,
        "total_tokens": [0] * 20 + [1_000] * 8,
        "cost_usd": [0.0] * 20 + [0.5] * 8,
    }
)

TRAFFIC = pd.DataFrame(
    {"day": DAYS, "requests": [10, 0, 4], "errors": [1, 0, 2], "error_rate": [0.1, None, 0.5]}
)
SECURITY = pd.DataFrame(
    {
        "day": DAYS,
        "failed_logins": [3, 0, 0],
        "token_reuses": [1, 0, 0],
        "requests_after_session_end": [0, 0, 1],
        "rate_limited": [0, 0, 5],
    }
)
STATUSES = pd.DataFrame(
    {"status_code": pd.array([200, 503, None], dtype="Int64"), "requests": [7, 2, 1]}
)
ENDPOINTS = pd.DataFrame(
    {
        "endpoint": ["/api/users", "/api/export"],
        "requests": [8, 2],
        "errors": [1, 2],
        "server_errors": [0, 1],
        "rate_limited": [0, 1],
        "p50_ms": [120.0, None],
        "p95_ms": [700.0, None],
    }
)
ADDRESSES = pd.DataFrame(
    {"ip_address": ["203.0.113.10", None], "failed_logins": [30, 2], "accounts": [1, 1]}
)
COUNTRIES = pd.DataFrame({"country": ["DE", "unknown"], "sessions": [3, 1]})
DEVICES = pd.DataFrame(
    {
        "device_type": ["desktop", "mobile", "tablet"],
        "browser": ["Firefox", "Safari", "Safari"],
        "os": ["Linux", "iOS", "iPadOS"],
        "sessions": [3, 2, 1],
    }
)
ACCOUNTS = pd.DataFrame(
    {
        "status": ["active", "blocked"],
        "role": ["admin", "user"],
        "users": [3, 1],
        "mfa_users": [2, 0],
    }
)

FRAMES = {
    "active_time_per_day": ACTIVE_TIME,
    "active_users_per_day": USERS,
    "activity_by_weekday_hour": WEEK,
    "activity_calendar": CALENDAR,
    "cache_savings_per_day": SAVINGS,
    "code_edits_per_day": EDITS,
    "commits_per_day": COMMITTED,
    "cost_by_department": spending("department", ["a", "b", "c"]),
    "cost_by_model": COST_BY_MODEL,
    "cost_by_project": spending("project", ["a", "b", "c"]),
    "cost_by_role": spending("role", ["a", "b", "c"]),
    "cost_by_user": spending("user_id", ["a", "b", "c"], name=["A", "B", "C"]),
    "cost_per_day": COST,
    "cost_per_day_by_model": COST_PER_DAY_BY_MODEL,
    "edits_by_language": LANGUAGES,
    "errors_by_type": ERRORS,
    "errors_per_day": FAILURES_PER_DAY,
    "events_by_hour": HOURS,
    "events_by_type": TYPES,
    "events_per_day": EVENTS,
    "failed_logins_by_address": ADDRESSES,
    "failure_rate_by_tool": TOOLS,
    "found_sessions_per_day": MATCHING_SESSIONS,
    "latency_by_model": LATENCY_BY_MODEL,
    "latency_per_day": LATENCY_PER_DAY,
    "lines_of_code_per_day": LINES_OF_CODE,
    "new_users_per_day": NEW_USERS,
    "rejections_by_tool": TOOLS,
    "request_costs": REQUESTS,
    "request_tokens": REQUESTS,
    "requests_by_endpoint": ENDPOINTS,
    "requests_by_status": STATUSES,
    "response_time_by_endpoint": ENDPOINTS,
    "retention_cohorts": COHORTS,
    "saas_requests_per_day": TRAFFIC,
    "security_events_per_day": SECURITY,
    "session_duration_by_role": DURATIONS,
    "session_lanes": TIMELINE,
    "sessions_by_country": COUNTRIES,
    "sessions_by_device": DEVICES,
    "sessions_per_day": SESSIONS,
    "time_spent": TIME_SPENT,
    "tokens_by_role": ROLES,
    "tokens_per_day": TOKENS,
    "tool_calls_by_tool": TOOLS,
    "tool_decisions_by_source": DECISIONS,
    "tool_durations_by_tool": TOOLS,
    "tools_used": SESSION_TOOLS,
    "user_status": ACCOUNTS,
    "user_tokens_per_day": CALENDAR,
}
"""A frame for each chart."""

HOSTILE = (
    "\"double\" and 'single'",
    "back\\slash \\n \\u0041",
    "line\u2028separator",
    "paragraph\u2029separator",
    "new\nline",
    "nul\0inside",
    "</script><img src=x onerror=alert(1)>",
    "x" * 500,
    "\u202eright to left \u05d0\u05d1",
    "\N{ROCKET} \N{WHITE FLAG}\ufe0f\u200d\N{RAINBOW}",
    "datum.value",
    "[link](http://example.com)",
    "a.b[0]['c']",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "100 %",
    "$1",
    "null",
    "",
)
"""Names from outside that break careless code."""

MARKDOWN = (
    *filter(None, HOSTILE),
    ":material/home: :streamlit: :smile: :red[x]",
    "# a -> b -- c <- d >= e <-> f ~= g",
    " blanks ",
    "&amp; $x$ ~~y~~ <b>z</b> 1. `code`",
    "www.example.com http://example.com ada@example.com",
)
"""Visible hostile names, and some that Markdown or Streamlit would transform."""


def wide(names: Sequence[str]) -> pd.DataFrame:
    """Return a frame with the columns of every chart, and a row per name."""
    count = len(names)
    days = pd.date_range("2026-01-19", periods=count).astype("datetime64[us]")
    places, texts = range(count), pd.Series([*names], dtype="str")
    return pd.DataFrame(
        {
            **dict.fromkeys(_NAMES, texts),
            **{number: [float(count - place) for place in places] for number in _NUMBERS},
            "day": days,
            "began": days,
            "ended": days + pd.Timedelta(minutes=1),
            "cohort_week": days,
            "lane": [LANES[place % len(LANES)] for place in places],
            "status_code": pd.array([(100 + 100 * place) % 700 for place in places], dtype="Int64"),
            "is_active": True,
            "hour": [place % 24 for place in places],
            "weekday": [place % 7 for place in places],
            "request": range(1, count + 1),
            "week_number": places,
            "retention_rate": 0.5,
        }
    )


_NAMES = (
    "browser",
    "clock",
    "country",
    "decision_source",
    "department",
    "device_type",
    "endpoint",
    "error_type",
    "event_type",
    "ip_address",
    "language",
    "model",
    "name",
    "os",
    "outcome",
    "project",
    "role",
    "status",
    "took",
    "tool_name",
    "used",
    "user_id",
    "what",
)
_NUMBERS = (
    *TOKEN_KINDS,
    *SPANS,
    *LINES,
    *COMMITS,
    *ACTIVE,
    *SECURITY_EVENTS,
    "accepted",
    "accounts",
    "api_errors",
    "api_requests",
    "avg_seconds",
    "cache_savings_usd",
    "cache_write_premium_usd",
    "calls",
    "cohort_users",
    "cost_usd",
    "duration_ms",
    "edits",
    "error_rate",
    "errors",
    "events",
    "failures",
    "mfa_users",
    "new_users",
    "p50_ms",
    "p50_seconds",
    "p95_ms",
    "p95_seconds",
    "prompts",
    "rejected",
    "rejections",
    "requests",
    "retained_users",
    "server_errors",
    "sessions",
    "stickiness",
    "tokens_per_request",
    "tool_calls",
    "tool_failures",
    "total_tokens",
    "unpriced_requests",
    "users",
)
