"""Frames as the questions return them, made by hand."""

from __future__ import annotations

import pandas as pd

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
