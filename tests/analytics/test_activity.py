"""Answers of `analytics.activity` to literal events."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pymongo.database import Database

from analytics import (
    Filters,
    activity_by_department,
    activity_by_weekday_hour,
    events_by_hour,
    events_by_type,
    events_per_day,
    prompts_per_day,
    sessions_per_day,
)
from analytics.activity import active_time_per_day, commits_per_day, lines_of_code_per_day
from store.events.metric_points import write_points
from store.rollups.refresh import rebuild, refresh
from store.settings import set_reporting_zone
from tests.factories import later, load, make_event, make_request
from tests.points import make_point

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


WEEK = Filters(date(2026, 1, 19), date(2026, 1, 26))


def test_hours_count_events_and_the_sessions_active_in_them(db: Database) -> None:
    load(
        db,
        make_request(),
        make_request(timestamp=later(minutes=5)),
        make_request(timestamp=later(hours=1)),
        make_request(timestamp=later(days=1)),
        make_request(session_id="session-b"),
    )
    frame = events_by_hour(db, WEEK)
    assert frame["hour"].to_list() == list(range(24))
    assert frame.set_index("hour").loc[[11, 12, 13]].to_numpy().tolist() == [[0, 0], [4, 3], [1, 1]]


def test_hours_of_an_empty_store_are_all_there(db: Database) -> None:
    assert events_by_hour(db, WEEK)[["events", "sessions"]].to_numpy().tolist() == [[0, 0]] * 24


def test_the_hour_that_comes_twice_holds_both_and_the_one_that_never_comes_none(
    db: Database,
) -> None:
    set_reporting_zone(db, "Europe/Berlin")
    load(
        db,
        *(make_request(timestamp=datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)),
        *(make_request(timestamp=datetime(2026, 3, 29, hour, 30, tzinfo=UTC)) for hour in (0, 1)),
    )
    autumn = events_by_hour(db, Filters(date(2026, 10, 25), date(2026, 10, 26)))["events"]
    spring = events_by_hour(db, Filters(date(2026, 3, 29), date(2026, 3, 30)))["events"]
    assert autumn[autumn > 0].to_dict() == {2: 2}
    assert spring[spring > 0].to_dict() == {1: 1, 3: 1}


def test_weekdays_begin_on_monday(db: Database) -> None:
    monday = make_request(timestamp=later(days=-1, hours=-12))
    sunday = make_request(timestamp=later(days=5, hours=11))
    load(db, monday, sunday)
    frame = activity_by_weekday_hour(db, WEEK)
    assert len(frame) == 168
    assert frame.iloc[[0, 167]].to_numpy().tolist() == [[0, 0, 1], [6, 23, 1]]
    assert frame["events"].sum() == 2


def test_departments_are_compared_busiest_first(db: Database) -> None:
    data = {"department": "Data", "user_id": "user-b", "email": None, "session_id": "b"}
    load(
        db,
        make_event("user_prompt"),
        make_request(**data),
        make_event("user_prompt", **data),
        make_request(timestamp=later(days=1), **data | {"session_id": "c"}, cost_usd=None,
                     model="unheard-of"),
    )  # fmt: skip
    assert activity_by_department(db, WEEK).to_numpy().tolist() == [
        ["Data", 3, 1, 2, 0.5, 1],
        ["unknown", 1, 1, 1, 0.0, 0],
    ]


def test_a_department_whose_session_began_before_its_first_event_in_scope_costs_nothing(
    db: Database,
) -> None:
    # The session's department is the first one that its events name, and that is a day later.
    load(db, make_request(), make_request(timestamp=later(days=1), department="Data"))
    first_day = Filters(date(2026, 1, 20), date(2026, 1, 21))
    assert activity_by_department(db, first_day).to_numpy().tolist() == [
        ["unknown", 1, 0, 0, 0.5, 0],
        ["Data", 0, 0, 1, 0.0, 0],
    ]


DAY = 24 * 60


def load_points(db: Database, *points: dict) -> None:
    refresh(db, write_points(db, points).bucket_ids)


def test_lines_are_counted_by_day_and_days_without_are_zero(db: Database) -> None:
    load_points(
        db,
        make_point(type="added", value=10),
        make_point(type="added", value=5, minute=1),
        make_point(type="removed", value=4, minute=DAY),
        make_point(type="moved", value=99),
    )
    frame = lines_of_code_per_day(db, SCOPE)
    assert frame["added"].to_list() == [0, 15, 0]
    assert frame["removed"].to_list() == [0, 0, 4]


def test_commits_and_pull_requests_stand_side_by_side(db: Database) -> None:
    load_points(
        db,
        make_point("commit.count", value=2),
        make_point("pull_request.count"),
        make_point("cost.usage", value=0.5),
    )
    frame = commits_per_day(db, SCOPE)
    assert frame[["commits", "pull_requests"]].to_numpy().tolist() == [[0, 0], [2, 1], [0, 0]]


def test_active_time_keeps_fractions_of_seconds(db: Database) -> None:
    load_points(
        db,
        make_point("active_time.total", type="user", value=1.5),
        make_point("active_time.total", type="cli", value=2.25),
    )
    frame = active_time_per_day(db, SCOPE)
    assert frame[["user_seconds", "cli_seconds"]].sum().to_list() == [1.5, 2.25]


def test_an_empty_store_answers_zeros(db: Database) -> None:
    assert lines_of_code_per_day(db, SCOPE)["added"].to_list() == [0, 0, 0]
    assert active_time_per_day(db, SCOPE)["cli_seconds"].to_list() == [0.0, 0.0, 0.0]


def test_filters_choose_roles_and_sources(db: Database) -> None:
    load_points(
        db,
        make_point("commit.count"),
        make_point("commit.count", source="collector", session_id="session-b"),
    )
    chosen = Filters(SCOPE.start, SCOPE.end, sources=("collector",))
    assert commits_per_day(db, chosen)["commits"].sum() == 1
    no_users = Filters(SCOPE.start, SCOPE.end, roles=("architect",))
    assert commits_per_day(db, no_users)["commits"].sum() == 0


def test_adjacent_ranges_sum_to_the_whole(db: Database) -> None:
    load_points(db, *(make_point("commit.count", minute=DAY * n // 4) for n in range(8)))
    first, second = (
        Filters(date(2026, 1, 20), date(2026, 1, 21)),
        Filters(date(2026, 1, 21), date(2026, 1, 22)),
    )
    parts = sum(int(commits_per_day(db, part)["commits"].sum()) for part in (first, second))
    assert parts == commits_per_day(db, SCOPE)["commits"].sum()
