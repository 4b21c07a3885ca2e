"""The receiver behind a real server, spoken to by a real client."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import select
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import time_machine
import uvicorn
from starlette.applications import Starlette

from ingest.otlp import writer
from ingest.otlp.backlog import FIRST_RATE, WAIT_SECONDS
from ingest.otlp.http import LIMIT, TOKEN_VARIABLE
from store import connection
from store.connection import CONTACT_SECONDS
from store.events.bucket import unpack
from tests.factories import rows
from tests.ingest.otlp_bodies import api_request, json_logs, json_metrics, point, protobuf_logs
from tests.outages import StoreServer
from ui.http import api, otlp

JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}
ZIPPED = {"Content-Encoding": "gzip"}


@pytest.fixture
def port(db, mongo_url, db_name, monkeypatch):
    """Return the port of a server that stores into the test's database."""
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    with serving() as port:
        yield port


@contextmanager
def serving():
    """Serve the routes of telemetry and of the API; give the port."""
    app = Starlette(routes=[*otlp.routes(), *api.routes()])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    with time_machine.travel("2026-01-20T13:00Z"):  # an hour after the records
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join()
        writer.close()


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    response = answer.status, answer.read()
    connection.close()
    return response


def post(port, path, headers, body, *, chunked=False, method="POST"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    content = (body[start : start + 100] for start in range(0, len(body), 100))
    connection.request(method, path, content if chunked else body, headers, encode_chunked=chunked)
    answer = connection.getresponse()
    response = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return response


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
def test_other_methods_are_rejected(port, method):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, "/v1/logs")
    answer = connection.getresponse()
    response = answer.status, answer.getheader("Allow"), answer.getheader("Content-Type")
    assert response == (405, "POST", "application/json")
    assert "by POST" in json.loads(answer.read())["error"]
    connection.close()


