"""Refresh of what is derived from SaaS records, for the affected days."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from store.revisions import revision
from store.rollups.refresh import rebuild
from store.saas import records as saas_records
from store.saas import refresh
from store.saas.records import REQUESTS, SAAS_RECORDS, SaasWritten
from store.saas.refresh import SAAS_DERIVED, rebuild_saas, refresh_saas
from store.settings import set_reporting_zone
from tests.factories import clear
from tests.saas_factories import (
    NOON,
    datasets,
    dump_saas,
    identity,
    load_saas,
    make,
    mapped,
    saas_rows,
    store,
)

DAY = timedelta(days=1)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]


def fences_of(db, collection):
    return {day["_id"]: day["fence"] for day in db[collection].find({})}


def test_only_affected_days_are_rebuilt(db):
    load_saas(db, *(make("requests", n, timestamp=NOON + n * DAY) for n in range(3)))
    before = fences_of(db, "saas_daily_requests")
    load_saas(db, make("requests", "new", timestamp=NOON + DAY))
    after = fences_of(db, "saas_daily_requests")
    assert {day for day in after if after[day] != before[day]} == {"2026-01-21"}
    assert [row["requests"] for row in saas_rows(db, "saas_daily_requests")] == [1, 2, 1]


def test_a_revocation_that_comes_late_accuses_requests_stored_before(db):
    token_id = make("tokens", 1)[1]["id"]
    requests = [make("requests", n, token_id=token_id, timestamp=NOON + n * DAY) for n in range(4)]
    load_saas(db, make("tokens", 1), *requests)
    assert saas_rows(db, "saas_daily_security") == []
    before = fences_of(db, "saas_daily_requests")
    load_saas(db, make("tokens", 1, revoked=True, revoked_at=NOON + DAY))
    assert [row["day"] for row in saas_rows(db, "saas_daily_security")] == [
        "2026-01-22",
        "2026-01-23",
    ]
    assert fences_of(db, "saas_daily_requests")["2026-01-20"] == before["2026-01-20"]


def test_a_session_that_ends_later_than_thought_clears_its_requests(db):
    request = make("requests", 1, session_id=identity("sessions", 1), timestamp=NOON + DAY)
    ended = {"started_at": NOON, "is_active": False}
    load_saas(db, request, make("sessions", 1, last_activity_at=NOON, **ended))
    assert len(saas_rows(db, "saas_daily_security")) == 1
    load_saas(db, make("sessions", 1, last_activity_at=NOON + 2 * DAY, **ended))
    assert saas_rows(db, "saas_daily_security") == []


def test_a_moved_session_leaves_its_old_day(db):
    load_saas(db, make("sessions", 1, started_at=NOON))
    load_saas(db, make("sessions", 1, started_at=NOON + DAY))
    [row] = saas_rows(db, "saas_daily_countries")
    assert (row["day"], row["sessions"]) == ("2026-01-21", 1)


def test_days_are_those_of_the_reporting_zone(db):
    load_saas(db, make("requests", 1, timestamp=NOON.replace(hour=23)), make("sessions", 1))
    set_reporting_zone(db, "Asia/Kathmandu")
    rebuild(db)
    assert [row["day"] for row in saas_rows(db, "saas_daily_requests")] == ["2026-01-21"]
    assert [row["day"] for row in saas_rows(db, "saas_daily_devices")] == ["2026-01-20"]


def test_a_store_without_such_data_is_left_alone(db):
    rebuild_saas(db)
    refresh_saas(db, SaasWritten())
    assert all(db[name].find_one({}) is None for name in SAAS_DERIVED)


def test_accounts_without_requests_are_added_up(db):
    load_saas(db, make("users", 1))
    assert saas_rows(db, "saas_directory")[0]["users"] == 1


def test_refresh_invalidates_cached_answers(db):
    before = revision(db, SAAS_DERIVED)
    load_saas(db, make("requests", 1))
    assert all(new > old for new, old in zip(revision(db, SAAS_DERIVED), before, strict=True))


def test_an_older_writer_does_not_overwrite_a_newer_one(db):
    load_saas(db, make("requests", 1))
    old = refresh._Run(db, None)
    load_saas(db, make("requests", 2))
    newest = dump_saas(db)
    db[REQUESTS].delete_many({})
    old.refresh({"2026-01-20"})
    assert saas_rows(db, "saas_daily_requests") == [
        {"day": "2026-01-20", **newest["saas_daily_requests"][0]["rows"][0]}
    ]


def test_progress_is_reported_by_day(db):
    store(db, make("requests", 1), make("requests", 2, timestamp=NOON + DAY))
    steps = []
    rebuild_saas(db, progress=lambda *step: steps.append(step))
    assert steps == [(0, 2, "days of requests"), (1, 2, "days of requests")]


@settings(max_examples=12)
@given(dataset=datasets(), zone=st.sampled_from(ZONES), data=st.data())
def test_parts_in_any_order_add_up_to_a_rebuild(db, monkeypatch, dataset, zone, data):
    monkeypatch.setattr(saas_records, "MAX_BUCKET_RECORDS", 5)
    clear(db, (*SAAS_RECORDS, *SAAS_DERIVED))
    set_reporting_zone(db, zone)
    records = data.draw(st.permutations(mapped(dataset)))
    cut = data.draw(st.integers(0, len(records)))
    load_saas(db, *records[:cut])
    load_saas(db, *records[cut // 2 :])
    refreshed = dump_saas(db)
    rebuild_saas(db)
    rebuilt = dump_saas(db)
    assert refreshed == rebuilt
