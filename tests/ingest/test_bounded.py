"""No sender can stop the store: however many and however long the names of one day are."""

from __future__ import annotations

import random
from collections import Counter

import orjson
import pytest
from bson import encode

from analytics.data import grouped_values
from ingest.events.coerce import TEXT_LIMIT
from ingest.load import load as load_files
from ingest.otlp import writer
from ingest.otlp.http import receive
from store.connection import connect
from store.delete import delete_source
from store.events.bucket import pack
from store.events.write import write_events
from store.failures import FAILURES
from store.import_log import open_import, recover
from store.rollups.grouping import MAX_VALUES, OTHER
from store.rollups.refresh import rebuild
from store.schema import DAILY_ROLLUPS, DERIVED
from tests.factories import dump, later, load, make_request, rows
from tests.ingest.otlp_bodies import api_request, json_logs, json_metrics, point
from tests.load_command import main

MANY = MAX_VALUES + 20
DAY, NEXT_DAY = "2026-01-20", "2026-01-21"
LONG = "x" * 5_000
JSON = {"content-type": "application/json"}

GROUPED = {
    "role", "department", "model", "tool_name", "project", "language", "error_type", "event_type",
    "decision_source", "metric", "type", "decision", "start_type",
}  # fmt: skip
"""Every dimension whose names a sender, or a file of people, can choose."""


@pytest.fixture
def store(db):
    yield db
    writer.close()


def post(db, *events):
    assert receive(db, "logs", JSON, json_logs(*events)).status == 200


def name(kind, n):
    return f"{kind}-{n:04}-{LONG}"


def events_of(n):
    """Return what one of many people sends: everything about it has a name of its own."""
    common = {
        "session.id": name("session", n),
        "user.email": f"{n}@example.com",
        "user.account_uuid": name("account", n),
        "user.full_name": name("person", n),
        "user.id": name("install", n),
        "department": name("department", n),
        "level": name("level", n),
        "project": name("project", n),
        "terminal.type": name("terminal", n),
        "app.version": name("version", n),
        "model": name("model", n),
        "tool_name": name("tool", n),
        "language": name("language", n),
        name("unheard", n): name("of", n),
    }
    edit = common | {"tool_name": "Edit"}
    messages = [
        common,
        common | {"event.name": "user_prompt", "prompt.id": name("prompt", n)},
        common | {"event.name": "api_error", "error.type": name("error", n)},
        common | {"event.name": "tool_result", "success": "false", "duration_ms": 10**12},
        edit | {"event.name": "tool_result", "success": "true"},
        edit | {"event.name": "tool_decision", "decision": "accept", "source": name("who", n)},
        common | {"event.name": name("event", n)},
    ]
    return [
        api_request(sequence, request_id=name("request", 10 * n + sequence)) | changes
        for sequence, changes in enumerate(messages)
    ]


def metrics_body():
    """Return a body with many metrics whose names and attributes all differ."""
    kinds = ("type", "model", "language", "decision", "start_type")
    bodies = [
        json_metrics(
            name("metric", n),
            point(
                value=2, session__id=name("session", n), **{kind: name(kind, n) for kind in kinds}
            ),
        )
        for n in range(MANY)
    ]
    metrics_sent = [metrics for body in bodies for metrics in orjson.loads(body)["resourceMetrics"]]
    return orjson.dumps({"resourceMetrics": metrics_sent})


def people_file(folder):
    """Return a directory in which each user has a role of their own."""
    path = folder / "people.csv"
    lines = [f"{n}@example.com,{name('role', n)},{name('person', n)}" for n in range(MANY)]
    path.write_text("\n".join(["email,role,name", *lines]) + "\n")
    return path


def ordinary():
    """Return requests on the flooded day and on the day after, as all users send them."""
    return [
        api_request(1, session__id="calm"),
        api_request(2, session__id="calm", event__timestamp=f"{NEXT_DAY}T12:00:00Z"),
    ]


def total(db, rollup, measure, day=DAY):
    return sum(row.get(measure, 0) for row in rows(db, rollup) if row["day"] == day)


def assert_exact(db):
    """All sums are those of what was sent, whatever it is called."""
    requests = MANY + 1
    for rollup in ("daily_usage", "daily_models", "daily_projects"):
        assert total(db, rollup, "api_requests") == requests, rollup
        assert total(db, rollup, "total_tokens") == 3_447 * requests, rollup
        assert total(db, rollup, "cost_usd") == 0.25 * requests, rollup
        assert total(db, rollup, "api_requests", NEXT_DAY) == 1, rollup
    assert total(db, "daily_events", "events") == 7 * MANY + 1
    assert total(db, "daily_errors", "errors") == 2 * MANY
    assert total(db, "daily_tools", "calls") == 2 * MANY
    assert total(db, "daily_edits", "edits") == MANY
    assert total(db, "daily_decisions", "accepted") == MANY
    assert total(db, "daily_metrics", "value") == 2 * MANY
    assert total(db, "daily_sessions", "sessions") == MANY + 1
    people = {user for row in rows(db, "daily_users") for user in row["user_id"]}
    assert len(people) == MANY + 1