def begin(port):
    """Open a connection and begin a body that comes in chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/v1/logs")
    for name, value in (JSON | {"Transfer-Encoding": "chunked"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection


def test_a_chunked_body_is_read_no_further_than_allowed(port):
    connection = begin(port)
    piece = b" " * 1024 * 1024
    for _ in range(LIMIT // len(piece) + 1):
        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/v1/nope", "/v1/logs/more"])
def test_unknown_paths_are_rejected(port, method, path):
    status, headers, body = post(port, path, JSON, b"{}", method=method)
    assert (status, headers["content-type"]) == (404, "application/json")
    assert "/v1/logs" in json.loads(body)["error"]


def test_compression_bombs_do_not_slow_other_requests(port, db):
    """Eight bodies of 19 kB that become 20 MB each, honest posts and questions beside them."""
    bomb = gzip.compress(b'{"resourceLogs":[' + b"{}," * 6_900_000 + b"{}]}")
    slow = []

    def ask():
        began = time.monotonic()
        assert get(port, "/api/health")[0] == 200
        slow.append(time.monotonic() - began)

    def send(number):
        return post(port, "/v1/logs", JSON, json_logs(api_request(number)))[0]

    for _ in range(3):
        ask()
    quiet = max(slow)
    with ThreadPoolExecutor(8) as pool:
        bombs = [pool.submit(post, port, "/v1/logs", JSON | ZIPPED, bomb) for _ in range(8)]
        statuses = []
        while not all(one.done() for one in bombs) or len(statuses) < 5:
            statuses.append(send(len(statuses)))
            ask()
    assert {one.result()[0] for one in bombs} <= {413, 503}
    assert set(statuses) == {200}
    assert max(slow) < max(2.0, 20 * quiet)
    stored = [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]
    assert len(stored) == len(statuses)


def wait_for(status, port, body):
    """Send a body again until it is answered with this status."""
    deadline = time.monotonic() + 30
    while (answered := post(port, "/v1/logs", JSON, body)[0]) != status:
        assert answered in {200, 503}
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_bodies_that_never_end_hold_a_bounded_amount_of_memory(port, monkeypatch):
    monkeypatch.setattr(otlp, "SECONDS", 200)  # a busy machine sends slowly
    piece = b" " * 1024 * 1024
    connections = [begin(port) for _ in range(4)]
    try:
        for connection in connections:
            for _ in range(LIMIT // len(piece) - 1):
                with contextlib.suppress(ConnectionError):  # it was answered already
                    connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        # Any of them may be the one whose next piece does not fit
        readable, _, _ = select.select([one.sock for one in connections], [], [], 60)
        rejected = next(one for one in connections if one.sock in readable).getresponse()
        assert (rejected.status, rejected.getheader("Retry-After")) == (503, "1")
        large = json_logs(*map(api_request, range(4_500)))
        wait_for(503, port, large)  # the server may have read too little of the others yet
        assert post(port, "/v1/logs", JSON, json_logs(api_request()))[0] == 200
    finally:
        for connection in connections:
            connection.close()
    wait_for(200, port, large)


def test_a_body_has_limited_time_to_arrive(port, monkeypatch):
    monkeypatch.setattr(otlp, "SECONDS", 0.2)
    connection = begin(port)
    answer = connection.getresponse()
    assert answer.status == 408
    assert "0 seconds" in json.loads(answer.read())["error"]
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


def timed(ask, *arguments):
    """Return what an HTTP request was answered, and after how many seconds."""
    started_at = time.monotonic()
    return ask(*arguments), time.monotonic() - started_at


@pytest.mark.parametrize("is_known", [True, False], ids=["went away", "never there"])
@pytest.mark.parametrize("count", [20, 80])
def test_while_the_store_is_down_all_get_one_verdict(tmp_path, monkeypatch, is_known, count):
    server = StoreServer(tmp_path / "mongodb")
    monkeypatch.setenv("MONGO_URL", server.url)
    body = json_logs(api_request())
    with serving() as port, ThreadPoolExecutor(count) as pool:
        if is_known:
            server.start()
            assert post(port, "/v1/logs", JSON, body)[0] == 200
            server.kill()
        sent = [pool.submit(timed, post, port, "/v1/logs", JSON, body) for _ in range(count)]
        health = pool.submit(timed, get, port, "/api/health")
        for future in sent:
            (status, headers, _), seconds = future.result()
            assert (status, headers["retry-after"]) == (503, "1")
            assert seconds < CONTACT_SECONDS + 2
        assert health.result()[0][0] == 503
        # The next request does not wait for a server selection
        (status, _, _), seconds = timed(post, port, "/v1/logs", JSON, body)
        assert (status, seconds < 1) == (503, True)
    assert timed(connection.close)[1] < CONTACT_SECONDS + 2


def test_overload_is_rejected_without_loss(port, db):
    clients, size = 40, 1_000
    bodies = [
        protobuf_logs(*(
            api_request(number, session__id=f"session-{client}", request_id=f"{client}-{number}")
            for number in range(size)
        ))
        for client in range(clients)
    ]  # fmt: skip
    assert sum(map(len, bodies)) > FIRST_RATE * WAIT_SECONDS * 2
    with ThreadPoolExecutor(clients) as pool:
        sent = [pool.submit(timed, post, port, "/v1/logs", PROTOBUF, body) for body in bodies]
        while not all(future.done() for future in sent):
            assert get(port, "/api/health")[0] == 200
            time.sleep(0.2)
    answers = [future.result() for future in sent]
    assert {status for (status, _, _), _ in answers} == {200, 503}
    rejected = [n for n, ((status, _, _), _) in enumerate(answers) if status == 503]
    assert {answers[n][0][1]["retry-after"] for n in rejected} == {"1"}
    slowest = max(seconds for _, seconds in answers)
    assert statistics.median(answers[n][1] for n in rejected) <= slowest / 2
    for number in rejected:
        while post(port, "/v1/logs", PROTOBUF, bodies[number])[0] == 503:
            time.sleep(0.5)
    writer.close()
    stored = [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]
    assert len({event["id"] for event in stored}) == len(stored) == clients * size
    assert sum(row["api_requests"] for row in rows(db, "daily_models")) == clients * size


def test_slow_questions_keep_neither_telemetry_nor_health_waiting(port, monkeypatch):
    count = 60
    is_over = threading.Event()

    def slow(db, filters):
        is_over.wait(60)

    monkeypatch.setattr(api, "questions", lambda: {"slow": slow})
    with ThreadPoolExecutor(count) as pool:
        responses = [pool.submit(get, port, "/api/v1/slow") for _ in range(count)]
        try:
            time.sleep(1)
            assert get(port, "/api/health")[0] == 200
            assert post(port, "/v1/logs", JSON, json_logs(api_request()))[0] == 200
        finally:
            is_over.set()
        assert {future.result()[0] for future in responses} == {200}
