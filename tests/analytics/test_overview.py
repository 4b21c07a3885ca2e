from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, headline_totals
from tests.factories import later, load, make_event, make_request

DAY = Filters(date(2026, 1, 20), date(2026, 1, 21))


def test_totals_add_up_everything_in_scope(db: Database) -> None:
    load(
        db,
        make_event("user_prompt", timestamp=later(minutes=-2)),
        make_request(),
        make_request(timestamp=later(minutes=1), model="unheard-of", cost_usd=None),
        make_event("api_error", timestamp=later(minutes=2), error_type="http_429"),
        make_event("tool_result", timestamp=later(minutes=3), tool_name="Bash", is_success=True),
        make_event("tool_result", timestamp=later(minutes=8), tool_name="Bash", is_success=False),
    )
    totals = headline_totals(db, DAY)
    assert (totals.active_users, totals.sessions, totals.events, totals.prompts) == (1, 1, 6, 1)
    assert (totals.api_requests, totals.api_errors) == (2, 1)
    assert (totals.tool_calls, totals.tool_failures) == (2, 1)
    assert (totals.input_tokens, totals.output_tokens) == (20, 40)
    assert (totals.cache_read_tokens, totals.cache_creation_tokens) == (600, 80)
    assert totals.total_tokens == 740
    assert (totals.cost_usd, totals.computed_cost_usd) == (0.5, 0)
    assert (totals.unpriced_requests, totals.unpriced_tokens) == (1, 370)
    assert totals.error_rate == pytest.approx(1 / 3)
    assert totals.success_rate == pytest.approx(1 - 2 / 5)
    assert totals.avg_session_seconds == 600
    assert totals.cache_hit_ratio == pytest.approx(600 / 700)


def test_without_events_counts_are_zero_and_ratios_none(db: Database) -> None:
    totals = headline_totals(db, DAY)
    ratios = {"error_rate", "success_rate", "avg_session_seconds", "cache_hit_ratio"}
    for field in fields(totals):
        assert getattr(totals, field.name) == (None if field.name in ratios else 0)


def test_the_previous_period_is_the_same_question(db: Database) -> None:
    load(db, make_request(), make_request(timestamp=later(days=-1), cost_usd=2.0))
    assert headline_totals(db, DAY).cost_usd == 0.5
    assert headline_totals(db, DAY.previous()).cost_usd == 2.0


def test_who_is_active_on_two_days_is_one_active_user(db: Database) -> None:
    load(db, make_event("user_prompt"), make_event("user_prompt", timestamp=later(days=1)))
    both = Filters(date(2026, 1, 20), date(2026, 1, 22))
    assert headline_totals(db, both).active_users == 1


def test_builtin_commands_and_unknown_users_make_no_active_user(db: Database) -> None:
    load(
        db,
        make_event("user_prompt", command_source="builtin"),
        make_event("user_prompt", user_id=None, email=None, session_id="session-x"),
    )
    totals = headline_totals(db, DAY)
    assert (totals.active_users, totals.prompts, totals.events) == (0, 1, 2)


def test_a_scope_takes_a_part(db: Database) -> None:
    load(
        db,
        make_request(department="Data Engineering", level="L2"),
        make_request(user_id="user-b", email=None, session_id="b", source="otlp", cost_usd=3.0),
    )
    for chosen in ({"roles": ["data_scientist"]}, {"departments": ["Data Engineering"]},
                   {"sources": ["cloudwatch"]}):  # fmt: skip
        totals = headline_totals(db, Filters(DAY.start, DAY.end, **chosen))
        assert (totals.cost_usd, totals.sessions, totals.events) == (0.5, 1, 1)


def test_totals_cannot_be_changed(db: Database) -> None:
    with pytest.raises(FrozenInstanceError):
        headline_totals(db, DAY).events = 7
