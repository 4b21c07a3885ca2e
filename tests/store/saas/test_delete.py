"""Deletion of the SaaS data set."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.delete import delete_source
from store.import_log import recover
from store.saas import delete
from store.saas.day_index import DAY_INDEX
from store.saas.delete import delete_saas
from store.saas.records import SAAS_RECORDS
from store.saas.refresh import SAAS_DERIVED
from tests.factories import load, make_request, rows
from tests.saas_factories import NOON, dump_saas, load_saas, make

EVERYTHING = [
    make("users", 1),
    make("sessions", 1),
    make("tokens", 1),
    make("requests", 1),
    make("audit_logs", 1),
]


def test_deleting_takes_all_records_and_all_sums(db):
    load(db, make_request())
    load_saas(db, *EVERYTHING)
    assert db[DAY_INDEX].find_one({})
    assert delete_saas(db) == 5
    assert not any(dump_saas(db).values())
    assert db[DAY_INDEX].find_one({}) is None
    assert len(rows(db, "daily_usage")) == 1
    assert delete_saas(db) == 0


def test_a_record_that_moved_to_another_day_is_deleted_and_counted_once(db):
    load_saas(db, *EVERYTHING)
    load_saas(db, make("requests", 1, timestamp=NOON + timedelta(days=1)))
    assert delete_saas(db) == 5


def test_the_name_of_the_source_means_the_data_set(db):
    load_saas(db, *EVERYTHING)
    assert delete_source(db, "saas") == 5
    assert not any(dump_saas(db).values())


def test_what_was_deleted_can_come_back(db):
    load_saas(db, *EVERYTHING)
    before = dump_saas(db)
    delete_saas(db)
    assert load_saas(db, *EVERYTHING).inserted == 5
    assert dump_saas(db) == before


def test_next_start_finishes_an_interrupted_deletion(db, monkeypatch):
    load_saas(db, *EVERYTHING)

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delete, "rebuild_saas", stop)
        with pytest.raises(KeyboardInterrupt):
            delete_saas(db)
    assert all(db[name].find_one({}) is None for name in SAAS_RECORDS)
    assert any(dump_saas(db)[name] for name in SAAS_DERIVED)
    assert recover(db) == 1
    assert not any(dump_saas(db).values())
