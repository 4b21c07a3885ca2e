"""Change counters of collections."""

from __future__ import annotations

from store.connection import connect
from store.revisions import bump, revision


def test_a_collection_never_written_is_at_zero(db):
    assert revision(db, ["sessions", "users"]) == (0, 0)


def test_a_bump_is_seen_at_once_by_the_process_that_made_it(db):
    assert revision(db, ["sessions"], max_age_seconds=60) == (0,)
    bump(db, ["sessions"])
    assert revision(db, ["sessions"], max_age_seconds=60) == (1,)


def test_collections_not_named_keep_their_revision(db):
    bump(db, ["sessions"])
    assert revision(db, ["sessions", "users"]) == (1, 0)


def test_an_answer_may_be_as_old_as_the_caller_allows(db, mongo_url):
    assert revision(db, ["sessions"]) == (0,)
    db["revisions"].update_one({"_id": "revisions"}, {"$set": {"sessions": 5}}, upsert=True)
    assert revision(db, ["sessions"], max_age_seconds=60) == (0,)
    assert revision(db, ["sessions"]) == (5,)


def test_two_handles_of_one_database_share_their_revisions(db, mongo_url):
    bump(connect(mongo_url, db.name), ["sessions"])
    assert revision(db, ["sessions"], max_age_seconds=60) == (1,)
