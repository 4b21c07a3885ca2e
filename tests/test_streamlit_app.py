"""The server as a user starts it, without a browser."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from tests.browser.servers import STREAMLIT, UVICORN, Server, running


def get(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="module", params=[STREAMLIT, UVICORN], ids=["streamlit", "uvicorn"])
def server(request, tmp_path_factory):
    with running(request.param, tmp_path_factory.mktemp("server")) as started:
        yield started


def test_one_app_serves_pages_and_json(server):
    status, headers, page = get(server, "/")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/html")
    assert b"<html" in page
    status, _, body = get(server, "/api/health")
    assert (status, json.loads(body)["store"]["kind"]) == (200, "embedded")


def test_pages_and_json_carry_the_security_headers(server):
    for path in ("/", "/api/health", "/api/nope"):
        headers = get(server, path)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_what_is_large_is_compressed(server):
    assert get(server, "/", **{"Accept-Encoding": "gzip"})[1]["content-encoding"] == "gzip"


def test_an_unknown_address_of_the_api_is_a_json_404(server):
    status, _, body = get(server, "/api/nope")
    assert status == 404
    assert "/api/nope" in json.loads(body)["error"]


def test_a_store_that_is_down_stops_no_server_and_costs_one_line(tmp_path):
    url = "mongodb://someone:hunter2@127.0.0.1:9/?serverSelectionTimeoutMS=200"
    with running(STREAMLIT, tmp_path, MONGO_URL=url) as server:
        status, _, body = get(server, "/api/health")
    log = server.log.read_text("utf-8")
    assert status == 503
    assert "127.0.0.1:9" in json.loads(body)["error"]
    assert log.count("cannot reach the store") == 1
    assert "Traceback" not in log
    assert "hunter2" not in log
