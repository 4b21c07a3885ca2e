"""The whole app in an isolated network, where every packet is captured.

Run by ``test_network.py`` in a network namespace. There this computer has every address: packets
to another one arrive here, at a closed port.
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
from tests.browser.visits import Open, Tabs, Visit
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
    """Targets of packets that are not loopback addresses."""

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
def targets(network: Network) -> Iterator[set[str]]:
    """Yield the targets so far, those of pages that several tests share included."""
    yield network.targets
    network.targets.clear()


def test_packets_to_other_computers_are_captured(targets: set[str]):
    for address in (LAN, "2001:db8::7"):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, 9), timeout=10)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(b"x", ("192.0.2.8", 53))
    while len(targets) < 3:
        time.sleep(0.05)
    assert targets == {LAN, "2001:db8::7", "192.0.2.8"}


def test_foreign_requests_cause_no_outbound_packet(tmp_path, targets: set[str]):
    with running(STREAMLIT, tmp_path, TOKENFLOW_ALLOWED_HOSTS="flow.example.com") as server:
        for headers in [*FOREIGN, ["Host: {host}", "Origin: https://flow.example.com"]]:
            ask(server, "GET /_stcore/stream HTTP/1.1", *headers, *UPGRADE)
            ask(server, "POST /v1/logs HTTP/1.1", *headers, "Content-Length: 0")
            ask(server, "GET / HTTP/1.1", *headers)
    assert targets == set()


@pytest.fixture(scope="module")
def shown(demo: Server, tabs: Tabs) -> Iterator[Visit]:
    """Open the app, in a browser that has nothing of it yet."""
    seen = tabs.take(demo)
    yield seen.go(demo.url)
    tabs.give_back(seen)


@pytest.mark.parametrize("name", NAMES)
def test_no_page_causes_an_outbound_packet(
    shown: Visit, paths: Paths, targets: set[str], name: str
):
    if shown.page.url != shown.server.url + paths[name]:
        shown.move(paths[name])
    shown.all_is_well()
    assert targets == set()


EXPOSED = {
    "streamlit": [*STREAMLIT, "--server.address", "::"],
    "uvicorn": [*UVICORN, "--host", "0.0.0.0"],
}


@pytest.mark.parametrize("command", EXPOSED.values(), ids=EXPOSED)
def test_server_on_a_network_allows_only_its_hosts(
    command, tmp_path, open_tab: Open, targets: set[str]
):
    settings = {"TOKENFLOW_INSECURE": "1", "TOKENFLOW_ALLOWED_HOSTS": LAN}
    with running(command, tmp_path, **settings) as server:
        seen = open_tab(server).go(server.url)
        expect(seen.page.get_by_text("No sign-in").filter(visible=True)).to_be_visible()
        seen.all_is_well()
        assert targets == set()

        elsewhere = Server(server.url.replace("127.0.0.1", LAN), server.log, server.pid)
        first = "GET /_stcore/health HTTP/1.1"
        assert ask(elsewhere, first, "Host: {host}")[0] == 200
        for host in ("localhost", "localhost:{port}", "127.0.0.1", "[::1]", "192.0.2.8"):
            status, text = ask(elsewhere, first, f"Host: {host}")
            assert (status, host) == (403, host)
            assert "TOKENFLOW_ALLOWED_HOSTS" in text
        assert server.log.read_text("utf-8").count("no sign-in") == 1
