"""Facts that are narrowed and rolled up in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pymongo.database import Database

from analytics import (
    Filters,
    activity_by_weekday_hour,
    cost_by_user,
    headline_latency,
    headline_totals,
)
from analytics.shared import ACTIVE_HOURS, METRICS
from store.events.metric_points import write_points
from store.rollups import day_parts
from store.rollups.refresh import refresh
from tests.factories import later, load, make_event, make_request
from tests.points import make_point

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 21))


def test_fact_in_several_parts_is_narrowed_as_a_whole(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_parts, "MAX_BYTES", 400)
    load(
        db,
        *(make_event("user_prompt", user_id=f"user-{n}", email=None, sequence=n) for n in range(9)),
        make_request(user_id="user-5", email=None, timestamp=later(minutes=1)),
        make_request(user_id="user-6", email=None, model="claude-haiku-4-5", session_id="b"),
        make_event(
            "tool_result",
            user_id="user-7",
            email=None,
            timestamp=later(minutes=2),
            tool_name="Bash",
        ),
    )
    assert db["session_days"].count_documents({"session_id": "session-a"}) > 2
    totals = headline_totals(db, replace(SCOPE, models=["claude-opus-4-6"]))
    assert (totals.events, totals.prompts, totals.api_requests) == (11, 9, 1)
    both = headline_totals(db, replace(SCOPE, models=["claude-opus-4-6"], tools=["Bash"]))
    assert (both.events, both.api_requests, both.tool_calls) == (11, 1, 1)
    [last] = cost_by_user(db, replace(SCOPE, users=["user-5"])).to_dict("records")
    assert (last["user_id"], last["api_requests"]) == ("user-5", 1)


def test_hours_of_a_session_have_the_scope_of_its_events_whatever_is_filtered(db: Database) -> None:
    load(db, make_event("user_prompt", os="linux"), make_request(os="linux", source="cloudwatch"))
    refresh(db, write_points(db, [make_point(source="otlp", os="linux")]).bucket_ids)
    for source, sessions in (("cloudwatch", 1), ("otlp", 0)):
        of_source = replace(SCOPE, sources=[source])
        for filters in (of_source, replace(of_source, operating_systems=["linux"])):
            assert ACTIVE_HOURS.rows(db, filters).sums(["s12"]) == {"s12": sessions}
    assert activity_by_weekday_hour(db, SCOPE)["events"].sum() == 2


def test_timed_requests_are_a_number_of_python(db: Database) -> None:
    load(db, make_request())
    assert type(headline_latency(db, SCOPE).api_requests) is int


def test_metrics_of_other_models_are_out_of_scope(db: Database) -> None:
    load(db, make_request())
    points = [
        make_point("token.usage", model="claude-opus-4-6", value=2),
        make_point("token.usage", model="claude-haiku-4-5", value=4),
        make_point("commit.count", value=8),
    ]
    refresh(db, write_points(db, points).bucket_ids)
    of_model = replace(SCOPE, models=["claude-opus-4-6"])
    assert METRICS.rows(db, SCOPE).sums(["value"]) == {"value": 14}
    assert METRICS.rows(db, of_model).sums(["value"]) == {"value": 10}
