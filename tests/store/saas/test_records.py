"""Records of the SaaS data set: each stored once, in its best version, in any order."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.overlay import Overlay
from store.saas import records as saas_records
from store.saas.records import (
    AUDIT_LOGS,
    REQUESTS,
    SAAS_RECORDS,
    SESSIONS,
    TOKENS,
    USERS,
    read_records,
)
from store.saas.write import dry_run_records, write_records
from tests.factories import clear
from tests.saas_factories import NOON, datasets, dump_saas, make, mapped, store


def records(array, count, **fields):
    return [make(array, number, **fields)[1] for number in range(count)]


def test_a_quiet_day_is_one_document(db):
    written = write_records(db, REQUESTS, records("requests", 50))
    assert (written.inserted, written.changed, written.unchanged) == (50, 0, 0)
    [bucket] = db[REQUESTS].find({})
    assert bucket["_id"] == "2026-01-20|"
    assert bucket["day"] == "2026-01-20"
    assert len(bucket["records"]) == 50


def test_the_same_records_again_change_nothing(db):
    versions = records("requests", 5)
    write_records(db, REQUESTS, versions)
    before = list(db[REQUESTS].find({}))
    again = write_records(db, REQUESTS, versions)
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 5)
    assert not again.hours
    assert list(db[REQUESTS].find({})) == before


@pytest.mark.parametrize("collection", SAAS_RECORDS)
def test_full_bucket_sends_records_to_child_buckets(db, monkeypatch, collection):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 3)
    array = collection.removeprefix("saas_")
    versions = records(array, 60)
    write_records(db, collection, versions[:20])
    written = write_records(db, collection, versions)
    assert (written.inserted, written.unchanged) == (40, 20)
    buckets = list(db[collection].find({}))
    assert len(buckets) > 10
    assert all(len(bucket["records"]) <= 3 for bucket in buckets)
    again = write_records(db, collection, reversed(versions))
    assert (again.inserted, again.unchanged) == (0, 60)
    stored = sorted(read_records(db, collection), key=lambda record: record["id"])
    assert stored == sorted(versions, key=lambda record: record["id"])


def test_the_version_with_the_later_clock_of_its_own_stays(db):
    later = NOON + timedelta(days=1)
    old = make("users", 1, last_login_at=NOON, status="active")
    new = make("users", 1, last_login_at=later, status="blocked")
    assert store(db, new).inserted == 1
    assert store(db, old).unchanged == 1
    assert list(read_records(db, USERS)) == [new[1]]


def test_a_revocation_is_not_taken_back_by_an_older_file(db):
    valid, revoked = make("tokens", 1), make("tokens", 1, revoked=True, revoked_at=NOON)
    store(db, valid)
    written = store(db, revoked)
    assert (written.changed, written.since) == (1, NOON)
    assert store(db, valid).unchanged == 1
    assert list(read_records(db, TOKENS)) == [revoked[1]]


@pytest.mark.parametrize(
    ("array", "lesser", "better"),
    [
        ("users", {"status": "active"}, {"status": "blocked"}),
        ("users", {"status": "blocked"}, {"status": "deleted"}),
        ("users", {"status": "unheard of"}, {"status": "pending"}),
        ("sessions", {"is_active": True, "city": "Bonn"}, {"is_active": False}),
        ("tokens", {"revoked": False, "scopes": ["api"]}, {"revoked": True}),
        ("requests", {"status_code": 200}, {"status_code": 200, "error_message": "slow"}),
        ("audit_logs", {"action": "login_failed"}, {"action": "login_success"}),
    ],
)
def test_version_further_on_or_more_complete_stays_where_no_clock_decides(
    db, array, lesser, better
):
    one, other = make(array, 1, **lesser), make(array, 1, **better)
    for versions in ((one, other), (other, one)):
        clear(db, SAAS_RECORDS)
        store(db, *versions)
        assert list(read_records(db, other[0])) == [other[1]]
        again = store(db, *versions)
        assert (again.inserted, again.changed, again.unchanged) == (0, 0, 2)


def test_a_later_clock_outweighs_how_far_a_version_is(db):
    blocked = make("users", 1, status="blocked", last_login_at=NOON)
    unblocked = make("users", 1, status="active", last_login_at=NOON + timedelta(days=1))
    store(db, unblocked, blocked)
    assert list(read_records(db, USERS)) == [unblocked[1]]


def test_result_names_the_hours_and_the_moment_to_refresh(db):
    end = NOON + timedelta(hours=3)
    session = make("sessions", 1, started_at=NOON, last_activity_at=end, is_active=False)
    written = store(db, session, make("audit_logs", 1, timestamp=end))
    assert written.hours == {"2026-01-20T12", "2026-01-20T15"}
    assert written.since == end
    assert not written.is_directory
    assert store(db, make("users", 1)).is_directory


def test_dry_run_counts_and_writes_nothing(db, monkeypatch):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 3)
    versions = records("requests", 10)
    write_records(db, REQUESTS, versions[:4])
    before = list(db[REQUESTS].find({}))
    with Overlay(db) as overlay:
        for count in (7, 10):
            dry_run_records(overlay, REQUESTS, versions[:count])
        written = dry_run_records(
            overlay, REQUESTS, [*versions, {**versions[0], "status_code": 500}]
        )
    assert (written.inserted, written.changed, written.unchanged) == (0, 1, 10)
    assert list(db[REQUESTS].find({})) == before


def test_many_writers_at_once_store_everything_once(db, monkeypatch):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 7)
    versions = records("sessions", 60)
    inserted = []

    def write(part):
        inserted.append(write_records(db, SESSIONS, part).inserted)

    parts = [versions[:40], versions[20:], versions[::-1], versions[::3]]
    threads = [threading.Thread(target=write, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(inserted) == 60
    stored = [record["id"] for record in read_records(db, SESSIONS)]
    assert sorted(stored) == sorted(record["id"] for record in versions)


def test_records_of_one_day_are_read_alone(db):
    tomorrow = make("audit_logs", 2, timestamp=NOON + timedelta(days=1))
    store(db, make("audit_logs", 1), tomorrow)
    assert list(read_records(db, AUDIT_LOGS, "2026-01-21")) == [tomorrow[1]]


@settings(max_examples=15)
@given(dataset=datasets(), data=st.data())
def test_any_order_and_any_repetition_store_the_same(db, monkeypatch, dataset, data):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 4)
    versions = mapped(dataset)
    clear(db, SAAS_RECORDS)
    store(db, *versions)
    straight = dump_saas(db)
    clear(db, SAAS_RECORDS)
    shuffled = data.draw(st.permutations(versions))
    cut = data.draw(st.integers(0, len(versions)))
    parts = (shuffled[:cut], shuffled[cut // 2 :], shuffled)
    assert sum(store(db, *part).inserted for part in parts) == len(versions)
    assert dump_saas(db) == straight


@settings(max_examples=15)
@given(one=datasets(), other=datasets(), data=st.data())
def test_any_order_of_several_versions_stores_the_same(db, one, other, data):
    # Both data sets draw from the same ids, so many records come in two versions
    versions = mapped(one) + mapped(other)
    clear(db, SAAS_RECORDS)
    store(db, *versions)
    straight = dump_saas(db)
    assert store(db, *versions).unchanged == len(versions)
    clear(db, SAAS_RECORDS)
    shuffled = data.draw(st.permutations(versions))
    cut = data.draw(st.integers(0, len(versions)))
    store(db, *shuffled[:cut])
    store(db, *shuffled[cut:])
    assert dump_saas(db) == straight
