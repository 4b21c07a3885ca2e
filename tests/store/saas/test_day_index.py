"""The index of the days of dated records."""

from __future__ import annotations

import threading
from datetime import timedelta

from store.overlay import Overlay
from store.saas.day_index import DAY_INDEX, DayIndex, DryRunDayIndex
from store.saas.records import AUDIT_LOGS, REQUESTS
from tests.saas_factories import NOON, make


def record(number, days=0):
    return make("requests", number, timestamp=NOON + timedelta(days=days))[1]


def test_record_with_one_day_is_not_returned(db):
    places = DayIndex(db, REQUESTS)
    for hours in (0, 1):
        later = {**record(1), "timestamp": NOON + timedelta(hours=hours)}
        assert places.claim([later]) == {}
    assert places.several([record(1)["id"]]) == {}
    assert places.all_several() == {}


def test_all_days_of_a_record_are_returned_in_order(db):
    places = DayIndex(db, REQUESTS)
    places.claim([record(number) for number in range(200)])
    days = {record(1)["id"]: ["2026-01-18", "2026-01-20", "2026-01-25"]}
    places.claim([record(1, days=5)])
    assert places.claim([record(1, days=-2), record(2)]) == days
    assert places.several([record(1)["id"], record(2)["id"]]) == days
    assert places.several([record(2)["id"]]) == {}
    assert places.all_several() == days


def test_collections_keep_apart(db):
    DayIndex(db, REQUESTS).claim([record(1)])
    assert DayIndex(db, AUDIT_LOGS).claim([record(1, days=1)]) == {}
    DayIndex(db, REQUESTS).complete()
    assert DayIndex(db, REQUESTS).are_complete()
    assert not DayIndex(db, AUDIT_LOGS).are_complete()


def test_the_same_days_again_write_nothing(db):
    places = DayIndex(db, REQUESTS)
    places.claim([record(1), record(2)])
    before = list(db[DAY_INDEX].find({}))
    places.claim([record(2), record(1)])
    assert list(db[DAY_INDEX].find({})) == before


def test_writers_at_once_lose_no_day(db):
    parts = [[record(number, days) for number in range(40)] for days in range(4)]
    threads = [
        threading.Thread(target=DayIndex(db, REQUESTS).claim, args=(part,)) for part in parts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    days_by_id = DayIndex(db, REQUESTS).all_several()
    assert len(days_by_id) == 40
    assert all(len(days) == 4 for days in days_by_id.values())


def test_dry_run_reads_stored_days_and_adds_none(db):
    DayIndex(db, REQUESTS).claim([record(1)])
    before = list(db[DAY_INDEX].find({}))
    with Overlay(db) as overlay:
        places = DryRunDayIndex(overlay, REQUESTS)
        places.complete()
        assert places.are_complete()
        assert list(places.claim([record(1, days=1)])) == [record(1)["id"]]
        assert list(places.several([record(1)["id"]])) == [record(1)["id"]]
    assert list(db[DAY_INDEX].find({})) == before
