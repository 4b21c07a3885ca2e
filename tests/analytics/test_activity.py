from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import (
    Filters,
    events_by_type,
    events_per_day,
    prompts_per_day,
    sessions_per_day,
)
from analytics.store.refresh import rebuild
from analytics.store.settings import set_reporting_zone
from tests.factories import later, load, make_event, make_request

SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 22))


def test_events_of_each_day_with_gaps_filled(db: Database) -> None:
    load(db, make_request(), make_event("hook"), make_request(timestamp=later(days=1)))
    frame = events_per_day(db, SCOPE)
    assert frame["day"].dt.strftime("%F").to_list() == ["2026-01-19", "2026-01-20", "2026-01-21"]
    assert frame["events"].to_list() == [0, 2, 1]


def test_prompts_of_each_day_without_builtin_commands(db: Database) -> None:
    load(
        db,
        make_event("user_prompt"),
        make_event("user_prompt", timestamp=later(minutes=1), command_source="builtin"),
        make_event("user_prompt", timestamp=later(minutes=2), command_source="custom"),
    )
    assert prompts_per_day(db, SCOPE)["prompts"].to_list() == [0, 2, 0]


def test_a_session_belongs_to_the_day_it_started(db: Database) -> None:
    load(db, make_request(timestamp=later(hours=11)), make_request(timestamp=later(hours=13)))
    assert sessions_per_day(db, SCOPE)["sessions"].to_list() == [0, 1, 0]


def test_without_prompt_or_request_there_is_no_session(db: Database) -> None:
    load(db, make_event("hook"), make_request(session_id=None))
    assert sessions_per_day(db, SCOPE)["sessions"].sum() == 0


def test_a_session_counts_for_each_of_its_sources_but_once(db: Database) -> None:
    load(db, make_request(), make_request(timestamp=later(minutes=1), source="otlp"))
    for sources in (["cloudwatch"], ["otlp"], ["cloudwatch", "otlp"], []):
        scope = Filters(SCOPE.start, SCOPE.end, sources=sources)
        assert sessions_per_day(db, scope)["sessions"].sum() == 1


def test_days_are_those_of_the_reporting_time_zone(db: Database) -> None:
    load(db, make_request(timestamp=later(hours=11)))
    assert events_per_day(db, SCOPE)["events"].to_list() == [0, 1, 0]
    set_reporting_zone(db, "Asia/Kathmandu")
    rebuild(db)
    assert events_per_day(db, SCOPE)["events"].to_list() == [0, 0, 1]


def test_types_are_ranked_with_their_share(db: Database) -> None:
    load(db, *(make_request(timestamp=later(minutes=n)) for n in range(3)), make_event("hook"))
    assert events_by_type(db, SCOPE).to_numpy().tolist() == [
        ["api_request", 3, 0.75],
        ["hook", 1, 0.25],
    ]


def test_equal_counts_are_ranked_by_name(db: Database) -> None:
    load(db, make_event("zebra"), make_event("ant"))
    assert events_by_type(db, SCOPE)["event_type"].to_list() == ["ant", "zebra"]
