from __future__ import annotations

import logging
from ipaddress import ip_address
from urllib.parse import urlsplit

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn import Config
from uvicorn.lifespan.on import LifespanOn

from tests.browser.pages import NAMES
from tests.ui.apps import texts
from ui.http.access import EXPOSED, HOSTS_VARIABLE, INSECURE_VARIABLE, AccessControl

LOOPBACK, NETWORK = "127.0.0.1", "192.0.2.7"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    monkeypatch.delenv(HOSTS_VARIABLE, raising=False)
    monkeypatch.delenv(INSECURE_VARIABLE, raising=False)
    EXPOSED.clear()
    yield
    EXPOSED.clear()


class Behind:
    """An app behind the middleware that answers 200 and keeps what it is given."""

    def __init__(self) -> None:
        self.scopes: list[dict] = []

    async def __call__(self, scope, receive, send) -> None:
        self.scopes.append(scope)
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body"})


def request(
    *headers: tuple[str, str | bytes],
    kind: str = "http",
    method: str = "GET",
    client: str | None = LOOPBACK,
    server: str | tuple[str, None] | None = LOOPBACK,
    **scope,
) -> tuple[list[dict], Behind]:
    """Return what the middleware answers to a request, and the app behind it."""
    behind, sent = Behind(), []
    encoded = [
        (name.lower().encode(), value if isinstance(value, bytes) else value.encode("latin-1"))
        for name, value in headers
    ]
    own = {"method": method} if kind == "http" else {}
    ends = {
        "client": client and (client, 50000),
        "server": (server, 8501) if isinstance(server, str) else server,
    }
    scope = {"type": kind, "path": "/", "headers": encoded, **own, **ends, **scope}

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message: dict) -> None:
        sent.append(message)

    anyio.run(AccessControl(behind), scope, receive, send)
    return sent, behind


def status(*headers, **options) -> int:
    """Return the status of the response; a rejection must be readable and name a setting."""
    sent, behind = request(*headers, **options)
    if sent[0]["status"] == 403:
        text = sent[1]["body"].decode()
        assert HOSTS_VARIABLE in text
        assert len(text) < 400
        assert (b"content-type", b"text/plain; charset=utf-8") in sent[0]["headers"]
        assert not behind.scopes
    return sent[0]["status"]


# Host header, and whether it is allowed from this computer without any setting
HOSTS = [
    ("localhost", True),
    ("localhost:8501", True),
    ("localhost:3000", True),
    ("LocalHost:8501", True),
    ("localhost.", True),
    ("localhost.:8501", True),
    ("127.0.0.1", True),
    ("127.0.0.1:8501", True),
    ("127.8.9.10:80", True),
    ("127.0.0.1.", True),
    ("[::1]", True),
    ("[::1]:8501", True),
    ("[0:0:0:0:0:0:0:1]:8501", True),
    ("[::ffff:127.0.0.1]", True),
    # DNS decides what these mean
    ("evil.example", False),
    ("evil.example:8501", False),
    ("localhost.evil.example", False),
    ("127.0.0.1.evil.example", False),
    ("app.localhost", False),
    ("evil-localhost", False),
    ("localhost..", False),
    # A browser sends 127.0.0.1 for these
    ("127.1", False),
    ("2130706433", False),
    ("0x7f000001", False),
    ("0177.0.0.1", False),
    ("127.000.000.001", False),
    # Not loopback
    ("0.0.0.0", False),
    ("192.0.2.7", False),
    ("[::]", False),
    ("[2001:db8::7]", False),
    ("[::ffff:192.0.2.7]", False),
    # Malformed
    ("", False),
    (" ", False),
    ("::1", False),
    ("[127.0.0.1]", False),
    ("[::1", False),
    ("[::1]x", False),
    ("[::1%25lo]", False),
    (":8501", False),
    ("localhost:", False),
    ("localhost:port", False),
    ("localhost:8501:8501", False),
    ("user@localhost", False),
    ("evil.example@localhost", False),
    ("localhost@evil.example", False),
    ("http://localhost", False),
    ("localhost/", False),
    ("localhost/evil.example", False),
    ("localhost,evil.example", False),
    ("localhost evil.example", False),
    ("evil.example\tlocalhost", False),
    ("localhost\\.evil.example", False),
    ("localhost%00.evil.example", False),
    ("lo\xadcalhost", False),
    ("\xe9", False),
    ("l\u2010h".encode(), False),
    ("*", False),
]


