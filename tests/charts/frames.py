"""Frames as the questions return them, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from charts.activity import ACTIVE, COMMITS, LINES, SPANS
from charts.saas import SECURITY_EVENTS
from charts.sessions import LANES
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
"""Names that break what is not careful: each may come from outside."""

MARKDOWN = (
    *filter(None, HOSTILE),
    ":material/home: :streamlit: :smile: :red[x]",
    "# a -> b -- c <- d >= e <-> f ~= g",
    " blanks ",
    "&amp; $x$ ~~y~~ <b>z</b> 1. `code`",
    "www.example.com http://example.com ada@example.com",
)
"""Those that can be seen, and some of which Markdown or Streamlit would make something else."""


def wide(names: Sequence[str]) -> pd.DataFrame:
    """Return a frame with every column that any chart draws: one row per name."""
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
