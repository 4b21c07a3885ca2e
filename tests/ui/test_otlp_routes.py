"""The receiver behind a real server, spoken to by a real client."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
import time

import pytest
import time_machine
import uvicorn
from starlette.applications import Starlette

from analytics.store.buckets import unpack
from ingest import live
from ingest.receiver import LIMIT, TOKEN_VARIABLE
from tests.ingest.otlp_bodies import api_request, json_logs, json_metrics, point, protobuf_logs
from ui import otlp_routes

JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}
ZIPPED = {"Content-Encoding": "gzip"}


@pytest.fixture
def port(db, mongo_url, db_name, monkeypatch):
    """Return the port of a server that stores into the test's database."""
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    app = Starlette(routes=otlp_routes.routes())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    with time_machine.travel("2026-01-20T13:00Z"):  # an hour after the records
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join()
        live.close()


def post(port, path, headers, body, *, chunked=False):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    content = (body[start : start + 100] for start in range(0, len(body), 100))
    connection.request("POST", path, content if chunked else body, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def test_plain_compressed_and_chunked_bodies_are_one_batch(port, db):
    events = [api_request(number) for number in range(3)]
    chunks = {"Transfer-Encoding": "chunked"}
    for headers, body in ((JSON, json_logs(*events)), (PROTOBUF, protobuf_logs(*events))):
        for _ in range(2):
            assert post(port, "/v1/logs", headers, body)[0] == 200
            assert post(port, "/v1/logs", headers | ZIPPED, gzip.compress(body))[0] == 200
            assert post(port, "/v1/logs", headers | chunks, body, chunked=True)[0] == 200
    stored = [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]
    assert len({event["id"] for event in stored}) == len(stored) == 3


def test_all_three_signals_have_a_route(port):
    assert post(port, "/v1/metrics", JSON, json_metrics("x", point()))[::2] == (200, b"{}")
    assert post(port, "/v1/traces", JSON, b'{"resourceSpans":[]}')[::2] == (200, b"{}")
    status, headers, body = post(port, "/v1/traces", PROTOBUF, b"")
    assert (status, headers["content-type"], body) == (200, "application/x-protobuf", b"")
    assert post(port, "/v1/profiles", JSON, b"{}")[0] == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_whoever_does_not_post_is_told_to(port, method):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, "/v1/logs")
    answer = connection.getresponse()
    found = answer.status, answer.getheader("Allow"), answer.getheader("Content-Type")
    assert found == (405, "POST", "application/json")
    assert "by POST" in json.loads(answer.read())["error"]
    connection.close()


def test_a_chunked_body_is_read_no_further_than_allowed(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/v1/logs")
    for name, value in (JSON | {"Transfer-Encoding": "chunked"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    piece = b" " * 1024 * 1024
    for _ in range(LIMIT // len(piece) + 1):
        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    assert connection.getresponse().status == 413
    connection.close()


def test_a_token_is_asked_for_before_the_body_is_read(port, monkeypatch):
    monkeypatch.setenv(TOKEN_VARIABLE, "secret")
    assert post(port, "/v1/logs", JSON, b"{}")[0] == 401
    assert post(port, "/v1/logs", JSON | {"Authorization": "Bearer secret"}, b"{}")[0] == 200


def test_a_store_that_cannot_be_opened_asks_clients_to_come_again(port, monkeypatch):
    monkeypatch.setenv("MONGO_URL", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    status, headers, body = post(port, "/v1/logs", JSON, json_logs(api_request()))
    assert (status, headers["retry-after"]) == (503, "1")
    assert b"cannot be reached" in body