@pytest.mark.parametrize(("host", "is_allowed"), HOSTS)
def test_only_loopback_names_are_allowed_without_a_setting(host, is_allowed):
    assert status(("Host", host)) == (200 if is_allowed else 403)


@pytest.mark.parametrize("host", [host for host, is_allowed in HOSTS if is_allowed])
@pytest.mark.parametrize(
    "ends",
    [
        {"client": NETWORK, "server": NETWORK},
        {"client": "::ffff:192.0.2.7", "server": "::ffff:192.0.2.7"},
        # A proxy on this computer passed it on
        {"client": NETWORK},
        {"server": None},
    ],
)
def test_loopback_names_are_allowed_from_this_computer_only(host, ends, monkeypatch):
    monkeypatch.setenv(INSECURE_VARIABLE, "1")
    assert status(("Host", host), **ends) == 403


@pytest.mark.parametrize(
    "ends",
    [
        {"client": "127.0.0.5"},
        {"client": "::1", "server": "::1"},
        {"client": "::ffff:127.0.0.1", "server": "::ffff:127.0.0.1"},
        {"client": None},
    ],
)
def test_every_way_to_connect_from_this_computer_is_one(ends):
    assert status(("Host", "localhost"), **ends) == 200


def test_a_unix_socket_is_local():
    sent, _ = request(("Host", "localhost"), server=("/run/flow", None), client=None)
    assert sent[0]["status"] == 200


@pytest.mark.parametrize(
    ("setting", "host", "is_allowed"),
    [
        ("flow.example.com", "flow.example.com", True),
        ("flow.example.com", "FLOW.example.com.:443", True),
        ("Flow.Example.com.", "flow.example.com", True),
        (" a.example , flow.example.com,", "flow.example.com", True),
        ("192.0.2.7", "192.0.2.7:8501", True),
        ("2001:DB8:0::7", "[2001:db8::7]:8501", True),
        ("[2001:db8::7]", "[2001:db8:0::7]", True),
        ("localhost", "localhost", True),
        ("flow.example.com", "localhost", False),
        ("flow.example.com", "example.com", False),
        ("flow.example.com", "x.flow.example.com", False),
        ("flow.example.com", "flow.example.com.evil.example", False),
        ("flow.example.com", "flow-example.com", False),
        ("", "192.0.2.7", False),
    ],
)
def test_configured_names_are_allowed_from_everywhere(setting, host, is_allowed, monkeypatch):
    monkeypatch.setenv(HOSTS_VARIABLE, setting)
    monkeypatch.setenv(INSECURE_VARIABLE, "1")
    code = status(("Host", host), client=NETWORK, server=NETWORK)
    assert code == (200 if is_allowed else 403)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Host", "localhost"), ("Host", "localhost")],
        [("Host", "localhost"), ("Host", "evil.example")],
        [("Host", "evil.example"), ("X-Forwarded-Host", "localhost")],
        [("Host", "evil.example"), ("Forwarded", "host=localhost")],
        [("X-Forwarded-Host", "localhost")],
    ],
)
def test_there_is_one_host_and_no_other_header_stands_in_for_it(headers):
    assert status(*headers) == 403


@given(st.text(st.sampled_from("localhost127.0:1[]@/\\#?%, \tevil-_*x\xe9"), max_size=24))
def test_what_is_allowed_is_a_loopback_name_to_any_parser(host):
    if status(("Host", host)) == 200:
        name = urlsplit(f"//{host}").hostname or ""
        bare = name.removesuffix(".")
        assert bare == "localhost" or ip_address(bare).is_loopback
        assert not set(host) & set("@/\\#?%, \t")


# Origin header to Host localhost:8501, and whether it is allowed
ORIGINS = [
    ("http://localhost:8501", True),
    ("https://localhost:8501", True),
    ("HTTP://LOCALHOST:8501", True),
    ("http://localhost:3000", False),
    ("http://localhost", False),
    ("http://127.0.0.1:8501", False),
    ("http://[::1]:8501", False),
    ("http://evil.example", False),
    ("http://evil.example:8501", False),
    ("http://localhost:8501.evil.example", False),
    ("http://localhost:8501@evil.example", False),
    ("http://evil.example@localhost:8501", False),
    ("http://localhost:8501/", False),
    ("http://localhost:8501, http://evil.example", False),
    ("localhost:8501", False),
    ("//localhost:8501", False),
    ("ws://localhost:8501", False),
    ("file://", False),
    ("chrome-extension://abcdef", False),
    ("null", False),
    ("", False),
    ("*", False),
]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(("origin", "is_allowed"), ORIGINS)
def test_only_this_app_is_an_allowed_origin(origin, is_allowed, method):
    headers = ("Host", "localhost:8501"), ("Origin", origin)
    assert status(*headers, method=method) == (200 if is_allowed else 403)


