from __future__ import annotations

from datetime import date, timedelta

import pytest
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

import analytics
from analytics import Filters, headline_totals, tokens_by_role
from store.errors import FilterError
from store.import_log import open_import
from tests.factories import later, load, make_request
from ui.http import api

MONTH = Filters(date(2026, 1, 1), date(2026, 2, 1))


@pytest.fixture
def client(mongo_url, db_name, monkeypatch) -> TestClient:
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    return TestClient(Starlette(routes=api.routes()))


def test_health_reports_store_revision_and_latest_event(team, client):
    body = client.get("/api/health").json()
    assert body["status"] == "ok"
    assert body["store"]["kind"] in {"embedded", "mongodb"}
    assert body["revision"] > 0
    assert body["data_until"] == "2026-01-20T12:00:00+00:00"


def test_health_counts_the_events_that_are_not_in_the_rollups_yet(team, client):
    assert client.get("/api/health").json()["pending_events"] == 0
    entry = open_import(team, "telemetry.jsonl", "cloudwatch", "0" * 64, 1)
    entry.add_pending(12)
    assert client.get("/api/health").json()["pending_events"] == 12
    entry.close("done", {})
    assert client.get("/api/health").json()["pending_events"] == 0


def test_health_of_a_store_that_is_down_is_503_without_a_password(client, monkeypatch):
    monkeypatch.setenv(
        "MONGO_URL", "mongodb://me:hunter2@127.0.0.1:9/?serverSelectionTimeoutMS=200"
    )
    answer = client.get("/api/health")
    assert answer.status_code == 503
    assert "127.0.0.1:9" in answer.text
    assert "hunter2" not in answer.text


def test_a_question_answers_with_the_numbers_of_the_library(team, client):
    body = client.get("/api/v1/headline_totals?start=2026-01-01&end=2026-02-01").json()
    expected = headline_totals(team, MONTH)
    assert body["filters"]["start"] == "2026-01-01"
    assert body["result"]["total_tokens"] == expected.total_tokens
    assert body["result"]["cost_usd"] == expected.cost_usd


def test_a_frame_is_a_list_of_rows(team, client):
    rows = client.get("/api/v1/tokens_by_role?role=devops&role=tech_lead").json()["result"]
    filters = Filters(MONTH.start, MONTH.end, roles=("devops", "tech_lead"))
    assert rows == tokens_by_role(team, filters).to_dict("records")


def test_days_are_written_as_days(team, client):
    rows = client.get("/api/v1/events_per_day?start=2026-01-20&end=2026-01-21").json()["result"]
    assert rows == [{"day": "2026-01-20", "events": 9}]


def test_without_days_the_whole_store_answers(team, client):
    body = client.get("/api/v1/headline_totals").json()
    assert (body["filters"]["start"], body["filters"]["end"]) == ("2026-01-06", "2026-01-21")
    assert body["result"]["events"] == 18


def test_every_public_question_of_a_scope_is_served_even_when_the_store_is_empty(db, client):
    assert {"headline_totals", "tokens_by_role", "events_by_hour"} <= set(api.questions())
    assert set(api.questions()) <= set(analytics.__all__)
    for name in api.questions():
        assert client.get(f"/api/v1/{name}").status_code == 200, name


def test_without_days_wrong_clocks_of_an_older_version_are_no_part_of_the_answer(old_store, client):
    for name in api.questions():
        body = client.get(f"/api/v1/{name}").json()
        scope = body["filters"]
        assert (scope["start"], scope["end"]) == ("2026-01-20", "2026-01-23"), name
    assert client.get("/api/v1/headline_totals").json()["result"]["events"] == 4


def test_the_store_is_fresh_until_its_last_plausible_event(old_store, client):
    assert client.get("/api/health").json()["data_until"] == "2026-01-22T12:00:00+00:00"


def test_a_store_of_many_years_answers_for_the_latest_of_them(db, client, monkeypatch):
    monkeypatch.setattr("ui.http.api.LONGEST", timedelta(days=10))
    load(db, make_request(), make_request(session_id="b", timestamp=later(days=30)))
    scope = client.get("/api/v1/headline_totals").json()["filters"]
    assert (scope["start"], scope["end"]) == ("2026-02-10", "2026-02-20")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("start=soon", "start='soon'"),
        ("start=2026-02-01&end=2026-01-01", "2026-02-01"),
        ("start=2026-01-01&start=2026-01-02", "2 times"),
        ("rolle=devops", "'rolle'"),
        ("role=", "role"),
        ("start=0001-01-01&end=9999-01-01", "days apart"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_named(db, client, query, named):
    answer = client.get(f"/api/v1/headline_totals?{query}")
    assert answer.status_code == 400
    assert named in answer.json()["error"]


@pytest.mark.parametrize("path", ["/api/nope", "/api/v1/nope", "/api/v1/connect", "/api/v1/a/b"])
def test_what_is_not_there_is_a_json_404(db, client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "error" in answer.json()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/health", "/api/v1/headline_totals"])
def test_what_is_only_read_takes_nothing(client, method, path):
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert path in answer.json()["error"]
    assert client.request(method, "/api/nope").status_code == 404


def test_a_scope_is_read_from_parameters():
    params = QueryParams("start=2026-01-05&role=b&role=a&source=otlp")
    expected = Filters(date(2026, 1, 5), date(2026, 2, 1), roles=("a", "b"), sources=("otlp",))
    assert api.filters_of(params, MONTH.start, MONTH.end) == expected


def test_empty_value_is_rejected():
    with pytest.raises(FilterError):
        api.filters_of(QueryParams("department="), MONTH.start, MONTH.end)
