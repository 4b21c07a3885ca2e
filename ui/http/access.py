"""Access to the server: which hosts and origins are allowed, and that no network is by default.

A web page anywhere can make a browser send requests to this server, and with DNS rebinding it
can read the responses under a name of its own. Starlette's ``TrustedHostMiddleware`` compares
the Host with a list only; it knows neither loopback ranges, nor peers, nor origins.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterable
from ipaddress import ip_address
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HOSTS_VARIABLE = "TOKENFLOW_ALLOWED_HOSTS"
INSECURE_VARIABLE = "TOKENFLOW_INSECURE"

EXPOSED = threading.Event()
"""Set once this server is known to answer on more than loopback addresses."""

_log = logging.getLogger("tokenflow")

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::([0-9]{1,5}))?")
_ORIGIN = re.compile(r"(https?)://(.+)", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443"}


class Host(NamedTuple):
    """A host name or IP address in canonical form, and the port; empty for the default port."""

    name: str
    port: str


def parse_host(text: str) -> Host | None:
    """Parse a Host header or the part of an Origin after the scheme; None if it is malformed."""
    match = _HOST.fullmatch(text.lower())
    if not match:
        return None
    name, port = match[1], match[2] or ""
    if not name.startswith("["):
        return Host(name.removesuffix("."), port)
    try:
        # An IPv4 address in brackets has no colon and is malformed
        return Host(str(ip_address(name[1:-1])), port) if ":" in name else None
    except ValueError:
        return None


def is_loopback(name: str) -> bool:
    """Return whether a host name or IP address is this computer's loopback interface."""
    if name.lower() == "localhost":
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    # What reaches a socket for IPv4 and IPv6 over IPv4
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)


def parse_allowed_hosts(text: str) -> frozenset[str]:
    """Parse the setting: host names and IP addresses, separated by commas.

    Raises
    ------
    ValueError
        If an entry is not a host name or IP address, such as a URL or a wildcard.
    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    return frozenset(map(_allowed_host, entries))


class AccessControl:
    """ASGI middleware that rejects what comes from hosts and origins that are not allowed.

    It covers every route and the websocket, and lets no server start that listens beyond
    loopback addresses without ``TOKENFLOW_INSECURE=1``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.is_insecure = os.environ.get(INSECURE_VARIABLE, "").strip() == "1"
        self.allowed: frozenset[str] = frozenset()
        self.settings_error = ""
        try:
            self.allowed = parse_allowed_hosts(os.environ.get(HOSTS_VARIABLE, ""))
        except ValueError as error:
            self.settings_error = str(error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or reject it; begin the lifespan or say why not."""
        if scope["type"] == "lifespan":
            error = self.settings_error or self._exposure(_listening_address(receive))
            if not error:
                await self.app(scope, receive, send)
                return
            await receive()
            await send({"type": "lifespan.startup.failed", "message": error})
        elif reason := self._exposure(_local_address(scope)) or self._rejection(scope):
            await _reject(reason, scope, receive, send)
        else:
            await self.app(_same_origin(scope), receive, send)

    def _exposure(self, address: str | None) -> str:
        """Return why the server must not answer at a local address; empty if it may."""
        if address is None or is_loopback(address):
            return ""
        shown = address or "all addresses"
        if not self.is_insecure:
            return (
                f"Tokenflow has no sign-in: anyone who reaches {shown} could read and delete all "
                f"data. Listen on 127.0.0.1, or set {INSECURE_VARIABLE}=1 if only people you "
                "trust can reach it."
            )
        if not EXPOSED.is_set():
            EXPOSED.set()
            _log.warning(
                "%s=1: no sign-in, anyone who reaches %s can read and delete all data.",
                INSECURE_VARIABLE,
                shown,
            )
        return ""

    def _rejection(self, scope: Scope) -> str:
        """Return why a request is rejected; empty if it is not."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        host = parse_host(hosts[0]) if len(hosts) == 1 else None
        if host is None or not self._is_allowed_host(host, scope):
            reason = f"Host {_quoted(hosts)} is not allowed."
        elif origins and not (len(origins) == 1 and self._is_allowed_origin(origins[0], host)):
            reason = f"Origin {_quoted(origins)} is not allowed."
        elif _is_cross_site(scope, headers):
            reason = "Requests by pages of other sites are not allowed."
        else:
            return ""
        return f"{reason} The setting {HOSTS_VARIABLE} names the hosts that are."

    def _is_allowed_host(self, host: Host, scope: Scope) -> bool:
        # From elsewhere in the network a loopback name is a forgery
        return host.name in self.allowed or (is_loopback(host.name) and _is_local(scope))

    def _is_allowed_origin(self, origin: str, host: Host) -> bool:
        """Compare with the host of the request, port included: another port is another app."""
        match = _ORIGIN.fullmatch(origin)
        parsed = parse_host(match[2]) if match else None
        if not match or parsed is None:
            return False
        default = _PORTS[match[1].lower()]
        name, port = parsed.name, parsed.port or default
        if (name, port) == (host.name, host.port or default):
            return True
        # Behind a proxy that puts its own name for this server into the Host
        return name in self.allowed and port == default


def _allowed_host(entry: str) -> str:
    # An IPv6 address is written with or without brackets
    bracketed = f"[{entry}]" if entry.count(":") > 1 and not entry.startswith("[") else entry
    host = parse_host(bracketed)
    if host is None or host.port or not host.name:
        raise ValueError(
            f"{HOSTS_VARIABLE}: {entry!r} is not a host name. Write names or IP addresses without "
            "scheme, port and wildcards, separated by commas: flow.example.com,192.0.2.7"
        )
    return host.name


def _listening_address(receive: Receive) -> str | None:
    """Return the address that uvicorn is about to listen on.

    None with other servers, a Unix socket or an inherited socket: there each connection shows
    where it arrived.
    """
    # ASGI has no place for it, but uvicorn's receive is a method of an object with the settings
    config = getattr(getattr(receive, "__self__", None), "config", None)
    if getattr(config, "uds", None) is not None or getattr(config, "fd", None) is not None:
        return None
    return getattr(config, "host", None)


def _local_address(scope: Scope) -> str | None:
    """Return the local IP address of a connection; None for a Unix socket or if it is unknown."""
    address, port = scope.get("server") or ("", None)
    return None if port is None else address


def _is_local(scope: Scope) -> bool:
    """Return whether both ends of a connection are on this computer."""
    ends = [scope.get("server") or ("", 0), scope.get("client") or ("", None)]
    # The ends of a Unix socket have no port
    return all(port is None or is_loopback(address) for address, port in ends)


def _is_cross_site(scope: Scope, headers: Headers) -> bool:
    """Return whether a page elsewhere makes the browser send this; following a link is fine.

    Not every such request has an Origin: images, scripts and forms of old browsers have none.
    """
    if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
        return False
    follows_link = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return follows_link != ("navigate", "document") or scope.get("method") not in {"GET", "HEAD"}


def _same_origin(scope: Scope) -> Scope:
    """Give an allowed request the Host that its Origin has.

    Where they differ, Streamlit looks up its own address at a server in the internet and compares
    again.
    """
    headers = dict(scope["headers"])
    netloc = headers.get(b"origin", b"").rpartition(b"/")[2]
    if not netloc or netloc == headers[b"host"]:
        return scope
    headers_without_host = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "headers": [(b"host", netloc), *headers_without_host]}


async def _reject(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
    await PlainTextResponse(f"{reason}\n", 403)(scope, receive, send)


def _quoted(values: Iterable[str]) -> str:
    return " and ".join(repr(value[:100]) for value in values) or "(none)"