def assert_bounded(db):
    """No dimension has more names than it may, no name is longer, no document is large."""
    values_by_dimension = {dimension: set() for dimension in GROUPED}
    # A month has the names of all of its days
    for rollup in DAILY_ROLLUPS:
        for row in rows(db, rollup):
            for dimension in GROUPED & row.keys():
                values_by_dimension[dimension].add((rollup, row["day"], row[dimension]))
    for dimension, values in values_by_dimension.items():
        crowd = Counter((rollup, day) for rollup, day, _ in values)
        assert max(crowd.values()) <= MAX_VALUES + 1, dimension
        assert OTHER in {value for *_, value in values}, dimension
        assert max(len(value) for *_, value in values) <= TEXT_LIMIT, dimension
    for collection in (*DERIVED, "event_buckets", "metric_points", "people", "imports"):
        for document in db[collection].find({}):
            assert len(encode(document)) < 1_000_000, collection
    assert list(db[FAILURES].find({})) == []


def test_a_flood_of_long_names_is_counted_exactly_and_stops_nothing(store, tmp_path, caplog):
    load_files(store, [people_file(tmp_path)])
    flood = [event for n in range(MANY) for event in events_of(n)]
    random.Random(7).shuffle(flood)
    for start in range(0, len(flood), 200):
        post(store, *flood[start : start + 200])
    assert receive(store, "metrics", JSON, metrics_body()).status == 200
    post(store, *ordinary())
    writer.close()
    assert_exact(store)
    assert_bounded(store)
    grouped = grouped_values(store).set_index("dimension")
    assert set(grouped.index) >= GROUPED
    assert set(grouped["days"]) == {1}
    assert grouped.loc["model", "values"] == MANY + 1 - MAX_VALUES

    # The same, made again and in another order
    before = dump(store)
    rebuild(store)
    assert dump(store) == before
    assert recover(store) == 0
    assert not caplog.records

    load(store, make_request(session_id="after", timestamp=later(days=9)))
    assert total(store, "daily_usage", "events", "2026-01-29") == 1
    assert delete_source(store, "otlp") == 8 * MANY + 2
    assert sum(row["events"] for row in rows(store, "daily_usage")) == 1
    assert {entry["state"] for entry in store["imports"].find({})} == {"done"}


def old_poison(n):
    """Return an event as an older version stored it: 72,000 of them stopped all refreshes.

    Four bytes per character need fewer.
    """
    return make_request(
        session_id=f"s{n % 20}",
        model=f"{n:05}" + "\N{GRINNING FACE}" * 250,
        timestamp=later(seconds=n % 3000),
        sequence=n,
    )


def test_a_store_that_was_poisoned_before_is_repaired_by_a_rebuild(
    db, db_name, mongo_url, monkeypatch, capsys, tmp_path
):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    count = 16_000
    entry = open_import(db, "poison.jsonl", "cloudwatch", "0" * 64, 1)
    entry.declare_days([DAY])
    write_events(db, [old_poison(n) for n in range(count)])
    entry.release()

    assert main(["--recompute"]) == 0
    assert len(capsys.readouterr().err) < 1_000
    assert total(db, "daily_models", "api_requests") == count
    assert total(db, "daily_usage", "cost_usd") == count / 2
    assert len({row["model"] for row in rows(db, "daily_models")}) == MAX_VALUES + 1
    assert list(db[FAILURES].find({})) == []
    # What died by it is recovered by the next start, and everything goes on
    assert recover(db) == 1
    load(db, make_request(session_id="calm", timestamp=later(days=1)))
    assert total(db, "daily_usage", "events", NEXT_DAY) == 1
    assert connect(mongo_url, db_name)["imports"].find_one({"state": "open"}) is None


def test_a_full_bucket_fits_into_a_document_whatever_its_events_hold(db):
    """Short items in lists weigh much more in the store than as text."""
    extra = [{"k": f"k{n:02}", "v": ["x"] * 64} for n in range(64)]
    common = {"timestamp": later(), "event_type": "hook", "source": "otlp", "session_id": "s"}
    events = [{**common, "id": f"{n:032}", "extra": extra} for n in range(900)]
    written = write_events(db, events)
    assert written.inserted + len(written.rejected) == len(events)
    assert written.rejected
    (bucket,) = db["event_buckets"].find({})
    assert 8_000_000 < len(encode(bucket)) < 16_000_000


def test_what_events_lack_is_part_of_what_a_bucket_may_weigh():
    from store.events.bucket import SHARED_FIELDS
    from store.events.write import MAX_BUCKET_BYTES, MAX_BUCKET_EVENTS

    bare = {"id": "x", "timestamp": later(), "event_type": "hook"}
    full = {**bare, **dict.fromkeys(SHARED_FIELDS, "v"), "id": "y"}
    lone = [{**full, name: f"other {name}", "id": name} for name in SHARED_FIELDS]
    events = [full, *lone, *({**bare, "id": str(n)} for n in range(1_000))]
    packed = pack("2026-01-20T12|s", events)
    weight = (len(encode(packed)) - sum(len(encode(event)) for event in events)) / len(events)
    assert MAX_BUCKET_BYTES + MAX_BUCKET_EVENTS * weight < 16 * 1024 * 1024 - 100_000
