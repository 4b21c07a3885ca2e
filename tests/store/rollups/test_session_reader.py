"""Sessions aggregated while days are read, and those that are read again."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from store.deletions import begin_deletion, end_deletion
from store.events.bucket import buckets_of_days
from store.events.write import write_events
from store.people.directory import Directory
from store.prices.table import Prices
from store.rollups import session_reader
from store.rollups.session_reader import DuplicateIndex, SessionReader
from tests.factories import later, make_event, make_request

UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def reader(db):
    def made(*sessions):
        return SessionReader(db, UTC_ZONE, Prices.load(None), sessions)

    return made


@pytest.fixture
def fetched(monkeypatch):
    """Note which sessions' buckets are fetched once more."""
    fetched_ids = []
    fetch = session_reader.stored_buckets

    def recorded(db, query):
        fetched_ids.extend(query["session_id"]["$in"])
        return fetch(db, query)

    monkeypatch.setattr(session_reader, "stored_buckets", recorded)
    return fetched_ids


@pytest.fixture
def summarised(db):
    """Let session-a have a summary already, as after an earlier import."""
    db["sessions"].insert_one({"_id": "session-a", "fence": 0})


def add_day(reader, db, day):
    reader.add(buckets_of_days(db, [day]))


def events_of(read):
    summaries = (fold.summary(UTC_ZONE, Directory([])) for fold in read.folds)
    return [summary["events"] if summary else None for summary in summaries]


def test_buckets_of_days_read_are_not_fetched_again(db, reader, fetched):
    write_events(db, [make_event("hook"), make_event("hook", timestamp=later(hours=20))])
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    add_day(sessions, db, "2026-01-21")
    add_day(sessions, db, "2026-01-21")  # a local day may need a UTC day that another had
    assert events_of(sessions.read(["session-a"])) == [2]
    assert fetched == []


def test_a_session_that_goes_on_elsewhere_is_fetched_whole(db, reader, fetched, summarised):
    write_events(db, [make_event("hook"), make_event("hook", timestamp=later(hours=20))])
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    assert events_of(sessions.read(["session-a"])) == [2]
    assert fetched == ["session-a"]


def test_a_bucket_that_changed_meanwhile_is_fetched_again(db, reader, fetched, summarised):
    write_events(db, [make_event("hook")])
    sessions = reader("session-a", "session-b")
    add_day(sessions, db, "2026-01-20")
    write_events(db, [make_event("hook", timestamp=later(minutes=5))])
    assert events_of(sessions.read(["session-a"])) == [2]
    assert fetched == ["session-a"]


def test_a_bucket_that_is_gone_counts_no_longer(db, reader, summarised):
    write_events(db, [make_event("hook")])
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    db["event_buckets"].delete_many({"session_id": "session-a"})
    assert events_of(sessions.read(["session-a"])) == [None]


def test_a_session_without_a_summary_is_not_looked_up(db, reader, fetched):
    write_events(db, [make_event("hook")])
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    write_events(db, [make_event("hook", timestamp=later(minutes=5))])
    read = sessions.read(["session-a"])
    assert read.first == {"session-a"}
    assert events_of(read) == [1], "who wrote the second event has yet to sum it up"
    assert fetched == []


@pytest.mark.parametrize("ended", [False, True])
def test_where_events_are_deleted_every_session_is_looked_up(db, reader, ended):
    write_events(db, [make_event("hook")])
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    begin_deletion(db, "one")
    db["event_buckets"].delete_many({"session_id": "session-a"})
    if ended:
        end_deletion(db, "one")
    read = sessions.read(["session-a"])
    assert read.first == set()
    assert events_of(read) == [None]


def test_while_a_deletion_goes_on_nothing_is_taken_on_trust(db, reader):
    begin_deletion(db, "one")
    write_events(db, [make_event("hook")])
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    assert sessions.read(["session-a"]).first == set()
    end_deletion(db, "one")
    later_reader = reader("session-a")
    add_day(later_reader, db, "2026-01-20")
    assert later_reader.read(["session-a"]).first == {"session-a"}


def test_a_session_with_duplicates_is_fetched_and_counts_without_them(db, reader, fetched):
    request = make_request()
    write_events(db, [request, make_event("hook")])
    rows = [{"bucket_id": "2026-01-20T12|session-a", "id": request["id"]}]
    db["daily_duplicates"].insert_one({"_id": "2026-01-20", "day": "2026-01-20", "rows": rows})
    sessions = reader("session-a")
    add_day(sessions, db, "2026-01-20")
    assert events_of(sessions.read(["session-a"])) == [1]
    assert fetched == ["session-a"]


def test_number_of_sessions_in_memory_is_bounded(db, reader, fetched, monkeypatch):
    monkeypatch.setattr(session_reader, "MAX_SESSIONS", 1)
    write_events(db, [make_event("hook", session_id=name) for name in ("a", "b")])
    sessions = reader("a", "b")
    add_day(sessions, db, "2026-01-20")
    assert events_of(sessions.read(["a", "b"])) == [1, 1]
    assert fetched == ["a", "b"]


def test_sessions_outside_the_selection_are_ignored(db, reader, fetched):
    write_events(db, [make_event("hook", session_id=name) for name in ("a", "b")])
    sessions = reader("a")
    add_day(sessions, db, "2026-01-20")
    assert events_of(sessions.read(["a"])) == [1]
    assert fetched == []
    assert events_of(sessions.read(["b"])) == [1]
    assert fetched == ["b"]


def test_duplicates_of_a_day_are_read_once(db):
    duplicates = DuplicateIndex(db)
    row = {"bucket_id": "2026-01-20T12|a", "id": "e"}
    db["daily_duplicates"].insert_one({"_id": "2026-01-20", "day": "2026-01-20", "rows": [row]})
    assert duplicates.on(["2026-01-20", "2026-01-21"]) == {("2026-01-20T12|a", "e")}
    db["daily_duplicates"].delete_many({"_id": "2026-01-20"})
    assert duplicates.on(["2026-01-20"]) == {("2026-01-20T12|a", "e")}
    assert duplicates.on(["2026-01-21"]) == set()
