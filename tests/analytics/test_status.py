from __future__ import annotations

from datetime import UTC, date, datetime

from pymongo.database import Database

from analytics import data_status
from analytics.store.directory import apply_people
from analytics.store.ledger import open_import, record_rejects
from analytics.store.metrics import write_points
from analytics.store.refresh import refresh, refresh_people
from analytics.store.settings import set_reporting_zone
from tests.factories import later, load, make_event, make_request
from tests.points import make_point
from tests.saas_factories import load_saas, make


def test_an_empty_store_says_so(db: Database, mongo_url: str) -> None:
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


def test_first_and_last_know_their_time_zone_even_of_events_of_nobody(db: Database) -> None:
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
