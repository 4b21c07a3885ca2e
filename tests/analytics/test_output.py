"""Lines, commits and active time come from metrics, by day."""

from __future__ import annotations

from datetime import date

from pymongo.database import Database

from analytics import Filters
from analytics.output import active_time_per_day, commits_per_day, lines_of_code_per_day
from analytics.store.metrics import write_points
from analytics.store.refresh import refresh
from tests.points import make_point

SCOPE = Filters(date(2026, 1, 19), date(2026, 1, 22))
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
    nobody = Filters(SCOPE.start, SCOPE.end, roles=("architect",))
    assert commits_per_day(db, nobody)["commits"].sum() == 0


def test_adjacent_ranges_sum_to_the_whole(db: Database) -> None:
    load_points(db, *(make_point("commit.count", minute=DAY * n // 4) for n in range(8)))
    first, second = (
        Filters(date(2026, 1, 20), date(2026, 1, 21)),
        Filters(date(2026, 1, 21), date(2026, 1, 22)),
    )
    parts = sum(int(commits_per_day(db, part)["commits"].sum()) for part in (first, second))
    assert parts == commits_per_day(db, SCOPE)["commits"].sum()
