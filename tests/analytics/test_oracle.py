"""Every question against a naive one over the same random events."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.database import Database

import analytics
from analytics import Filters, SessionFilter
from tests.analytics import oracle as naive
from tests.analytics import oracle_details as details
from tests.analytics.oracle import Oracle
from tests.analytics.stories import assert_same, store_of, stories

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


@settings(max_examples=30)
@given(story=stories())
def test_frames_equal_those_of_the_oracle(mongo_url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    db = store_of(mongo_url, zone, events)
    for name in FRAMES:
        question = getattr(analytics, name)
        rows = getattr(naive, name)(oracle, filters)
        assert_same(question(db, filters), rows, dict(question.columns))


@settings(max_examples=15)
@given(story=stories())
def test_headline_equals_that_of_the_oracle(mongo_url, story) -> None:
    zone, events, filters = story
    expected = naive.headline_totals(Oracle(events, zone), filters)
    db = store_of(mongo_url, zone, events)
    totals = asdict(analytics.headline_totals(db, filters))
    assert totals == pytest.approx(expected)


@settings(max_examples=12)
@given(story=stories())
def test_people_and_sessions_are_those_of_a_naive_look_at_the_events(mongo_url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    db = store_of(mongo_url, zone, events)
    for scope in (filters, _whole_months(filters)):
        _assert_people(db, oracle, scope)
    _assert_sessions(db, oracle, filters)
    for person in ("user-ada", "user-missing"):
        rows = naive.user_calendar(oracle, filters, person)
        calendar = analytics.user_calendar(db, filters, person)
        assert_same(calendar, rows, dict(analytics.user_calendar.columns))


SEARCHES = st.builds(
    SessionFilter,
    model=st.sampled_from(["", "claude-haiku-4-5"]),
    user_id=st.sampled_from(["", "user-grace"]),
    tool_name=st.sampled_from(["", "", "Edit"]),
    is_failing=st.booleans(),
    text=st.sampled_from(["", "ADA", "grace.", "da ad"]),
)


@settings(max_examples=20)
@given(story=stories(), search=SEARCHES)
def test_a_search_finds_what_a_naive_look_at_the_events_finds(mongo_url, story, search) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    db = store_of(mongo_url, zone, events)
    for session_filter in (search, SessionFilter()):
        rows = naive.found_sessions_per_day(oracle, filters, session_filter)
        days = analytics.found_sessions_per_day(db, filters, session_filter)
        assert_same(days, rows, dict(analytics.found_sessions_per_day.columns))
    session_ids = {row["session_id"] for row in naive.found_sessions(oracle, filters, search)}
    listed = analytics.session_list(db, filters, search=search)
    assert (set(listed.items["session_id"]), listed.total) == (session_ids, len(session_ids))


@settings(max_examples=15)
@given(story=stories())
def test_what_a_person_works_with_is_what_their_sessions_say(mongo_url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    db = store_of(mongo_url, zone, events)
    for question in (analytics.user_models, analytics.user_tools):
        rows = getattr(naive, question.__name__)(oracle, filters, "user-ada")
        assert_same(question(db, filters, "user-ada"), rows, dict(question.columns))


def _whole_months(filters: Filters) -> Filters:
    """Widen a scope to all the months it touches."""
    later = (filters.end - timedelta(days=1)).replace(day=1) + timedelta(days=31)
    return replace(filters, start=filters.start.replace(day=1), end=later.replace(day=1))


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
    expected = details.session_list(oracle, filters)
    pages = [analytics.session_list(db, filters, page, 2) for page in range(1, len(expected) + 2)]
    assert {page.total for page in pages} == {len(expected)}
    assert {page.pages for page in pages} == {(len(expected) + 1) // 2}
    unknown = ("terminal", "os", "client_version")
    columns = {
        name: dtype for name, dtype in analytics.session_list.columns.items() if name not in unknown
    }
    everything = pd.concat([page.items for page in pages], ignore_index=True)
    assert_same(everything, expected, columns)


@settings(max_examples=10)
@given(story=stories(), cut=st.integers(1, 5))
def test_adjacent_ranges_add_up_to_the_whole(mongo_url, story, cut: int) -> None:
    zone, events, scope = story
    whole = Filters(scope.start, scope.start + timedelta(days=7))
    middle = whole.start + timedelta(days=cut)
    halves = [Filters(whole.start, middle), Filters(middle, whole.end)]
    db = store_of(mongo_url, zone, events)
    parts = [asdict(analytics.headline_totals(db, half)) for half in halves]
    totals = asdict(analytics.headline_totals(db, whole))
    for name in ADDS_UP:
        assert parts[0][name] + parts[1][name] == pytest.approx(totals[name])
    assert max(part["active_users"] for part in parts) <= totals["active_users"]
    for name in PER_DAY:
        question = getattr(analytics, name)
        joined = pd.concat([question(db, half) for half in halves], ignore_index=True)
        pd.testing.assert_frame_equal(joined, question(db, whole))
    for name, dimensions in BREAKDOWNS.items():
        question = getattr(analytics, name)
        parts = pd.concat([question(db, half) for half in halves], ignore_index=True)
        added, known = (
            _sum_by(frame, dimensions, COUNTED) for frame in (parts, question(db, whole))
        )
        if name in ONLY_SPENDERS:
            assert (added.pop("prompts") <= known.pop("prompts")).all()
        pd.testing.assert_frame_equal(added, known, check_dtype=False)


def _sum_by(frame: pd.DataFrame, dimensions: list[str], measures: list[str]) -> pd.DataFrame:
    summed = frame.groupby(dimensions)[[name for name in measures if name in frame]].sum()
    # What one half knows and the other does not is a row of zeros in neither
    return summed[summed.any(axis=1)]


ADDS_UP = [
    "sessions", "events", "prompts", "api_requests", "api_errors", "tool_calls", "tool_failures",
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens", "total_tokens",
    "cost_usd", "unpriced_requests",
]  # fmt: skip
PER_DAY = [
    "active_users_per_day", "cache_savings_per_day", "code_edits_per_day", "cost_per_day",
    "errors_per_day", "events_per_day", "found_sessions_per_day", "latency_per_day",
    "new_users_per_day", "prompts_per_day", "sessions_per_day", "tokens_per_day",
]  # fmt: skip
BREAKDOWNS = {
    "activity_by_department": ["department"],
    "activity_by_weekday_hour": ["weekday", "hour"],
    "cost_by_department": ["department"],
    "cost_by_model": ["model"],
    "cost_by_project": ["project"],
    "cost_by_user": ["user_id"],
    "cost_per_day_by_model": ["day", "model"],
    "edits_by_language": ["language"],
    "errors_by_type": ["error_type"],
    "events_by_hour": ["hour"],
    "events_by_type": ["event_type"],
    "latency_by_model": ["model"],
    "session_duration_by_role": ["role"],
    "tokens_by_role": ["role"],
    "tokens_per_day_by_role": ["day", "role"],
    "tool_calls_by_tool": ["tool_name"],
    "tool_decisions_by_source": ["decision_source"],
}
ONLY_SPENDERS = {"cost_by_project", "cost_by_user"}
"""Questions that leave out whatever has no request in the range, and with it its prompts."""

COUNTED = [
    *ADDS_UP, "accepted", "calls", "edits", "errors", "failures", "rejected", "rejections",
]  # fmt: skip
"""What adds up over days, wherever it is a column."""


@settings(max_examples=15)
@given(story=stories())
def test_roles_and_departments_partition_the_whole(mongo_url, story) -> None:
    zone, events, scope = story
    whole = Filters(scope.start, scope.end)
    db = store_of(mongo_url, zone, events)
    totals = asdict(analytics.headline_totals(db, whole))
    options = analytics.filter_options(db, whole)
    for field in ("roles", "departments"):
        parts = [
            asdict(analytics.headline_totals(db, Filters(whole.start, whole.end, **{field: [v]})))
            for v in sorted({*getattr(options, field), *_of_sessions(db, field)})
        ]
        for name in ADDS_UP:
            assert sum(part[name] for part in parts) == pytest.approx(totals[name])


def _of_sessions(db: Database, field: str) -> set[str]:
    return set(db["sessions"].distinct(field.removesuffix("s")))
