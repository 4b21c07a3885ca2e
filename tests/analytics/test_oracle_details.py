"""Answers about one person, one session, the store or its metrics, against naive ones."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given, settings

import analytics
from analytics import Filters
from tests.analytics import oracle as naive
from tests.analytics import oracle_details as details
from tests.analytics.oracle import Oracle
from tests.analytics.oracle_details import Meter
from tests.analytics.stories import assert_same, metered_stories, store_of, stories
from tests.analytics.test_contract import QUESTIONS
from tests.analytics.test_oracle import FRAMES

METRICS = ["active_time_per_day", "commits_per_day", "lines_of_code_per_day"]
IN_PART = [
    "cost_by_user", "data_status", "filter_options", "found_sessions_per_day", "headline_latency",
    "headline_totals", "session_list", "session_timeline", "user_activity", "user_calendar",
    "user_list", "user_models", "user_profile", "user_tools",
]  # fmt: skip
"""Questions that need more than a scope, or answer with more than a frame."""


def test_every_question_is_compared_with_a_naive_answer() -> None:
    assert sorted([*FRAMES, *METRICS, *IN_PART]) == sorted(QUESTIONS)
    assert set(QUESTIONS) <= vars(naive).keys() | vars(details).keys()


@settings(max_examples=30)
@given(story=metered_stories())
def test_what_metrics_add_up_to_is_what_their_points_say(mongo_url, story) -> None:
    zone, points, filters = story
    meter = Meter(points, zone)
    db = store_of(mongo_url, zone, (), points)
    for name in METRICS:
        question = getattr(analytics, name)
        rows = getattr(details, name)(meter, filters)
        assert_same(question(db, filters), rows, dict(question.columns))


@settings(max_examples=20)
@given(story=stories())
def test_the_latency_of_all_requests_is_that_of_their_durations(mongo_url, story) -> None:
    zone, events, filters = story
    expected = naive.headline_latency(Oracle(events, zone), filters)
    db = store_of(mongo_url, zone, events)
    answer = asdict(analytics.headline_latency(db, filters))
    assert answer["api_requests"] == expected["api_requests"]
    for name in ("p50_ms", "p95_ms"):
        percentile = expected[name]
        assert answer[name] == (percentile and pytest.approx(percentile, rel=0.01))


@settings(max_examples=20)
@given(story=stories())
def test_every_event_stands_in_the_activity_of_its_person_and_in_its_session(
    mongo_url, story
) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    columns = {
        name: dtype
        for name, dtype in analytics.user_activity.columns.items()
        if name in {*details.EVENT_FIELDS, *naive.TOKENS, "total_tokens", "cost_usd", "event_id"}
    }
    db = store_of(mongo_url, zone, events)
    for user in ("user-ada", "unknown", "user-missing"):
        activity = analytics.user_activity(db, filters, user)
        assert_same(activity, details.user_activity(oracle, filters, user), columns)
    for session_id in sorted({event.get("session_id", "") for event in events} - {""}):
        timeline = analytics.session_timeline(db, session_id)
        rows = details.session_timeline(oracle, session_id)
        assert_same(timeline.events, rows, columns)
        assert timeline.duration_seconds == pytest.approx(
            (rows[-1]["timestamp"] - rows[0]["timestamp"]).total_seconds()
        )
        for name in ("total_tokens", "cost_usd"):
            expected = sum(row.get(name) or 0 for row in rows)
            assert getattr(timeline, name) == pytest.approx(expected)


@settings(max_examples=20)
@given(story=stories())
def test_who_people_are_is_what_their_events_say(mongo_url, story) -> None:
    zone, events, _ = story
    oracle = Oracle(events, zone)
    db = store_of(mongo_url, zone, events)
    for user in sorted({event["user_id"] for event in events if "user_id" in event}):
        expected = details.user_profile(oracle, user)
        answer = asdict(analytics.user_profile(db, user))
        assert {name: answer[name] for name in expected} == expected


@settings(max_examples=20)
@given(story=stories())
def test_the_choices_and_the_state_of_the_store_are_those_of_its_events(mongo_url, story) -> None:
    zone, events, filters = story
    oracle = Oracle(events, zone)
    everything = details.data_status(oracle)
    db = store_of(mongo_url, zone, events)
    options = asdict(analytics.filter_options(db, filters))
    status = analytics.data_status(db)
    assert options == details.filter_options(oracle, filters)
    assert dict(status.sources.to_numpy().tolist()) == everything["sources"]
    for name in ("first_timestamp", "last_timestamp"):
        assert getattr(status, name) == everything[name]
    counted = status.collections.set_index("collection")["documents"]
    for name in ("sessions", "users", "daily_usage"):
        assert counted[name] == everything[name]


@settings(max_examples=15)
@given(story=metered_stories())
def test_metrics_of_adjacent_ranges_add_up_to_the_whole(mongo_url, story) -> None:
    zone, points, scope = story
    halves = [
        Filters(scope.start, scope.end),
        Filters(scope.end, scope.end + (scope.end - scope.start)),
    ]
    whole = Filters(scope.start, halves[1].end)
    db = store_of(mongo_url, zone, (), points)
    for name in METRICS:
        question = getattr(analytics, name)
        parts = sum(question(db, half).drop(columns="day").sum() for half in halves)
        assert parts.to_dict() == pytest.approx(
            question(db, whole).drop(columns="day").sum().to_dict()
        )
