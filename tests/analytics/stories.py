"""Random stores around a change of clocks, and how an answer is compared with a naive one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from pymongo.database import Database

from analytics import Filters
from store.events.metric_points import CUMULATIVE, DELTA, write_points
from store.rollups.refresh import refresh
from store.settings import set_reporting_zone
from tests.factories import NOON, event_id, load, make_event, make_request, new_database
from tests.points import make_point

PEOPLE = {
    "ada": "Data Engineering",
    "grace": "Platform Engineering",
    "linus": "Backend Engineering",
    "unnamed": None,
}

CLOCK_CHANGES = [
    date(2026, 3, 6), date(2026, 3, 27), date(2026, 4, 3), date(2025, 10, 3), date(2025, 10, 24),
    date(2025, 10, 31),
]  # fmt: skip
"""Within three days of each the clocks change somewhere: America, Europe, Lord Howe and back."""

# Whole hours, half an hour, a quarter; and one whose clocks change by half an hour
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe",
]  # fmt: skip


def store_of(
    url: str, zone: str, events: Iterable[dict[str, Any]], points: Iterable[dict[str, Any]] = ()
) -> Database:
    """Return a fresh store that holds the events, and the metric points if there are some."""
    db = new_database(url)
    set_reporting_zone(db, zone)
    load(db, *events)
    refresh(db, write_points(db, points).bucket_ids)
    return db


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]], Filters]:
    """Draw a time zone, events around a change of clocks, and a scope that meets some."""
    day = draw(st.sampled_from(CLOCK_CHANGES))
    events = draw(st.lists(_events(*_span(draw, day)), max_size=30))
    return draw(st.sampled_from(ZONES)), events, _scope(draw, day)


@st.composite
def metered_stories(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]], Filters]:
    """Draw the same with metric points instead of events."""
    day = draw(st.sampled_from(CLOCK_CHANGES))
    points = st.lists(_points(*_span(draw, day)), max_size=30, unique_by=lambda point: point["id"])
    return draw(st.sampled_from(ZONES)), draw(points), _scope(draw, day)


def _span(draw: st.DrawFn, day: date) -> tuple[datetime, int]:
    minutes = draw(st.sampled_from([3, 40])) * 24 * 60
    return datetime(day.year, day.month, day.day, tzinfo=UTC), minutes


def _scope(draw: st.DrawFn, day: date) -> Filters:
    first = day + timedelta(days=draw(st.integers(-2, 6)))
    return Filters(
        first,
        first + timedelta(days=draw(st.sampled_from([1, 2, 7, 30]))),
        roles=draw(_some(["data_scientist", "devops", "senior_dev", "unknown"])),
        departments=draw(_some([*filter(None, PEOPLE.values()), "unknown"])),
        sources=draw(_some(["cloudwatch", "otlp"])),
        **(_more_filters(draw) if draw(st.booleans()) else {}),
    )


def _more_filters(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Draw filters on one or two of the other dimensions."""
    values: dict[str, list[Any]] = {
        "models": ["claude-haiku-4-5", "claude-unheard-of-1"],
        "projects": ["atlas", "acme/hermes", "unknown"],
        "users": ["user-ada", "user-grace", "unknown"],
        "tools": ["Write", "Read"],
        "client_versions": ["2.1.1", "2.1.2", "unknown"],
        "terminals": ["vscode", "unknown"],
        "operating_systems": ["linux", "unknown"],
        "repositories": ["acme/hermes", "unknown"],
        "weekdays": [*range(7)],
    }
    names = draw(st.lists(st.sampled_from(list(values)), min_size=1, max_size=2, unique=True))
    return {name: draw(st.lists(st.sampled_from(values[name]), max_size=2)) for name in names}


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.just([]) | st.lists(st.sampled_from(values), max_size=2)


def _events(start: datetime, span: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        _event,
        kind=st.sampled_from(list(_KINDS)),
        person=st.sampled_from(list(PEOPLE)),
        session=st.sampled_from(["1", "2", None]),
        timestamp=st.integers(0, span).map(lambda minutes: start + timedelta(minutes=minutes)),
        number=st.integers(1, 60),
        source=st.sampled_from(["cloudwatch", "otlp"]),
    )


