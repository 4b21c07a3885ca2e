"""Answers of `analytics.data` to literal events."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest
from pymongo.database import Database

from analytics import Filters, data_status, filter_options
from analytics.data import REJECTS_BY_REASON, rejects_by_reason
from store.delete import delete_source
from store.events.metric_points import write_points
from store.import_log import open_import, record_rejects
from store.people.directory import apply_people
from store.rollups.refresh import refresh, refresh_people
from store.settings import set_reporting_zone
from tests.factories import later, load, make_event, make_request
from tests.points import make_point
from tests.saas_factories import load_saas, make


def test_status_of_an_empty_store(db: Database, mongo_url: str) -> None:
    status = data_status(db)
    assert (status.database, status.time_zone, status.store_kind) == (db.name, "UTC", "mongodb")
    assert (status.first_timestamp, status.last_timestamp) == (None, None)
    assert status.collections["documents"].to_list() == [0] * len(status.collections)
    assert status.sources.empty
    assert status.imports.empty
    assert (status.rejects, status.unfinished_imports, status.is_synthetic) == (0, 0, False)
    assert mongo_url.split("@")[0].rsplit(":", 1)[1] not in repr(status)


def test_counts_are_of_what_a_person_would_count(db: Database) -> None:
    load(
        db,
        make_request(),
        make_request(timestamp=later(days=1), source="synthetic"),
        make_event("hook", session_id=None, user_id=None, email=None, timestamp=later(hours=2)),
    )
    refresh_people(db, apply_people(db, [{"email": "new@example.com", "name": "New"}]).touched)
    status = data_status(db)
    assert status.collections.set_index("collection")["documents"].to_dict() == {
        "sessions": 1,
        "users": 2,
        "people": 1,
        "daily_usage": 2,
        "daily_metrics": 0,
        "saas_users": 0,
        "saas_sessions": 0,
        "saas_requests": 0,
        "saas_audit_logs": 0,
        "imports": 0,
        "rejects": 0,
    }
    assert status.sources.to_numpy().tolist() == [["cloudwatch", 2], ["synthetic", 1]]
    assert status.is_synthetic
    assert (status.first_timestamp, status.last_timestamp) == (later(), later(days=1))


def test_first_and_last_know_their_time_zone_even_without_users(db: Database) -> None:
    load(db, make_event("hook", session_id=None, user_id=None, email=None))
    status = data_status(db)
    assert status.first_timestamp == status.last_timestamp == datetime(2026, 1, 20, 12, tzinfo=UTC)


def test_imports_stand_with_their_counts_the_latest_first(db: Database) -> None:
    done = open_import(db, "old.jsonl", "cloudwatch", "0" * 64, 10)
    record_rejects(db, done.id, "not JSON", 2, [{"line": 1, "excerpt": "{"}])
    counts = {"read": 9, "inserted": 5, "changed": 1, "unchanged": 1, "rejected": 2}
    done.close("done", counts)
    open_import(db, "new.jsonl", "cloudwatch", "1" * 64, 10)
    status = data_status(db)
    assert status.imports["name"].to_list() == ["new.jsonl", "old.jsonl"]
    assert status.imports["state"].to_list() == ["open", "done"]
    assert status.imports.loc[1, list(counts)].to_dict() == counts
    assert status.imports["ended_at"].isna().to_list() == [True, False]
    assert (status.rejects, status.unfinished_imports) == (2, 1)


def test_the_time_zone_and_the_revision_follow_the_store(db: Database) -> None:
    before = data_status(db)
    set_reporting_zone(db, "Asia/Kathmandu")
    load(db, make_request())
    after = data_status(db)
    assert after.time_zone == "Asia/Kathmandu"
    assert after.revision > before.revision


def test_whole_days_are_counted_not_events(db: Database) -> None:
    load(db, *(make_request(timestamp=later(minutes=n)) for n in range(5)))
    counted = data_status(db).collections.set_index("collection")["documents"]
    assert counted["daily_usage"] == 1
    assert date(2026, 1, 20).isoformat() == db["daily_usage"].find_one({})["_id"]


def test_days_with_metrics_are_counted_beside_those_with_events(db: Database) -> None:
    load(db, make_request(timestamp=later(days=3)))
    points = [make_point(minute=minute) for minute in (0, 5, 24 * 60)]
    refresh(db, write_points(db, points).bucket_ids)
    counted = data_status(db).collections.set_index("collection")["documents"]
    assert counted["daily_metrics"] == 2


def test_records_of_the_saas_data_set_are_counted_not_their_buckets(db: Database) -> None:
    load_saas(
        db,
        *(make("users", n) for n in range(2)),
        *(make("sessions", n, started_at=later(days=n)) for n in range(3)),
        *(make("requests", n, timestamp=later(days=n)) for n in range(4)),
        *(make("audit_logs", n, timestamp=later(minutes=n)) for n in range(5)),
    )
    counted = data_status(db).collections.set_index("collection")["documents"]
    names = ("saas_users", "saas_sessions", "saas_requests", "saas_audit_logs")
    assert [counted[name] for name in names] == [2, 3, 4, 5]


DAY = Filters(date(2026, 1, 20), date(2026, 1, 21))


def test_choices_are_what_occurs_on_the_days_in_scope(db: Database) -> None:
    load(
        db,
        make_request(model="b"),
        make_request(timestamp=later(minutes=1), model="a", source="otlp"),
        make_event("user_prompt", department="Data", user_id="u", email=None, session_id="s"),
        make_request(timestamp=later(days=5), model="later"),
        make_event("hook", timestamp=later(days=-3)),
    )
    options = filter_options(db, DAY)
    assert options.roles == ("data_scientist", "unknown")
    assert options.departments == ("Data", "unknown")
    assert options.sources == ("cloudwatch", "otlp")
    assert options.models == ("a", "b")
    assert options.event_types == ("api_request", "user_prompt")
    assert (options.first_day, options.last_day) == (date(2026, 1, 17), date(2026, 1, 25))


def test_choices_are_sorted_however_many_there_are(db: Database) -> None:
    models = [f"model-{number:02}" for number in range(30)]
    load(
        db, *(make_request(model=name, timestamp=later(minutes=n)) for n, name in enumerate(models))
    )
    assert filter_options(db, DAY).models == tuple(models)


def test_a_caller_cannot_spoil_the_choices_of_the_next_one(db: Database) -> None:
    with pytest.raises(FrozenInstanceError):
        filter_options(db, DAY).roles = ("spoilt",)


def test_a_choice_does_not_take_away_the_others(db: Database) -> None:
    load(db, make_request(), make_request(source="otlp", timestamp=later(minutes=1)))
    chosen = Filters(DAY.start, DAY.end, sources=["otlp"], roles=["devops"])
    assert filter_options(db, chosen) == filter_options(db, DAY)


def test_an_empty_store_has_no_choices_and_no_days(db: Database) -> None:
    options = filter_options(db, DAY)
    assert (options.roles, options.models, options.first_day, options.last_day) == (
        (),
        (),
        None,
        None,
    )


def test_days_whose_events_were_deleted_are_no_days(db: Database) -> None:
    load(db, make_request(source="manual"), make_request(timestamp=later(days=1)))
    delete_source(db, "manual")
    assert filter_options(db, DAY).first_day == date(2026, 1, 21)


def test_empty_store_has_no_rejected_records_but_their_columns(db):
    frame = rejects_by_reason(db)
    assert frame.empty
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == REJECTS_BY_REASON


def test_each_reason_of_an_import_is_one_row_with_its_first_example(db):
    entry = open_import(db, "export.jsonl", "cloudwatch", "0" * 64, 10)
    record_rejects(
        db, entry.id, "not JSON", 3, [{"line": 7, "excerpt": "hello"}, {"line": 9, "excerpt": "x"}]
    )
    entry.close("done", {"rejected": 3})
    row = rejects_by_reason(db).iloc[0]
    assert (row["reason"], row["import_name"], row["records"]) == ("not JSON", "export.jsonl", 3)
    assert (row["line"], row["excerpt"]) == (7, "hello")
