"""Indexes and settings of a new store, and the upgrade of an older one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analytics import Filters, user_list
from store.errors import StoreError
from store.import_log import recover
from store.saas.day_index import DAY_INDEX, DayIndex
from store.saas.records import read_records
from store.schema import DAILY_ROLLUPS, DERIVED, SCHEMA_VERSION, ensure_schema
from tests.factories import load, make_event, rows
from tests.saas_factories import NOON, make, store


def test_new_store_has_the_indexes_of_its_queries(db):
    indexed = {
        name: {
            field for index in db[name].index_information().values() for field, _ in index["key"]
        }
        for name in ("event_buckets", "sessions")
    }
    assert indexed["event_buckets"] >= {"day", "session_id"}
    assert indexed["sessions"] >= {"day", "user_id"}


def test_store_of_this_version_is_left_alone(db):
    db["sessions"].drop_indexes()
    ensure_schema(db)
    assert "day_1" not in db["sessions"].index_information()


def test_upgrade_keeps_the_time_zone(db):
    db["settings"].update_one(
        {"_id": "settings"}, {"$set": {"schema_version": 0, "time_zone": "Europe/Berlin"}}
    )
    ensure_schema(db)
    assert db["settings"].find_one({"_id": "settings"}) == {
        "_id": "settings",
        "schema_version": SCHEMA_VERSION,
        "time_zone": "Europe/Berlin",
    }


def test_rebuild_follows_the_upgrade_of_an_older_store(db):
    load(db, make_event("user_prompt"))
    expected = rows(db, "daily_usage")
    db["daily_usage"].delete_many({})
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 1}})
    ensure_schema(db)
    assert recover(db) == 1
    assert rows(db, "daily_usage") == expected
    assert recover(db) == 0


def test_pages_are_served_before_the_rebuild_of_an_older_store(db):
    days = Filters(date(2026, 1, 19), date(2026, 1, 22))
    load(db, make_event("user_prompt"))
    expected = user_list(db, days)["prompts"].to_list()
    row = {"role": "unknown", "department": "unknown", "source": "otlp", "user_id": "user-ada"}
    db["daily_users"].update_one({"_id": "2026-01-20"}, {"$set": {"rows": [{**row, "events": 1}]}})
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 3}})
    ensure_schema(db)
    assert user_list(db, days)["prompts"].to_list() == []
    assert recover(db) == 1
    assert user_list(db, days)["prompts"].to_list() == expected == [1]


@pytest.mark.parametrize("version", [4, 5])
def test_rebuild_replaces_documents_without_a_fence(db, version):
    load(db, make_event("user_prompt"))
    expected = rows(db, "daily_usage")
    for name in DERIVED:
        for document in db[name].find({}):
            former = {**document, "token": document["fence"]}
            del former["fence"]
            db[name].replace_one({"_id": document["_id"]}, former)
    db["daily_usage"].update_one({"_id": "2026-01-20"}, {"$set": {"rows": []}})
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": version}})
    ensure_schema(db)
    assert recover(db) == 1
    assert rows(db, "daily_usage") == expected
    assert not any(db[name].find_one({"token": {"$exists": True}}) for name in DERIVED)


@pytest.mark.parametrize("is_rebuilt", [False, True])
def test_upgrade_completes_the_day_index_at_the_next_write_or_rebuild(db, is_rebuilt):
    store(db, make("requests", 1))
    db.drop_collection(DAY_INDEX)
    db["saas_places"].insert_one({"_id": "saas_requests|"})
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 5}})
    ensure_schema(db)
    assert "saas_places" not in db.list_collection_names()
    if is_rebuilt:
        recover(db)
        assert DayIndex(db, "saas_requests").are_complete()
    store(db, make("requests", 1, timestamp=NOON + timedelta(days=1)))
    [request] = read_records(db, "saas_requests")
    assert request["timestamp"] == NOON + timedelta(days=1)


def test_every_rollup_has_an_index_on_its_day(db):
    for rollup in DAILY_ROLLUPS:
        assert "day_1" in db[rollup].index_information(), rollup


def test_store_of_a_newer_version_is_rejected_with_the_next_step(db):
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 99}})
    with pytest.raises(StoreError, match=r"newer Tokenflow.*DB_NAME"):
        ensure_schema(db)
