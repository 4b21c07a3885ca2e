"""Months follow their days."""

from __future__ import annotations

from datetime import timedelta

from store.delete import delete_source
from store.events.write import write_events
from store.fencing import next_fence
from store.rollups.monthly import fold_months
from store.rollups.refresh import rebuild, refresh
from store.settings import set_reporting_zone
from tests.factories import NOON, load, make_event, make_request, rows


def test_a_month_is_the_sum_of_its_days_and_of_no_others(db):
    for n, days in enumerate((0, 11, 12)):  # 20 and 31 January, 1 February
        load(db, make_request(timestamp=NOON + timedelta(days=days), session_id=f"s{n}"))
    january, february = rows(db, "monthly_users")
    assert (january["day"], january["user_id"], january["cost_usd"]) == (
        "2026-01", ["user-ada"], [1.0],
    )  # fmt: skip
    assert (february["day"], february["api_requests"]) == ("2026-02", [1])
    assert [row["sessions"] for row in rows(db, "monthly_user_sessions")] == [[2], [1]]


def test_who_changed_sources_has_a_row_in_each(db):
    load(db, make_event("user_prompt"), make_request(source="otlp", session_id="b"))
    monthly = rows(db, "monthly_users")
    assert [(row["source"], row["events"]) for row in monthly] == [
        ("cloudwatch", [1]),
        ("otlp", [1]),
    ]


def test_a_late_event_and_a_deletion_reach_the_month(db):
    load(db, make_request())
    load(db, make_request(timestamp=NOON - timedelta(days=5), session_id="b", source="otlp"))
    assert [row["source"] for row in rows(db, "monthly_users")] == ["cloudwatch", "otlp"]
    delete_source(db, "otlp")
    assert [row["source"] for row in rows(db, "monthly_users")] == ["cloudwatch"]
    assert [row["sessions"] for row in rows(db, "monthly_user_sessions")] == [[1]]


def test_a_change_of_zone_can_move_a_day_into_another_month(db):
    load(db, make_request(timestamp=NOON + timedelta(days=11, hours=11, minutes=30)))
    set_reporting_zone(db, "Europe/Berlin")
    rebuild(db)
    assert [row["day"] for row in rows(db, "monthly_users")] == ["2026-02"]


def test_writer_that_read_the_days_earlier_does_not_overwrite(db):
    early = next_fence(db)
    load(db, make_request())
    expected = rows(db, "monthly_users")
    db["daily_users"].delete_many({})
    fold_months(db, ["2026-01-20"], early)
    assert rows(db, "monthly_users") == expected


def test_two_loads_of_a_month_are_one(db):
    first, second = make_request(), make_request(timestamp=NOON + timedelta(days=3))
    touched = {*write_events(db, [first]).bucket_ids, *write_events(db, [second]).bucket_ids}
    refresh(db, touched)
    [month] = rows(db, "monthly_users")
    assert (month["api_requests"], month["cost_usd"]) == ([2], [1.0])