def _event(
    kind: str, person: str, session: str | None, timestamp: datetime, number: int, source: str
) -> dict[str, Any]:
    named = person != "unnamed"
    common = {
        "timestamp": timestamp,
        "source": source,
        "session_id": f"{person}-{session}" if session else None,
        "user_id": f"user-{person}" if named else None,
        "email": f"{person}@example.com" if named else None,
        "department": PEOPLE[person],
        "level": "L5" if named else None,
        "project": "atlas" if number % 2 else None,
        "repository": "acme/hermes" if number % 3 else None,
        "terminal": "vscode" if number % 5 == 0 else None,
        "os": "linux" if number % 7 else None,
        "client_version": f"2.1.{number % 3}" if number % 4 else None,
    }
    make = make_request if kind == "api_request" else make_event
    fields = common | _KINDS[kind](number)
    return make(**fields) if kind == "api_request" else make(kind, **fields)


_KINDS = {
    "user_prompt": lambda n: {"command_source": "builtin" if n % 5 == 0 else None},
    "api_request": lambda n: {
        "model": "claude-haiku-4-5" if n % 2 else "claude-unheard-of-1",
        "input_tokens": n,
        "output_tokens": n * 3,
        "cache_creation_tokens": n % 7,
        "cost_usd": n / 100 if n % 3 else None,
        "duration_ms": n * n * 10 if n % 4 else None,
    },
    "api_error": lambda n: {"error_type": f"http_{400 + n % 3}", "model": "claude-haiku-4-5"},
    "tool_decision": lambda n: {
        "tool_name": "Edit" if n % 2 else "Bash",
        "decision": "accept" if n % 4 else "reject",
        "decision_source": "config" if n % 3 else "user_reject",
        "language": "Python" if n % 5 else None,
    },
    "tool_result": lambda n: {
        "tool_name": "Write" if n % 2 else "Read",
        "is_success": bool(n % 4),
        "error_type": None if n % 4 else "tool_failed",
        "duration_ms": n if n % 5 else None,
        "language": "Python" if n % 5 else None,
    },
    "hook_execution": lambda n: {"duration_ms": n},
}


_METRICS = [
    ("lines_of_code.count", "added"), ("lines_of_code.count", "removed"),
    ("lines_of_code.count", "moved"), ("commit.count", None), ("pull_request.count", None),
    ("active_time.total", "user"), ("active_time.total", "cli"), ("token.usage", "input"),
]  # fmt: skip


def _points(start: datetime, span: int) -> st.SearchStrategy[dict[str, Any]]:
    first = int(start.timestamp() - NOON.timestamp()) // 60
    return st.builds(
        _point,
        metric=st.sampled_from(_METRICS),
        person=st.sampled_from(list(PEOPLE)),
        minute=st.integers(0, span).map(lambda minute: first + minute),
        value=st.integers(0, 9),
        temporality=st.sampled_from([DELTA, CUMULATIVE]),
        source=st.sampled_from(["cloudwatch", "otlp"]),
    )


def _point(
    metric: tuple[str, str | None],
    person: str,
    minute: int,
    value: int,
    temporality: int,
    source: str,
) -> dict[str, Any]:
    name, kind = metric
    named = person != "unnamed"
    counted = {"start_unix_nano": 0} if temporality == CUMULATIVE else {}
    return make_point(
        name,
        minute=minute,
        type=kind,
        value=value / 2 if name == "active_time.total" else value,
        temporality=temporality,
        source=source,
        session_id=f"{person}-1",
        user_id=f"user-{person}" if named else None,
        email=f"{person}@example.com" if named else None,
        department=PEOPLE[person],
        level="L5" if named else None,
        series=event_id(name, kind, person, temporality, source),
        **counted,
    )


def assert_same(actual: pd.DataFrame, rows: list[dict[str, Any]], columns: dict[str, str]) -> None:
    expected = {
        name: pd.Series([row.get(name) for row in rows], dtype=dtype)
        for name, dtype in columns.items()
    }
    # Percentiles come from histograms that are at most 1 % off.
    pd.testing.assert_frame_equal(
        actual[list(columns)], pd.DataFrame(expected), rtol=0.01, atol=1e-9, check_dtype=False
    )
    for name, dtype in columns.items():
        if dtype == "int64":
            assert actual[name].to_list() == expected[name].to_list()
