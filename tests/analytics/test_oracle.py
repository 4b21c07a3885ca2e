"""Every question against a naive one over the same random events."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.database import Database

import analytics
from analytics import Filters, SessionSearch
from analytics.store.connection import connect
from analytics.store.settings import set_reporting_zone
from tests.analytics import oracle as naive
from tests.analytics.oracle import Oracle
from tests.factories import load, make_event, make_request

PEOPLE = {
    "ada": "Data Engineering",
    "grace": "Platform Engineering",
    "linus": "Backend Engineering",
    "nobody": None,
}

# In both years the clocks change within these days, forward or back, somewhere.
CLOCK_CHANGES = [date(2026, 3, 6), date(2026, 3, 27), date(2026, 10, 23), date(2026, 10, 30)]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]

FRAMES = [
    "active_users_per_day", "activity_by_department", "activity_by_weekday_hour",
    "cache_savings_per_day", "code_edits_per_day", "cost_by_department", "cost_by_model",
    "cost_by_project", "cost_per_day", "cost_per_day_by_model", "edits_by_language",
    "errors_by_type", "events_by_hour", "events_by_type", "events_per_day", "latency_by_model",
    "latency_per_day", "new_users_per_day", "prompts_per_day", "retention_cohorts",
    "session_duration_by_role", "sessions_per_day", "tokens_by_role", "tokens_per_day",
    "tokens_per_day_by_role", "tool_calls_by_tool", "tool_decisions_by_source",
    "errors_per_day",
]  # fmt: skip
"""Questions whose whole frame the oracle gives; the others are compared in part."""


@contextmanager
def store_of(url: str, zone: str, events: list[dict[str, Any]]) -> Iterator[Database]:
    """Yield a fresh store that holds the events."""
    db = connect(url, f"test_{uuid.uuid4().hex[:12]}")
    set_reporting_zone(db, zone)
    load(db, *events)
    yield db
    db.client.drop_database(db.name)


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]], Filters]:
    """Draw a time zone, events around a change of clocks, and a scope that meets some."""
    day = draw(st.sampled_from(CLOCK_CHANGES))
    span = draw(st.sampled_from([3, 40])) * 24 * 60
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    events = draw(st.lists(_events(start, span), max_size=30))
    first = day + timedelta(days=draw(st.integers(-2, 6)))
    scope = Filters(
        first,
        first + timedelta(days=draw(st.sampled_from([1, 2, 7, 30]))),
        roles=draw(_some(["data_scientist", "devops", "senior_dev", "unknown"])),
        departments=draw(_some([*filter(None, PEOPLE.values()), "unknown"])),
        sources=draw(_some(["cloudwatch", "otlp"])),
    )
    return draw(st.sampled_from(ZONES)), events, scope


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
    named = person != "nobody"
    common = {
        "timestamp": timestamp,
        "source": source,
        "session_id": f"{person}-{session}" if session else None,
        "user_id": f"user-{person}" if named else None,
        "email": f"{person}@example.com" if named else None,
        "department": PEOPLE[person],
        "level": "L5" if named else None,
        "project": "atlas" if number % 2 else None,
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


@pytest.fixture(scope="session")
def url(mongo_url: str) -> str:
    """Return the address of the session's server, for stores made inside a property."""
    return mongo_url


def assert_same(actual: pd.DataFrame, rows: list[dict[str, Any]], columns: dict[str, str]) -> None:
    expected = {
        name: pd.Series([row.get(name) for row in rows], dtype=_exact(dtype))
        for name, dtype in columns.items()
    }
    # Percentiles come from histograms that are at most 1 % off.
    pd.testing.assert_frame_equal(
        actual[list(columns)], pd.DataFrame(expected), rtol=0.01, atol=1e-9, check_dtype=False
    )
    for name, dtype in columns.items():
        if dtype == "int64":
            assert actual[name].to_list() == expected[name].to_list()


def _exact(dtype: str) -> str:
    return "datetime64[us]" if dtype.startswith("datetime") else dtype


