"""What is compared answers the same question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from analytics import Filters, events_per_day, headline_totals
from benchmarks import older
from benchmarks.compare import people, stored_events
from benchmarks.growth import Copy, build
from store.rollups.refresh import rebuild
from store.schema import DAILY_ROLLUPS
from tests.factories import later, load, make_event, make_request

JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))


@pytest.fixture
def filled(db):
    load(
        db,
        make_request(session_id="00000000-a"),
        make_event("user_prompt", session_id="00000000-a"),
        make_event("user_prompt", session_id="00000001-b", timestamp=later(days=1), user_id="bob"),
    )
    return db


def test_the_older_aggregations_see_the_same_events(filled):
    flat = older.flat_events(stored_events(filled), people(filled))
    assert older.load_as_before(filled, flat) == 3
    _, (pipeline,) = older.ENDPOINTS["/api/events-over-time"]
    before = {day["_id"]: day["events"] for day in filled["events"].aggregate(pipeline)}
    assert before == {"2026-01-20": 2, "2026-01-21": 1}
    ours = events_per_day(filled, JANUARY).set_index("day")["events"]
    assert {day.date().isoformat(): n for day, n in ours[ours > 0].items()} == before


@pytest.mark.parametrize("endpoint", older.ENDPOINTS)
def test_every_older_endpoint_runs(filled, endpoint: str):
    older.store_as_before(filled, older.flat_events(stored_events(filled), people(filled)))
    older.ask_as_before(filled, older.ENDPOINTS[endpoint][1])


def test_duckdb_counts_the_same(filled, tmp_path):
    duck = pytest.importorskip("benchmarks.duck", reason="the bench group is not installed")
    path = tmp_path / "events.parquet"
    assert duck.write_parquet(path, stored_events(filled), people(filled)) == 3
    queries = duck.overview_queries("2026-01-01", "2026-02-01", "2025-12-01")
    duck.ask(path, queries)
    with duck.duckdb.connect() as connection:
        connection.execute(f"create view events as select * from read_parquet('{path}')")
        events, prompts, sessions, active, tokens, *_ = connection.execute(queries[0]).fetchone()
    ours = headline_totals(filled, JANUARY)
    assert (events, prompts, sessions, active, tokens) == (
        ours.events, ours.prompts, ours.sessions, ours.active_users, ours.total_tokens,
    )  # fmt: skip


def test_a_grown_store_holds_each_copy_once(filled, mongo_url, db_name):
    from store.connection import connect

    filled["people"].insert_one({"_id": "ada@example.com", "email": "ada@example.com"})
    grown = connect(mongo_url, f"{db_name}_grown")
    build(filled, grown, [Copy(0), Copy(1), Copy(2, later=timedelta(days=3)), Copy(3, every=2)])
    totals = headline_totals(grown, JANUARY)
    assert (totals.events, totals.sessions, totals.active_users) == (11, 7, 2)
    assert [day["_id"] for day in grown["daily_usage"].find({})] == [
        "2026-01-20", "2026-01-21", "2026-01-23", "2026-01-24",
    ]  # fmt: skip
    grown.client.drop_database(grown.name)


def test_a_grown_store_of_one_copy_has_the_sums_of_its_source(filled, mongo_url, db_name):
    from store.connection import connect

    filled["people"].insert_one({"_id": "ada@example.com", "email": "ada@example.com"})
    rebuild(filled)
    grown = connect(mongo_url, f"{db_name}_same")
    build(filled, grown, [Copy(0)])
    for name in DAILY_ROLLUPS:
        ours, theirs = ([d["rows"] for d in db[name].find({})] for db in (grown, filled))
        assert list(filter(None, ours)) == list(filter(None, theirs)), name
    grown.client.drop_database(grown.name)
