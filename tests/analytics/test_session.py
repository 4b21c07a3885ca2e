from __future__ import annotations

import pytest
from pymongo.database import Database

from analytics import SessionNotFound, session_timeline
from store.prices.overrides import save_rate
from tests.factories import later, load, make_event, make_request


def test_events_are_sorted_by_time_then_sequence(db: Database) -> None:
    load(
        db,
        make_request(timestamp=later(hours=2)),
        make_event("tool_result", sequence=2),
        make_event("user_prompt", sequence=1),
    )
    timeline = session_timeline(db, "session-a")
    assert timeline.events["event_type"].to_list() == ["user_prompt", "tool_result", "api_request"]
    assert timeline.events["timestamp"].to_list() == [later(), later(), later(hours=2)]
    assert (timeline.session_id, timeline.user_id, timeline.prompts) == (
        "session-a",
        "user-ada",
        1,
    )
    assert timeline.duration_seconds == 7200


def test_requests_have_a_cost_and_its_basis(db: Database) -> None:
    listed = {"model": "claude-haiku-4-5", "cost_usd": None, "output_tokens": 1_000_000,
              "input_tokens": 0, "cache_read_tokens": 0, "cache_creation_tokens": 0}  # fmt: skip
    load(
        db,
        make_request(),
        make_request(timestamp=later(minutes=1), **listed),
        make_request(timestamp=later(minutes=2), model="unheard-of", cost_usd=None),
        make_event("hook", timestamp=later(minutes=3), cost_usd=9.0, input_tokens=9),
    )
    timeline = session_timeline(db, "session-a")
    events = timeline.events
    bases = ["reported", "list_price", "unpriced"]
    assert events["cost_basis"].dropna().to_list() == bases
    assert events["cost_usd"].fillna(-1).to_list() == [0.5, 5.0, -1, -1]
    assert events["cost_usd"].sum() == timeline.cost_usd
    assert events["total_tokens"].dropna().to_list() == [370, 1_000_000, 370]


def test_a_price_of_ones_own_is_seen(db: Database) -> None:
    load(db, make_request(model="house-model", cost_usd=None))
    assert session_timeline(db, "session-a").events["cost_basis"].to_list() == ["unpriced"]
    rates = {"input": 1, "output": 1, "cache_write_5m": 1, "cache_write_1h": 1, "cache_read": 1}
    save_rate(db, "own", {"models": ["house-model"], "usd_per_million": rates})
    assert session_timeline(db, "session-a").events["cost_basis"].to_list() == ["list_price"]


def test_duplicates_are_left_out(db: Database) -> None:
    load(
        db,
        make_request(usage_key="req:1", source="otlp"),
        make_request(usage_key="req:1", source="transcript", timestamp=later(seconds=1)),
    )
    timeline = session_timeline(db, "session-a")
    assert timeline.events["source"].to_list() == ["otlp"]
    assert timeline.total_tokens == timeline.events["total_tokens"].sum()


def test_missing_values_are_blank(db: Database) -> None:
    load(db, make_event("tool_decision", tool_name="Bash", decision="accept"))
    event = session_timeline(db, "session-a").events.iloc[0]
    for name in ("is_success", "duration_ms", "model", "status_code", "input_tokens"):
        assert event.isna()[name]


@pytest.mark.parametrize("unknown", ["nowhere", "", "user-ada"])
def test_an_unknown_session_is_named(db: Database, unknown: str) -> None:
    load(db, make_request())
    with pytest.raises(SessionNotFound, match=f"'{unknown}'"):
        session_timeline(db, unknown)