@pytest.mark.parametrize(
    ("host", "origin", "is_allowed"),
    [
        ("flow.example.com", "https://flow.example.com", True),
        ("flow.example.com", "http://flow.example.com", True),
        ("flow.example.com:443", "https://flow.example.com", True),
        ("flow.example.com", "https://flow.example.com:443", True),
        ("flow.example.com:8443", "https://flow.example.com:8443", True),
        # A proxy that sets the Host to where it forwards to
        ("127.0.0.1:8501", "https://flow.example.com", True),
        # Another app on the same computer
        ("flow.example.com", "https://flow.example.com:3000", False),
        ("127.0.0.1:8501", "https://flow.example.com:3000", False),
        ("127.0.0.1:8501", "http://flow.example.com:443", False),
        ("flow.example.com", "https://x.flow.example.com", False),
        ("flow.example.com", "https://evil.example", False),
        ("flow.example.com", "http://localhost", False),
        ("flow.example.com", "null", False),
    ],
)
def test_origins_of_configured_names(host, origin, is_allowed, monkeypatch):
    monkeypatch.setenv(HOSTS_VARIABLE, "flow.example.com")
    for kind in ("http", "websocket"):
        _, behind = request(("Host", host), ("Origin", origin), kind=kind)
        assert bool(behind.scopes) == is_allowed
        if is_allowed:
            # What Streamlit compares must agree, or it asks for its address elsewhere
            headers = behind.scopes[0]["headers"]
            assert [v.decode() for n, v in headers if n == b"host"] == [urlsplit(origin).netloc]


def test_an_origin_that_is_given_twice_is_rejected():
    origin = ("Origin", "http://localhost")
    assert status(("Host", "localhost"), origin, origin) == 403


@pytest.mark.parametrize(
    ("site", "mode", "dest", "method", "is_allowed"),
    [
        ("same-origin", "cors", "empty", "POST", True),
        ("same-origin", "no-cors", "script", "GET", True),
        ("none", "navigate", "document", "GET", True),
        (None, None, None, "POST", True),  # no browser, or one of before 2023
        ("cross-site", "navigate", "document", "GET", True),  # a link in a chat
        ("same-site", "navigate", "document", "GET", True),
        ("cross-site", "navigate", "document", "POST", False),
        ("cross-site", "navigate", "iframe", "GET", False),
        ("cross-site", "navigate", "object", "GET", False),
        ("cross-site", "no-cors", "script", "GET", False),
        ("cross-site", "no-cors", "image", "GET", False),
        ("cross-site", "no-cors", "empty", "POST", False),
        ("cross-site", "no-cors", "empty", "PUT", False),
        ("same-site", "no-cors", "empty", "POST", False),  # another app on localhost
        ("same-site", "no-cors", "script", "GET", False),
        ("cross-site", None, None, "GET", False),
    ],
)
def test_requests_by_pages_of_other_sites_without_an_origin(site, mode, dest, method, is_allowed):
    names = ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)
    given = [(name, value) for name, value in names if value]
    assert status(("Host", "localhost"), *given, method=method) == (200 if is_allowed else 403)


@pytest.mark.parametrize(
    "headers",
    [
        [("Host", "evil.example")],
        [("Host", "localhost:8501"), ("Origin", "http://localhost:3000")],
        [("Host", "localhost:8501"), ("Origin", "null")],
        [("Host", "localhost"), ("Sec-Fetch-Site", "cross-site")],
        [],
    ],
)
def test_a_websocket_is_rejected_before_it_is_accepted(headers):
    with_response = {"extensions": {"websocket.http.response": {}}}
    sent, behind = request(*headers, kind="websocket", **with_response)
    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == 403
    assert HOSTS_VARIABLE.encode() in sent[1]["body"]
    sent_without, _ = request(*headers, kind="websocket")
    assert [message["type"] for message in sent_without] == ["websocket.close"]
    assert not behind.scopes


def test_a_websocket_of_the_page_is_accepted():
    sent, _ = request(
        ("Host", "localhost:8501"), ("Origin", "http://localhost:8501"), kind="websocket"
    )
    assert sent == [{"type": "websocket.accept"}]


