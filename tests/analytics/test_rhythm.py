from __future__ import annotations

from datetime import UTC, date, datetime

from pymongo.database import Database

from analytics import (
    Filters,
    activity_by_department,
    activity_by_weekday_hour,
    events_by_hour,
)
from analytics.store.settings import set_reporting_zone
from tests.factories import later, load, make_event, make_request

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
