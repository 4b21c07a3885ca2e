"""Records that are delivered again with another day: the last version counts, once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.import_log import open_import, recover
from store.overlay import Overlay
from store.saas import records as saas_records
from store.saas.day_index import DAY_INDEX, DayIndex
from store.saas.records import AUDIT_LOGS, REQUESTS, SAAS_RECORDS, read_records
from store.saas.refresh import SAAS_DERIVED
from store.saas.write import _Writing, dry_run_records, write_records
from tests.factories import clear
from tests.saas_factories import NOON, dump_saas, load_saas, make, saas_rows, store

DAY = timedelta(days=1)


def version(days, **fields):
    return make("requests", 1, timestamp=NOON + days * DAY, **fields)


@pytest.mark.parametrize("array", ["requests", "audit_logs"])
def test_of_two_versions_on_different_days_the_later_one_counts_in_any_order(db, array):
    old, new = (make(array, 1, timestamp=NOON + days * DAY) for days in (0, 3))
    for versions in ((old, new), (new, old)):
        clear(db, (*SAAS_RECORDS, DAY_INDEX, *SAAS_DERIVED))
        for one in versions:
            load_saas(db, one)
        assert list(read_records(db, new[0])) == [new[1]]
        for one in versions:
            again = load_saas(db, one)
            assert (again.inserted, again.changed, again.unchanged) == (0, 0, 1)


def test_the_day_that_a_record_leaves_counts_it_no_longer(db):
    load_saas(db, version(0), make("requests", 2))
    written = load_saas(db, version(1))
    assert (written.inserted, written.changed, written.unchanged) == (0, 1, 0)
    requests = saas_rows(db, "saas_daily_requests")
    assert [(row["day"], row["requests"]) for row in requests] == [
        ("2026-01-20", 1),
        ("2026-01-21", 1),
    ]


def test_on_one_day_the_later_moment_stays_as_well(db):
    early = make("requests", 1, error_message="more complete")
    late = make("requests", 1, timestamp=NOON + timedelta(hours=1))
    store(db, late, early)
    assert list(read_records(db, REQUESTS)) == [late[1]]


def test_a_full_document_keeps_finding_its_records_when_one_has_left_it(db, monkeypatch):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 3)
    batch = [make("requests", number)[1] for number in range(30)]
    write_records(db, REQUESTS, batch)
    later = [{**record, "timestamp": NOON + DAY} for record in batch[::2]]
    assert write_records(db, REQUESTS, later).changed == 15
    again = write_records(db, REQUESTS, batch + later)
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 45)
    stored = [record["id"] for record in read_records(db, REQUESTS)]
    assert sorted(stored) == sorted(record["id"] for record in batch)


def test_what_an_older_version_of_the_program_stored_twice_is_settled_by_the_next_load(db):
    for days in (0, 1):
        store(db, version(days))
        db[DAY_INDEX].delete_many({})
        DayIndex(db, REQUESTS).complete()
    db[DAY_INDEX].delete_many({})
    assert len(list(read_records(db, REQUESTS))) == 2
    load_saas(db, make("requests", 2))
    assert len(list(read_records(db, REQUESTS))) == 2
    assert list(read_records(db, REQUESTS, "2026-01-21")) == [version(1)[1]]
    assert store(db, version(0)).unchanged == 1


@pytest.mark.parametrize("step", ["_decide", "_leave_last"])
def test_a_writer_killed_on_the_way_leaves_nothing_twice(db, monkeypatch, step):
    store(db, version(0))

    def stop(*_):
        raise KeyboardInterrupt

    entry = open_import(db, "dataset.json", "saas", "0" * 64, 1)
    entry.declare_saas()
    with monkeypatch.context() as patched:
        patched.setattr(_Writing, step, stop)
        with pytest.raises(KeyboardInterrupt):
            store(db, version(2))
    entry.release()
    assert recover(db) == 1
    [row] = saas_rows(db, "saas_daily_requests")
    assert row["requests"] == 1
    load_saas(db, version(2))
    assert list(read_records(db, REQUESTS)) == [version(2)[1]]


def test_a_day_written_down_for_nothing_hides_no_record(db):
    DayIndex(db, REQUESTS).claim([version(5)[1]])
    assert store(db, version(0)).inserted == 1
    assert list(read_records(db, REQUESTS)) == [version(0)[1]]


@pytest.mark.parametrize("days", [(0, 1), (1, 0)])
def test_a_writer_who_comes_between_looking_and_writing_is_found(db, monkeypatch, days):
    own, other = map(version, days)
    others = [other]
    write_all = _Writing._write_all

    def write_late(writing, records):
        if others:
            store(db, others.pop())
        write_all(writing, records)

    monkeypatch.setattr(_Writing, "_write_all", write_late)
    store(db, own)
    assert list(read_records(db, REQUESTS)) == [version(1)[1]]


def test_many_writers_at_once_leave_one_version(db):
    batch = [
        [make("audit_logs", number, timestamp=NOON + days * DAY)[1] for number in range(30)]
        for days in (2, 0, 3, 1)
    ]
    threads = [
        threading.Thread(target=write_records, args=(db, AUDIT_LOGS, part)) for part in batch
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = sorted(read_records(db, AUDIT_LOGS), key=lambda record: record["id"])
    assert stored == sorted(batch[2], key=lambda record: record["id"])


VERSIONS = st.lists(
    st.builds(
        lambda number, days, hours, status: make(
            "requests",
            number,
            timestamp=NOON + days * DAY + timedelta(hours=hours),
            status_code=status,
        ),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 1),
        st.sampled_from([200, 401]),
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(versions=VERSIONS, data=st.data())
def test_any_order_of_versions_in_any_parts_gives_the_same_store(db, monkeypatch, versions, data):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 2)
    clear(db, (*SAAS_RECORDS, DAY_INDEX, *SAAS_DERIVED))
    load_saas(db, *versions)
    straight = dump_saas(db)
    assert len(straight[REQUESTS]) == len({record["id"] for _, record in versions})
    clear(db, (*SAAS_RECORDS, DAY_INDEX, *SAAS_DERIVED))
    shuffled = data.draw(st.permutations(versions))
    cut = data.draw(st.integers(0, len(versions)))
    for part in (shuffled[:cut], shuffled[cut:], shuffled):
        load_saas(db, *part)
    assert dump_saas(db) == straight


@settings(max_examples=15)
@given(versions=VERSIONS, size=st.integers(1, 12))
def test_dry_run_in_parts_counts_the_same_as_one_load(db, versions, size):
    clear(db, (*SAAS_RECORDS, DAY_INDEX, *SAAS_DERIVED))
    store(db, *versions[: len(versions) // 3])
    batch = [record for _, record in versions]
    counts = [0, 0, 0]
    with Overlay(db) as overlay:
        for start in range(0, len(batch), size):
            counted = dry_run_records(overlay, REQUESTS, batch[start : start + size])
            for number, count in enumerate((counted.inserted, counted.changed, counted.unchanged)):
                counts[number] += count
    written = write_records(db, REQUESTS, batch)
    assert counts == [written.inserted, written.changed, written.unchanged]