# What uvicorn is asked to listen on, and whether that is this computer only
ADDRESSES = [
    ("127.0.0.1", True),
    ("127.0.0.2", True),
    ("localhost", True),
    ("LOCALHOST", True),
    ("::1", True),
    ("0.0.0.0", False),
    ("", False),
    ("::", False),
    ("192.0.2.7", False),
    ("127.1", False),
    ("localhost.evil.example", False),
    ("flow.example.com", False),
]


def start(caplog, **options) -> tuple[bool, str]:
    """Begin a lifespan as uvicorn does; return whether it may serve, and what it logs."""

    async def begin() -> bool:
        lifespan = LifespanOn(Config(AccessControl(Behind()), log_config=None, **options))
        await lifespan.startup()
        return not lifespan.should_exit

    caplog.clear()
    with caplog.at_level(logging.WARNING):
        may_serve = anyio.run(begin)
    return may_serve, caplog.text


@pytest.mark.parametrize(("address", "is_local"), ADDRESSES)
def test_the_server_starts_on_loopback_addresses_only(address, is_local, caplog):
    may_serve, log = start(caplog, host=address)
    assert may_serve == is_local
    assert (f"{INSECURE_VARIABLE}=1" in log) != is_local
    assert not EXPOSED.is_set()


@pytest.mark.parametrize("value", ["", "0", "yes", "true", "01"])
def test_only_one_value_lifts_the_restriction(value, caplog, monkeypatch):
    monkeypatch.setenv(INSECURE_VARIABLE, value)
    assert not start(caplog, host="0.0.0.0")[0]


@pytest.mark.parametrize(("address", "is_local"), ADDRESSES)
def test_an_insecure_server_starts_and_warns_once(address, is_local, caplog, monkeypatch):
    monkeypatch.setenv(INSECURE_VARIABLE, "1")
    may_serve, log = start(caplog, host=address)
    assert may_serve
    assert log.count("no sign-in") == (0 if is_local else 1)
    assert EXPOSED.is_set() != is_local
    monkeypatch.setenv(HOSTS_VARIABLE, NETWORK)
    assert status(("Host", NETWORK), client=NETWORK, server=NETWORK) == 200
    assert caplog.text.count("no sign-in") == 1


@pytest.mark.parametrize("options", [{"uds": "/run/flow"}, {"fd": 3}])
def test_a_socket_that_has_no_address_yet_is_judged_by_its_connections(options, caplog):
    assert start(caplog, host="0.0.0.0", **options)[0]


@pytest.mark.parametrize("server", [NETWORK, "::ffff:192.0.2.7", "2001:db8::7"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_connection_from_the_network_is_rejected_on_every_server(server, kind, monkeypatch):
    monkeypatch.setenv(HOSTS_VARIABLE, NETWORK)
    with_response = {"extensions": {"websocket.http.response": {}}}
    for host in (NETWORK, "localhost"):
        headers = ("Host", host)
        sent, behind = request(headers, kind=kind, server=server, client=LOOPBACK, **with_response)
        assert sent[0]["status"] == 403
        assert f"{INSECURE_VARIABLE}=1" in sent[1]["body"].decode()
        assert not behind.scopes


@pytest.mark.parametrize(
    "entry",
    [
        "https://flow.example.com",
        "flow.example.com:8501",
        "[2001:db8::7]:8501",
        "*",
        "*.example.com",
        "flow.example.com/",
        "user@flow.example.com",
        "flow example",
        "2001:db8::zz",
        ".",
    ],
)
def test_a_setting_that_is_no_host_name_stops_the_start(entry, caplog, monkeypatch):
    monkeypatch.setenv(HOSTS_VARIABLE, f"a.example,{entry}")
    may_serve, log = start(caplog, host=LOOPBACK)
    assert not may_serve
    assert repr(entry) in log
    assert HOSTS_VARIABLE in log
    # A server without a lifespan rejects instead of failing
    assert status(("Host", "a.example")) == 403


@pytest.mark.parametrize("page", NAMES)
def test_every_page_of_an_exposed_server_shows_that_there_is_no_sign_in(page, open_app, team):
    EXPOSED.set()
    assert "No sign-in" in texts(open_app("" if page == "overview" else page))


def test_the_notice_needs_no_store(open_app, monkeypatch):
    monkeypatch.setenv("MONGO_URL", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    EXPOSED.set()
    assert "No sign-in" in texts(open_app())


def test_other_servers_have_no_notice(open_app):
    assert "No sign-in" not in texts(open_app())
