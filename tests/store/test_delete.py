"""Deletion of a source: exactly its events, and what was derived from them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from store.delete import delete_source, view_without
from store.events.bucket import unpack
from store.import_log import recover
from tests.factories import clear, dump, later, load, make_event, make_request, random_events, rows


def test_what_another_source_delivered_stays(db):
    load(db, make_request(source="otlp"), make_request(source="cloudwatch"))
    assert delete_source(db, "cloudwatch") == 1
    [row] = rows(db, "daily_usage")
    assert (row["source"], row["events"]) == ("otlp", 1)


def test_nothing_is_left_of_a_source_that_was_alone(db):
    load(db, make_event("user_prompt"), make_request(timestamp=later(hours=30)))
    assert delete_source(db, "cloudwatch") == 2
    assert {name: documents for name, documents in dump(db).items() if documents} == {}


def test_an_event_that_two_sources_delivered_stays_once(db):
    load(db, make_event(id="e" * 32, source="otlp"), make_event(id="e" * 32, source="collector"))
    assert delete_source(db, "otlp") == 0
    [event] = unpack(db["event_buckets"].find_one({}))
    assert event["source"] == "collector"
    assert "sources" not in event


def test_call_counts_again_when_only_its_duplicate_is_left(db):
    load(
        db,
        make_request(source="transcript", usage_key="req:1", cost_usd=0.25),
        make_request(source="otlp", usage_key="req:1", cost_usd=0.5),
    )
    delete_source(db, "otlp")
    [row] = rows(db, "daily_usage")
    assert (row["source"], row["api_requests"], row["cost_usd"]) == ("transcript", 1, 0.25)


@pytest.mark.parametrize("days", [-9, -3, 3, 9])
def test_a_session_is_what_is_left_of_it_however_far_away_that_is(db, days):
    load(db, make_event("user_prompt"))
    expected = dump(db)
    load(db, make_event("user_prompt", source="otlp", timestamp=later(days=days)))
    delete_source(db, "otlp")
    assert {name: dump(db)[name] for name in expected} == expected


def test_an_unknown_source_deletes_nothing(db):
    load(db, make_event())
    assert delete_source(db, "no such source") == 0
    assert len(rows(db, "daily_usage")) == 1


def test_the_deletion_is_written_down(db):
    load(db, make_event())
    delete_source(db, "cloudwatch")
    [entry] = db["imports"].find({})
    assert (entry["format"], entry["state"], entry["counts"]) == (
        "deletion",
        "done",
        {"deleted": 1},
    )
    assert recover(db) == 0


@settings(max_examples=20)
@given(random_events())
def test_deleting_is_the_same_as_never_having_loaded(db, events):
    others = [event for event in events if event["source"] != "otlp"]
    clear(db)
    load(db, *others)
    expected = dump(db)
    load(db, *events)
    delete_source(db, "otlp")
    assert dump(db) == expected


def test_the_view_without_a_source_shows_what_the_deletion_leaves(db):
    both = make_event(source="cloudwatch")
    load(db, both, {**both, "source": "otlp"}, make_event(source="otlp", timestamp=later(hours=5)))
    view = view_without("otlp")
    shown = {key: view("event_buckets", bucket) for key, bucket in buckets(db).items()}
    left = [unpack(bucket) for bucket in shown.values() if bucket]
    delete_source(db, "otlp")
    assert left == [unpack(bucket) for bucket in buckets(db).values()]


def test_the_view_leaves_alone_what_no_source_delivered():
    assert view_without("saas")("people", {"_id": "a"}) == {"_id": "a"}
    assert view_without("otlp")("saas_users", {"_id": "all|"}) == {"_id": "all|"}
    assert view_without("saas")("saas_users", {"_id": "all|"}) is None
    assert view_without("saas")("saas_day_index", {"_id": "saas_requests|"}) is None


def buckets(db):
    return {bucket["_id"]: bucket for bucket in db["event_buckets"].find({}).sort("_id")}
