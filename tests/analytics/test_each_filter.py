"""Every question with each filter alone, against the naive one: few random scopes would meet it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

import analytics
from analytics import Filters
from tests.analytics import oracle as naive
from tests.analytics.oracle import Oracle
from tests.analytics.stories import assert_same, store_of
from tests.analytics.test_oracle import FRAMES
from tests.factories import make_event, make_request

ZONE = "Asia/Kathmandu"
MIDNIGHT = datetime(2026, 1, 20, 18, 15, tzinfo=UTC)  # there
DAYS = Filters(date(2026, 1, 20), date(2026, 1, 23))
VALUES: dict[str, list[Any]] = {
    "roles": ["devops"],
    "departments": ["Data Engineering", "unknown"],
    "sources": ["otlp"],
    "models": ["claude-haiku-4-5"],
    "projects": ["atlas"],
    "users": ["user-ada", "unknown"],
    "tools": ["Bash"],
    "client_versions": ["2.1.1", "unknown"],
    "terminals": ["vscode"],
    "operating_systems": ["unknown"],
    "repositories": ["acme/hermes"],
    "weekdays": [2, 4],
}
PAIRS = [
    ("models", "tools"),
    ("tools", "client_versions"),
    ("roles", "terminals"),
    ("sources", "models"),
]


def story() -> Iterator[dict[str, Any]]:
    """Yield what the senders of six sessions and one without an id did, around a midnight."""
    kinds = ("user_prompt", "api_request", "tool_result", "tool_decision", "api_error")
    for n in range(70):
        sender = n % 7
        common = {
            "timestamp": MIDNIGHT + timedelta(minutes=(n * 37) % 2500 - 900),
            "sequence": n,
            "session_id": [None, "a", "b|", "b||1", "c", "d", "e"][sender],
            "user_id": ["user-ada", "user-ada", "user-grace", "user-linus", None][sender % 5],
            "email": None,
            "department": ["Data Engineering", "Platform Engineering", None][sender % 3],
            "source": ["otlp", "cloudwatch"][n % 2],
            "project": ["atlas", None][(n // 2) % 2],
            "repository": ["acme/hermes", None][(n // 3) % 2],
            "terminal": ["vscode", None][(n // 5) % 2],
            "os": ["linux", None][(n // 7) % 2],
            "client_version": ["2.1.1", "2.1.2", None][(n // 2) % 3],
        }
        # Some sessions use neither the model nor the tool in scope
        model = ["claude-haiku-4-5", "claude-unheard-of-1"][
            (n // 4 + sender) % 2 if sender < 3 else 1
        ]
        tool = ["Edit", "Read", "Write", "Bash"][(n // 3) % (4 if sender < 4 else 3)]
        if (kind := kinds[(n * 3 + n // 5) % 5]) == "api_request":
            yield make_request(
                **common, model=model, input_tokens=n, duration_ms=n * 10, cost_usd=n / 8
            )
        else:
            yield make_event(
                kind,
                **common,
                **({"model": model, "error_type": "http_500"} if kind == "api_error" else {}),
                **({"tool_name": tool, "language": ["Go", None][n % 2]} if "tool" in kind else {}),
                **({"is_success": n % 3 > 0, "duration_ms": n} if kind == "tool_result" else {}),
                **({"error_type": "tool_failed"} if kind == "tool_result" and not n % 3 else {}),
                **({"decision": ["accept", "reject"][n % 2]} if kind == "tool_decision" else {}),
            )


@pytest.fixture(scope="module")
def team(mongo_url: str) -> tuple[Database, Oracle]:
    events = list(story())
    return store_of(mongo_url, ZONE, events), Oracle(events, ZONE)


@pytest.mark.parametrize("names", [(name,) for name in VALUES] + PAIRS, ids="-".join)
def test_a_filter_selects_what_it_selects_of_the_events(
    team: tuple[Database, Oracle], names: tuple[str, ...]
) -> None:
    db, oracle = team
    filters = Filters(DAYS.start, DAYS.end, **{name: VALUES[name] for name in names})
    for name in FRAMES:
        question = getattr(analytics, name)
        rows = getattr(naive, name)(oracle, filters)
        assert_same(question(db, filters), rows, dict(question.columns))
    totals = analytics.headline_totals(db, filters)
    expected = naive.headline_totals(oracle, filters)
    assert {name: getattr(totals, name) for name in expected} == pytest.approx(expected)
