"""Upgrade of a store that the first edition wrote: by a rebuild at the first start."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from bson import json_util
from pymongo.database import Database

from analytics import Filters, cost_by_model, headline_totals, session_list, user_list
from store.connection import connect
from store.import_log import recover
from store.schema import COLLECTIONS, DERIVED, SCHEMA_VERSION, ensure_schema

WRITTEN = Path(__file__).parent / "fixtures" / "first_edition_store.json.gz"
"""Every document that version 0.1.0 wrote for two weeks of six users, in Extended JSON."""

YEAR = Filters(date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture
def first_edition(mongo_url: str, db_name: str, db: Database) -> Database:
    """Return a database as the first edition left it."""
    db.client.drop_database(db_name)
    stored = json_util.loads(gzip.decompress(WRITTEN.read_bytes()))
    for collection, documents in stored.items():
        db[collection].insert_many(documents)
    return db


def test_upgrade_keeps_the_numbers_of_the_first_edition(first_edition: Database) -> None:
    db = first_edition
    before = {name: db[name].count_documents({}) for name in ("event_buckets", "people", "rejects")}
    ensure_schema(db)
    assert recover(db) == 1
    totals = headline_totals(db, YEAR)
    # As version 0.1.0 printed them
    assert (totals.events, totals.sessions, totals.active_users) == (2308, 27, 7)
    assert (totals.prompts, totals.api_requests, totals.api_errors) == (203, 577, 51)
    assert (totals.tool_calls, totals.total_tokens) == (726, 32_540_807)
    assert totals.cost_usd == pytest.approx(13.316356185)
    assert cost_by_model(db, YEAR)["cost_usd"].sum() == pytest.approx(13.316356185)
    assert len(user_list(db, YEAR)) == 7
    assert session_list(db, YEAR).total == 27
    assert before == {name: db[name].count_documents({}) for name in before}


def test_upgrade_leaves_nothing_of_the_old_shape(first_edition: Database) -> None:
    db = first_edition
    ensure_schema(db)
    recover(db)
    settings = db["settings"].find_one({"_id": "settings"})
    assert settings["schema_version"] == SCHEMA_VERSION
    assert set(db.list_collection_names()) <= set(COLLECTIONS)
    for name in DERIVED:
        assert db[name].count_documents({"token": {"$exists": True}}) == 0, name
        assert db[name].count_documents({"fence": {"$exists": False}}) == 0, name
    assert recover(db) == 0


def test_next_start_opens_the_upgraded_store(
    first_edition: Database, mongo_url: str, db_name: str
) -> None:
    from store.connection import close

    close()
    db = connect(mongo_url, db_name)
    assert db["settings"].find_one({"_id": "settings"})["schema_version"] == SCHEMA_VERSION
