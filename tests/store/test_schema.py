"""Indexes and settings are made once per schema version."""

from __future__ import annotations

from datetime import date

import pytest

from analytics import Filters, user_list
from store.errors import StoreError
from store.import_log import recover
from store.revisions import bump
from store.schema import DERIVED, ROLLUPS, SCHEMA_VERSION, ensure_schema
from tests.factories import load, make_event, rows


def test_the_indexes_that_questions_need_are_there(db):
    indexed = {
        name: {
            field for index in db[name].index_information().values() for field, _ in index["key"]
        }
        for name in ("event_buckets", "sessions")
    }
    assert indexed["event_buckets"] >= {"day", "session_id"}
    assert indexed["sessions"] >= {"day", "user_id"}


def test_a_store_of_this_version_is_left_alone(db):
    db["sessions"].drop_indexes()
    ensure_schema(db)
    assert "day_1" not in db["sessions"].index_information()


def test_the_time_zone_survives_a_new_schema_version(db):
    db["settings"].update_one(
        {"_id": "settings"}, {"$set": {"schema_version": 0, "time_zone": "Europe/Berlin"}}
    )
    ensure_schema(db)
    assert db["settings"].find_one({"_id": "settings"}) == {
        "_id": "settings",
        "schema_version": SCHEMA_VERSION,
        "time_zone": "Europe/Berlin",
    }


def test_a_store_of_an_older_version_is_summed_up_anew_at_the_next_start(db):
    load(db, make_event("user_prompt"))
    expected = rows(db, "daily_usage_total")
    db["daily_usage_total"].delete_many({})
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 1}})
    ensure_schema(db)
    assert recover(db) == 1
    assert rows(db, "daily_usage_total") == expected
    assert recover(db) == 0


def test_pages_are_served_before_rows_of_an_older_shape_are_made_anew(db):
    days = Filters(date(2026, 1, 19), date(2026, 1, 22))
    load(db, make_event("user_prompt"))
    expected = user_list(db, days)["prompts"].to_list()
    row = {"role": "unknown", "department": "unknown", "source": "otlp", "user_id": "user-ada"}
    db["daily_users"].update_one({"_id": "2026-01-20"}, {"$set": {"rows": [{**row, "events": 1}]}})
    db["monthly_users"].delete_many({})
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 3}})
    ensure_schema(db)
    bump(db, DERIVED)
    assert user_list(db, days)["prompts"].to_list() == [0]
    assert recover(db) == 1
    assert user_list(db, days)["prompts"].to_list() == expected == [1]


def test_every_rollup_is_found_by_its_day(db):
    for rollup in ROLLUPS:
        assert "day_1" in db[rollup].index_information(), rollup


def test_a_store_of_a_newer_version_is_refused_with_a_way_out(db):
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 99}})
    with pytest.raises(StoreError, match=r"newer Tokenflow.*DB_NAME"):
        ensure_schema(db)