@settings(max_examples=30)
@given(story=stories())
def test_each_frame_says_what_a_naive_look_at_the_events_says(url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    with store_of(url, zone, events) as db:
        for name in FRAMES:
            question = getattr(analytics, name)
            rows = getattr(naive, name)(oracle, filters)
            assert_same(question(db, filters), rows, dict(question.columns))


@settings(max_examples=15)
@given(story=stories())
def test_the_headline_says_what_a_naive_look_at_the_events_says(url, story) -> None:
    zone, events, filters = story
    expected = naive.headline_totals(Oracle(events, zone), filters)
    with store_of(url, zone, events) as db:
        totals = asdict(analytics.headline_totals(db, filters))
    assert totals == pytest.approx(expected)


@settings(max_examples=12)
@given(story=stories())
def test_people_and_sessions_are_those_of_a_naive_look_at_the_events(url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    with store_of(url, zone, events) as db:
        _assert_people(db, oracle, filters)
        _assert_sessions(db, oracle, filters)
        for person in ("user-ada", "user-nobody"):
            rows = naive.user_calendar(oracle, filters, person)
            calendar = analytics.user_calendar(db, filters, person)
            assert_same(calendar, rows, dict(analytics.user_calendar.columns))


SEARCHES = st.builds(
    SessionSearch,
    model=st.sampled_from(["", "claude-haiku-4-5"]),
    user_id=st.sampled_from(["", "user-grace"]),
    tool_name=st.sampled_from(["", "", "Edit"]),
    is_failing=st.booleans(),
    text=st.sampled_from(["", "ADA", "grace.", "a d"]),
)


@settings(max_examples=20)
@given(story=stories(), search=SEARCHES)
def test_a_search_finds_what_a_naive_look_at_the_events_finds(url, story, search) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    with store_of(url, zone, events) as db:
        for wanted in (search, SessionSearch()):
            rows = naive.found_sessions_per_day(oracle, filters, wanted)
            days = analytics.found_sessions_per_day(db, filters, wanted)
            assert_same(days, rows, dict(analytics.found_sessions_per_day.columns))
        found = {row["session_id"] for row in naive.found_sessions(oracle, filters, search)}
        listed = analytics.session_list(db, filters, search=search)
        assert (set(listed.items["session_id"]), listed.total) == (found, len(found))


@settings(max_examples=15)
@given(story=stories())
def test_what_a_person_works_with_is_what_their_sessions_say(url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    with store_of(url, zone, events) as db:
        for question in (analytics.user_models, analytics.user_tools):
            rows = getattr(naive, question.__name__)(oracle, filters, "user-ada")
            assert_same(question(db, filters, "user-ada"), rows, dict(question.columns))


def _assert_people(db: Database, oracle: Oracle, filters: Filters) -> None:
    spent = analytics.cost_by_user(db, filters)
    measures = ["user_id", "api_requests", "total_tokens", "cost_usd", "unpriced_requests"]
    columns = {name: analytics.cost_by_user.columns[name] for name in measures}
    assert_same(spent, naive.cost_by_user(oracle, filters), columns)
    listed = analytics.user_list(db, filters).set_index("user_id")
    expected = naive.user_list(oracle, filters)
    for row in expected:
        for name in ("sessions", "prompts", "total_tokens", "cost_usd"):
            assert listed.loc[row["user_id"], name] == pytest.approx(row[name])
    quiet = listed.drop([row["user_id"] for row in expected])
    assert (quiet["sessions"] == 0).all()


def _assert_sessions(db: Database, oracle: Oracle, filters: Filters) -> None:
    started = oracle.started(filters)
    expected = (
        started.sort_values(["started_at", "session_id"], ascending=[False, True]).to_dict(
            "records"
        )
        if len(started)
        else []
    )
    pages = [analytics.session_list(db, filters, page, 2) for page in range(1, len(expected) + 2)]
    assert {page.total for page in pages} == {len(expected)}
    assert {page.pages for page in pages} == {(len(expected) + 1) // 2}
    names = ("session_id", "user_id", "role", "department", "duration_seconds", "events",
             "prompts", "errors", "total_tokens", "cost_usd")  # fmt: skip
    columns = {name: analytics.session_list.columns[name] for name in names}
    everything = pd.concat([page.items for page in pages], ignore_index=True)
    assert_same(everything, expected, columns)


@settings(max_examples=10)
@given(story=stories(), cut=st.integers(1, 5))
def test_adjacent_ranges_add_up_to_the_whole(url, story, cut: int) -> None:
    zone, events, scope = story
    whole = Filters(scope.start, scope.start + timedelta(days=7))
    middle = whole.start + timedelta(days=cut)
    halves = [Filters(whole.start, middle), Filters(middle, whole.end)]
    with store_of(url, zone, events) as db:
        parts = [asdict(analytics.headline_totals(db, half)) for half in halves]
        totals = asdict(analytics.headline_totals(db, whole))
        for name in ADDS_UP:
            assert parts[0][name] + parts[1][name] == pytest.approx(totals[name])
        assert max(part["active_users"] for part in parts) <= totals["active_users"]
        for name in PER_DAY:
            question = getattr(analytics, name)
            joined = pd.concat([question(db, half) for half in halves], ignore_index=True)
            pd.testing.assert_frame_equal(joined, question(db, whole))


ADDS_UP = [
    "sessions", "events", "prompts", "api_requests", "api_errors", "tool_calls", "tool_failures",
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens", "total_tokens",
    "cost_usd", "unpriced_requests",
]  # fmt: skip
PER_DAY = [
    "active_users_per_day", "code_edits_per_day", "cost_per_day", "events_per_day",
    "latency_per_day", "prompts_per_day", "sessions_per_day", "tokens_per_day",
]  # fmt: skip


@settings(max_examples=15)
@given(story=stories())
def test_roles_and_departments_partition_the_whole(url, story) -> None:
    zone, events, scope = story
    whole = Filters(scope.start, scope.end)
    with store_of(url, zone, events) as db:
        totals = asdict(analytics.headline_totals(db, whole))
        options = analytics.filter_options(db, whole)
        for field in ("roles", "departments"):
            parts = [
                asdict(
                    analytics.headline_totals(db, Filters(whole.start, whole.end, **{field: [v]}))
                )
                for v in sorted({*getattr(options, field), *_of_sessions(db, field)})
            ]
            for name in ADDS_UP:
                assert sum(part[name] for part in parts) == pytest.approx(totals[name])


def _of_sessions(db: Database, field: str) -> set[str]:
    return set(db["sessions"].distinct(field.removesuffix("s")))
