"""Access to the server as a user starts it, and its outbound connections."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.browser.servers import ROOT, STREAMLIT, UVICORN, Server, running

RECORDER = ROOT / "tests" / "recorder"
H11 = [*UVICORN, "--http", "h11", "--ws", "websockets"]

# One of each kind of route: pages, frontend, Streamlit's own, JSON and telemetry
ROUTES = [
    ("GET", "/"),
    ("GET", "/cost"),
    ("GET", "/index.html"),
    ("GET", "/static/js/none.js"),
    ("GET", "/media/none.csv"),
    ("GET", "/component/none/index.html"),
    ("GET", "/_stcore/health"),
    ("GET", "/_stcore/metrics"),
    ("GET", "/_stcore/host-config"),
    ("GET", "/_stcore/agent/openapi.json"),
    ("PUT", "/_stcore/upload_file/session/file"),
    ("DELETE", "/_stcore/upload_file/session/file"),
    ("OPTIONS", "/_stcore/upload_file/session/file"),
    ("GET", "/_stcore/nothing"),
    ("GET", "/auth/login"),
    ("GET", "/api/health"),
    ("GET", "/api/v1/user_list"),
    ("GET", "/api/v1/session_list"),
    ("GET", "/api/nothing"),
    ("POST", "/v1/logs"),
    ("POST", "/v1/metrics"),
    ("GET", "/v1/logs"),
    ("GET", "//evil.example/x"),
]

# Headers that reject a request, whatever it asks for; {host} is the server's own
FOREIGN = [
    ["Host: evil.example"],
    ["Host: evil.example:{port}"],
    ["Host: evil.example", "Origin: http://evil.example"],
    ["Host: {host}", "Origin: http://evil.example"],
    ["Host: {host}", "Origin: http://localhost:1"],
    ["Host: {host}", "Origin: null"],
    ["Host: evil.example", "X-Forwarded-Host: {host}"],
    ["Host: {host}", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"],
]

UPGRADE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: streamlit",
]


def ask(server: Server, first: str, *headers: str) -> tuple[int, str]:
    """Return the status and the text of the response to a request that is sent as it is."""
    where = urlsplit(server.url)
    lines = [first, *(h.format(host=where.netloc, port=where.port) for h in headers)]
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        while length and len(body) < min(int(length[1]), 1000):
            body += connection.recv(65536)
    return int(head.split()[1]), body.decode("utf-8", "replace")


@pytest.fixture(
    scope="module", params=[STREAMLIT, UVICORN, H11], ids=["streamlit", "uvicorn", "h11"]
)
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    recorder = {"PYTHONPATH": str(RECORDER), "OUTBOUND_LOG": str(folder / "outbound.log")}
    with running(request.param, folder, **recorder) as started:
        yield started


def outbound(server: Server) -> list[str]:
    """Return the connections and lookups that the server tried elsewhere."""
    log = server.log.parent / "outbound.log"
    return log.read_text("utf-8").splitlines() if log.exists() else []


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_rejects_foreign_hosts_and_origins(server, method, path):
    first = f"{method} {path} HTTP/1.1"
    for headers in FOREIGN:
        status, text = ask(server, first, *headers, "Content-Length: 0")
        assert (status, headers) == (403, headers)
        assert "TOKENFLOW_ALLOWED_HOSTS" in text
    status, text = ask(server, first, "Host: {host}", "Origin: http://{host}", "Content-Length: 0")
    assert "TOKENFLOW_ALLOWED_HOSTS" not in text
    assert outbound(server) == []


def test_the_websocket_rejects_foreign_hosts_and_origins(server):
    first = "GET /_stcore/stream HTTP/1.1"
    for headers in FOREIGN:
        status, text = ask(server, first, *headers, *UPGRADE)
        assert (status, headers) == (403, headers)
        assert "TOKENFLOW_ALLOWED_HOSTS" in text
    for origin in ("http://{host}", "http://LOCALHOST:{port}"):
        host = origin.removeprefix("http://").lower()
        assert ask(server, first, f"Host: {host}", f"Origin: {origin}", *UPGRADE)[0] == 101
    assert outbound(server) == []


@pytest.mark.parametrize(
    "request_lines",
    [
        ["GET /api/health HTTP/1.0"],
        ["GET /api/health HTTP/1.1"],
        ["GET /api/health HTTP/1.1", "Host:"],
        ["GET /api/health HTTP/1.1", "Host: {host}", "Host: {host}"],
        ["GET /api/health HTTP/1.1", "Host: {host}", "host: evil.example"],
        ["GET http://{host}/api/health HTTP/1.1", "Host: evil.example"],
        ["GET http://{host}/api/health HTTP/1.0"],
        ["GET /api/health HTTP/1.1", "Host: user@{host}"],
    ],
)
def test_a_request_without_one_clear_host_is_rejected(server, request_lines):
    where = urlsplit(server.url)
    first, *headers = request_lines
    # h11 answers some of them itself
    assert ask(server, first.format(host=where.netloc), *headers)[0] in {400, 403}


def test_a_rejection_carries_the_security_headers(server):
    request = urllib.request.Request(server.url, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as rejected:
        urllib.request.urlopen(request, timeout=30)
    with rejected.value as response:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.headers["x-content-type-options"] == "nosniff"


def test_an_allowed_name_works_through_a_proxy_that_changes_the_host(tmp_path):
    recorder = {"PYTHONPATH": str(RECORDER), "OUTBOUND_LOG": str(tmp_path / "outbound.log")}
    allowed = {"TOKENFLOW_ALLOWED_HOSTS": "flow.example.com"}
    with running(STREAMLIT, tmp_path, **recorder, **allowed) as server:
        first = "GET /_stcore/stream HTTP/1.1"
        for host in ("flow.example.com", "FLOW.example.com:443", "{host}"):
            headers = [f"Host: {host}", "Origin: https://flow.example.com"]
            assert ask(server, first, *headers, *UPGRADE)[0] == 101
        assert outbound(server) == []


# Every way to listen on more than this computer
EXPOSED = {
    "flag": ([*STREAMLIT, "--server.address", "0.0.0.0"], {}),
    "empty flag": ([*STREAMLIT, "--server.address", ""], {}),
    "variable": (STREAMLIT, {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}),
    "uvicorn": ([*UVICORN, "--host", "0.0.0.0"], {}),
    "uvicorn empty": ([*UVICORN, "--host", ""], {}),
    "uvicorn asyncio": ([*UVICORN, "--loop", "asyncio", "--host", "0.0.0.0"], {}),
    "wrong setting": ([*UVICORN, "--host", "0.0.0.0"], {"TOKENFLOW_INSECURE": "yes"}),
}


@pytest.mark.parametrize("way", EXPOSED)
def test_a_server_for_a_network_does_not_start_by_mistake(way, tmp_path):
    command, variables = EXPOSED[way]
    log = tmp_path / "outbound.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = subprocess.run(
        [sys.executable, "-m", *(part.format(port=port) for part in command)],
        cwd=ROOT,
        env={
            **os.environ,
            "TOKENFLOW_DATA_DIR": str(tmp_path / "data"),
            "PYTHONPATH": str(RECORDER),
            "OUTBOUND_LOG": str(log),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=240,
    )
    output = done.stdout + done.stderr
    assert done.returncode not in {0, None}
    assert output.count("TOKENFLOW_INSECURE=1") == 1
    assert "Traceback" not in output
    assert not log.exists()


def test_a_server_started_elsewhere_is_local_too(tmp_path):
    script = "streamlit_app.py"
    command = [str(ROOT / script) if part == script else part for part in STREAMLIT]
    # Streamlit takes an empty variable for an unset one
    with running(command, tmp_path, cwd=tmp_path, STREAMLIT_SERVER_ADDRESS="") as server:
        assert ask(server, "GET /_stcore/health HTTP/1.1", "Host: {host}")[0] == 200
        assert "TOKENFLOW_INSECURE" not in server.log.read_text("utf-8")
