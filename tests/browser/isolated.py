"""The whole app in a network of its own, where every packet is seen and no other computer is there.

Run by ``test_network.py`` in a network namespace. There this computer has every address: what is
sent to another one arrives here, at a closed port.
"""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NAMES, Paths
from tests.browser.servers import STREAMLIT, UVICORN, Server, running
from tests.browser.visits import Open, visit
from tests.test_server_access import FOREIGN, UPGRADE, ask

SETUP = [
    "link set lo up",
    "route add local default dev lo",
    "route add default dev lo",
    "-6 route add local default dev lo",
]

IPV4, IPV6 = 0x0800, 0x86DD
LAN = "192.0.2.7"


@dataclass
class Network:
    """Where packets went that were not for loopback addresses."""

    targets: set[str] = field(default_factory=set)

    def watch(self, capture: socket.socket) -> None:
        while True:
            packet, (_, protocol, *_) = capture.recvfrom(64)
            target = packet[16:20] if protocol == IPV4 else packet[24:40]
            if protocol in {IPV4, IPV6} and not ip_address(target).is_loopback:
                self.targets.add(str(ip_address(target)))


@pytest.fixture(scope="session", autouse=True)
def network() -> Network:
    for command in SETUP:
        subprocess.run(["ip", *command.split()], check=True)
    network = Network()
    # All protocols, without the link's header
    capture = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    threading.Thread(target=network.watch, args=[capture], daemon=True).start()
    return network


@pytest.fixture(autouse=True)
def targets(network: Network) -> set[str]:
    network.targets.clear()
    return network.targets


def test_packets_to_other_computers_are_seen(targets: set[str]):
    for address in (LAN, "2001:db8::7"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, 9), timeout=10)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(b"x", ("192.0.2.8", 53))
    while len(targets) < 3:
        time.sleep(0.05)
    assert targets == {LAN, "2001:db8::7", "192.0.2.8"}


@pytest.mark.parametrize("command", [STREAMLIT, UVICORN], ids=["streamlit", "uvicorn"])
def test_foreign_requests_cause_no_outbound_packet(command, tmp_path, targets):
    with running(command, tmp_path, TOKENFLOW_ALLOWED_HOSTS="flow.example.com") as server:
        for headers in [*FOREIGN, ["Host: {host}", "Origin: https://flow.example.com"]]:
            ask(server, "GET /_stcore/stream HTTP/1.1", *headers, *UPGRADE)
            ask(server, "POST /v1/logs HTTP/1.1", *headers, "Content-Length: 0")
            ask(server, "GET / HTTP/1.1", *headers)
    assert targets == set()


def test_no_page_causes_an_outbound_packet(
    demo: Server, paths: Paths, open_context: Open, targets: set[str]
):
    for name in NAMES:
        seen = visit(open_context(), demo).go(demo.url + paths[name])
        seen.all_is_well()
    assert targets == set()


@pytest.fixture
def exposed(tmp_path, request) -> Iterator[Server]:
    address = {"TOKENFLOW_INSECURE": "1", "TOKENFLOW_ALLOWED_HOSTS": LAN}
    with running(request.param, tmp_path, **address) as server:
        yield Server(server.url.replace("127.0.0.1", LAN), server.log, server.pid)


EXPOSED = {
    "streamlit": [*STREAMLIT, "--server.address", "0.0.0.0"],
    "streamlit everywhere": [*STREAMLIT, "--server.address", ""],
    "uvicorn": [*UVICORN, "--host", "0.0.0.0"],
    "uvicorn ipv6": [*UVICORN, "--host", "::"],
}


@pytest.mark.parametrize("exposed", EXPOSED.values(), ids=EXPOSED, indirect=True)
def test_a_server_for_a_network_accepts_the_configured_name_only(exposed: Server):
    first = "GET /_stcore/health HTTP/1.1"
    assert ask(exposed, first, "Host: {host}")[0] == 200
    for host in ("localhost", "localhost:{port}", "127.0.0.1", "[::1]", "192.0.2.8"):
        status, text = ask(exposed, first, f"Host: {host}")
        assert (status, host) == (403, host)
        assert "TOKENFLOW_ALLOWED_HOSTS" in text
    assert exposed.log.read_text("utf-8").count("no sign-in") == 1


@pytest.mark.parametrize("exposed", [EXPOSED["streamlit"]], indirect=True)
def test_pages_of_a_server_for_a_network_have_a_notice(exposed: Server, open_context: Open):
    seen = visit(open_context(), exposed).go(exposed.url)
    expect(seen.page.get_by_text("No sign-in")).to_be_visible()
    seen.turn_to("Cost")
    expect(seen.page.get_by_text("No sign-in")).to_be_visible()
    seen.all_is_well()
