"""Events of wrong clocks in older stores: outside default ranges, left out by a rebuild."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import data_status, filter_options, session_timeline
from analytics.data import rejects_by_reason
from analytics.saas import day_list
from ingest.events.clock import BEFORE_CLAUDE_CODE, IN_THE_FUTURE
from ingest.rebuild import recompute
from store.events.metric_points import write_points
from store.events.write import write_events
from store.people.directory import apply_people
from store.rollups.refresh import rebuild, refresh, refresh_people
from store.settings import set_reporting_zone
from store.time_bounds import EARLIEST, MAX_AHEAD, local_day_bounds
from tests.factories import NOON, clear, dump, later, load, make_event, make_request, rows
from tests.load_command import main
from tests.old_clocks import Y2000, Y2099, every_clock, load_old, old_store
from tests.points import NOON_NANOS, make_point
from tests.saas_factories import load_saas, make
from ui.scope import EVERYTHING

__all__ = ["old_store"]

ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York")


def days_of(db, name="daily_usage"):
    return [document["_id"] for document in db[name].find({}).sort("_id") if document["rows"]]


def test_default_ranges_do_not_follow_wrong_clocks(old_store):
    assert days_of(old_store)[::3] == ["2000-01-02", "2099-01-01"]
    options = filter_options(old_store, EVERYTHING)
    assert (options.first_day, options.last_day) == (date(2026, 1, 20), date(2026, 1, 22))


def test_the_last_event_is_none_of_a_wrong_clock(old_store):
    status = data_status(old_store)
    assert (status.first_timestamp, status.last_timestamp) == (NOON, later(days=2))


def test_a_store_of_nothing_but_wrong_clocks_has_no_last_event_and_no_days(db):
    load_old(db, make_request(timestamp=Y2000, session_id="a"), make_request(timestamp=Y2099))
    status, options = data_status(db), filter_options(db, EVERYTHING)
    assert (status.first_timestamp, status.last_timestamp) == (None, None)
    assert (options.first_day, options.last_day) == (None, None)


@given(
    moments=st.lists(
        st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001
        min_size=1,
        max_size=4,
    ),
    near=st.lists(st.floats(-50, 50), max_size=3),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=15)
def test_default_ranges_are_within_bounds_in_any_store(db, moments, near, zone):
    clear(db)
    set_reporting_zone(db, zone)
    now = later(days=3)
    times = [moment.replace(tzinfo=UTC, microsecond=0) for moment in moments]
    times += [now + timedelta(hours=round(hours, 3)) for hours in near]
    load_old(db, *(make_request(session_id=str(at.year % 3), timestamp=at) for at in times))
    with time_machine.travel(now, tick=False):
        options, status = filter_options(db, EVERYTHING), data_status(db)
        first, last = local_day_bounds(ZoneInfo(zone))
        for day in filter(None, (options.first_day, options.last_day)):
            assert first <= day <= last
        for moment in filter(None, (status.first_timestamp, status.last_timestamp)):
            assert EARLIEST <= moment <= now + MAX_AHEAD
        if any(EARLIEST <= at <= now + MAX_AHEAD for at in times):
            assert options.first_day


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_an_edit_of_the_directory_costs_the_days_with_events(old_store, zone):
    set_reporting_zone(old_store, zone)
    touched = apply_people(old_store, [{"email": "ada@example.com", "role": "devops"}]).touched
    counted = {}
    refresh_people(old_store, touched, lambda _done, total, label: counted.update({label: total}))
    assert counted["days"] == 4
    roles = {row["day"]: row["role"] for row in rows(old_store, "daily_usage")}
    assert roles == {"2026-01-20": "devops", "2026-01-22": "devops"}


def test_an_edit_of_the_directory_reaches_both_sides_of_midnight_in_any_zone(db):
    set_reporting_zone(db, "Asia/Kathmandu")  # UTC+5:45: one UTC hour lies on two local days
    moments = (later(hours=6, minutes=10), later(hours=6, minutes=20))
    load(db, *(make_request(timestamp=moment) for moment in moments))
    touched = apply_people(db, [{"email": "ada@example.com", "role": "devops"}]).touched
    refresh_people(db, touched)
    edited = dump(db)
    rebuild(db)
    assert edited == dump(db)
    assert len(rows(db, "daily_usage")) == 2


def test_a_recomputation_leaves_them_out_counts_and_lists_them(old_store):
    points = (make_point(), make_point(start_unix_nano=0, time_unix_nano=NOON_NANOS * 2))
    with every_clock():
        refresh(old_store, write_points(old_store, points).bucket_ids)
    raw = {name: list(old_store[name].find({})) for name in ("event_buckets", "metric_points")}

    counts = recompute(old_store)
    assert counts.reasons == {BEFORE_CLAUDE_CODE: 2, IN_THE_FUTURE: 3}
    rejects = rejects_by_reason(old_store)
    assert dict(zip(rejects["reason"], rejects["records"], strict=True)) == counts.reasons
    assert set(rejects["excerpt"].str[:10]) == {"2000-01-02", "2099-01-01"}
    assert data_status(old_store).rejects == 5

    assert {name: list(old_store[name].find({})) for name in raw} == raw
    assert days_of(old_store) == ["2026-01-20", "2026-01-22"]
    assert days_of(old_store, "daily_metrics") == ["2026-01-20"]
    session = old_store["sessions"].find_one({"_id": "session-a"})
    assert (session["started_at"], session["ended_at"]) == (NOON, later(days=2))
    assert len(session_timeline(old_store, "session-a").events) == 4
    status = data_status(old_store)
    assert (status.first_timestamp, status.last_timestamp) == (NOON, later(days=2))


def test_command_line_reports_what_a_rebuild_left_out(old_store, mongo_url, monkeypatch, capsys):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", old_store.name)
    assert main(["--recompute", "--progress", "none"]) == 1
    assert IN_THE_FUTURE in capsys.readouterr().out


def test_what_comes_later_gives_the_same_as_a_recomputation(old_store):
    load(old_store, make_request(timestamp=later(days=1)))
    refresh(old_store, write_events(old_store, [make_event("hook", timestamp=Y2099)]).bucket_ids)
    recompute(old_store)
    recomputed = dump(old_store)
    load(old_store, make_request(timestamp=later(days=1)))
    refresh(old_store, {bucket["_id"] for bucket in old_store["event_buckets"].find({})})
    assert dump(old_store) == recomputed


def test_the_days_of_the_second_data_set_do_not_follow_wrong_clocks(db):
    moments = (Y2000, NOON, Y2099)
    load_saas(db, *(make("requests", n, timestamp=at) for n, at in enumerate(moments)))
    assert list(day_list(db, EVERYTHING)["day"].dt.date) == [NOON.date()]
