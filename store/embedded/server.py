"""Run the embedded store's server on one directory until its last client has gone.

A separate program, started by ``client.py`` and never imported: SecantusDB is
licensed under the GPL and is faster in a process of its own. It speaks
MongoDB's protocol on a loopback port, with credentials made for this run, and
has a second loopback port for one control connection of every client process.
A process that ends, however it ends, drops its connection; when none is left
the server stops.
"""

from __future__ import annotations

import contextlib
import gc
import hmac
import json
import logging
import os
import secrets
import selectors
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from secantus import SecantusDBServer
from secantus.auth import derive_credentials
from secantus.storage import wt

EXIT_IN_USE = 3
EXIT_UNUSABLE = 4

LOCK_SECONDS = 2.0  # clients take the lock for a moment to see whether it is free
FIRST_CLIENT_SECONDS = 20.0
LINGER_SECONDS = 3.0  # one command after another finds the server still there
TICK_SECONDS = 0.5
LOG_LIMIT_BYTES = 2_000_000
USER = "tokenflow"
ROLES = ("readWriteAnyDatabase", "dbAdminAnyDatabase")

log = logging.getLogger("tokenflow.embedded")

State = dict[str, Any]


@dataclass
class ClientRegistry:
    """The client processes, counted by their control connections.

    Parameters
    ----------
    token : str
        What a client must send first; other local users do not know it.
    listener : socket.socket
        Where clients connect.
    """

    token: str
    listener: socket.socket
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    unauthenticated: set[socket.socket] = field(default_factory=set)
    clients: set[socket.socket] = field(default_factory=set)
    deadline: float = field(default_factory=lambda: time.monotonic() + FIRST_CLIENT_SECONDS)

    def __post_init__(self) -> None:
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)

    def is_idle(self) -> bool:
        """Return whether there has been no client for long enough."""
        return not self.clients and time.monotonic() > self.deadline

    def serve(self, seconds: float) -> None:
        """Handle what happens within the given time."""
        for key, _ in self.selector.select(seconds):
            if key.fileobj is self.listener:
                self._accept()
            else:
                self._receive(key.fileobj)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close all connections."""
        for known in (self.listener, *self.unauthenticated, *self.clients):
            known.close()
        self.selector.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self.listener.accept()
            client.setblocking(False)
            self.selector.register(client, selectors.EVENT_READ)
            self.unauthenticated.add(client)

    def _receive(self, client: socket.socket) -> None:
        try:
            received = client.recv(256)  # a few bytes on loopback come in one piece
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self._disconnect(client)
        elif client in self.unauthenticated:
            self._authenticate(client, received)

    def _authenticate(self, client: socket.socket, received: bytes) -> None:
        if not hmac.compare_digest(received, f"{self.token}\n".encode()):
            self._disconnect(client)
            return
        self.unauthenticated.discard(client)
        self.clients.add(client)
        with contextlib.suppress(OSError):
            client.send(b"welcome\n")

    def _disconnect(self, client: socket.socket) -> None:
        self.selector.unregister(client)
        client.close()
        self.unauthenticated.discard(client)
        if client in self.clients:
            self.clients.discard(client)
            self.deadline = time.monotonic() + LINGER_SECONDS


@dataclass(frozen=True)
class StateFile:
    """The file that gives clients of the same user the address and the credentials."""

    path: Path

    def read(self) -> State:
        """Return the state in the file; empty if it cannot be read."""
        try:
            state = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write(self, state: State) -> None:
        """Write the whole file or nothing, readable by the owner only."""
        draft = self.path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.replace(draft, self.path)

    def rewrite_if_damaged(self, state: State) -> None:
        """Write the state again if the file is damaged or gone."""
        if self.read() == state:
            return
        log.warning("the state file was damaged and is written again")
        with contextlib.suppress(OSError):  # a full disk: clients that are here need no file
            self.write(state)

    def remove(self, state: State) -> None:
        """Remove the file if it still has the state of this server."""
        if self.read() == state:
            self.path.unlink(missing_ok=True)


def start_server(home: Path, password: str, port: int) -> SecantusDBServer:
    """Start the database with one user, created before the port is open."""
    server = SecantusDBServer(
        port=port,
        storage_path=str(home),
        replica_set_name=None,  # no oplog: nothing here needs transactions or change streams
        require_auth=True,
        enable_test_commands=False,
        durable=True,
        cache_size="512M",
    )
    server.storage.add_user("admin", USER, user_record(password), replace=True)
    try:
        server.start()
    except (OSError, OverflowError):
        server.port = 0  # another program has the port of the crashed server now
        server.start()
    return server


def user_record(password: str) -> dict[str, Any]:
    """Describe the only user as ``createUser`` would store it."""
    return {
        "_id": f"admin.{USER}",
        "user": USER,
        "db": "admin",
        "credentials": derive_credentials(password).to_doc(),
        "mechanisms": ["SCRAM-SHA-256"],
        "roles": [{"role": role, "db": "admin"} for role in ROLES],
    }


def bound_log() -> None:
    """Empty the log, which standard error appends to, when it has grown too long."""
    with contextlib.suppress(OSError):
        if os.fstat(2).st_size > LOG_LIMIT_BYTES:
            os.ftruncate(2, 0)


def stop_on_signals() -> list[int]:
    """Collect the signals that ask the program to stop."""
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: received.append(number))
    return received


def identity(home: Path) -> tuple[int, int] | None:
    """Return what distinguishes a directory from another of the same name."""
    with contextlib.suppress(OSError):
        return home.stat().st_dev, home.stat().st_ino
    return None


def stop_server(server: SecantusDBServer) -> None:
    """Write everything to disk and stop, in the thread that opened the server.

    Its accepting thread does not notice a closed socket, which would cost two
    seconds; it does notice a connection.
    """
    connection = threading.Timer(0.05, connect_briefly, [server.address])
    connection.start()
    server.stop()
    connection.join()


def connect_briefly(address: tuple[str, int]) -> None:
    """Open a connection and close it."""
    with contextlib.suppress(OSError):
        socket.create_connection(address, timeout=1).close()


def run_until_idle(
    server: SecantusDBServer, registry: ClientRegistry, file: StateFile, state: State
) -> None:
    """Serve until the last client has gone, a signal arrives, or the data is gone."""
    stop_signals = stop_on_signals()
    home = Path(server.storage.home_path)
    served = identity(home)
    with contextlib.closing(server.storage._conn.open_session()) as journal:
        while not (stop_signals or registry.is_idle()):
            registry.serve(TICK_SECONDS)
            if identity(home) != served:
                return
            # A write without j:true waits in this process's memory, and would die with it.
            journal.log_flush("sync=on")
            file.rewrite_if_damaged(state)
            bound_log()


def serve(directory: Path) -> None:
    """Open the store, publish its address, serve the clients, and close it."""
    file = StateFile(directory / "server.json")
    # The next server has the port and the password of a crashed one, so that the
    # open handles of its clients work again.
    crashed = file.read()
    file.remove(crashed)
    password = str(crashed.get("password") or secrets.token_urlsafe(24))
    port = crashed.get("port")
    server = start_server(directory / "store", password, port if isinstance(port, int) else 0)
    registry = ClientRegistry(secrets.token_urlsafe(24), socket.create_server(("127.0.0.1", 0)))
    state = {
        "pid": os.getpid(),
        "port": server.port,
        "username": USER,
        "password": password,
        "control_port": registry.listener.getsockname()[1],
        "token": registry.token,
    }
    gc.set_threshold(50_000, 50, 50)  # documents are decoded by the thousand and hold no cycles
    file.write(state)
    log.info("serving on port %s", server.port)
    run_until_idle(server, registry, file, state)
    file.remove(state)
    registry.close()
    stop_server(server)
    log.info("stopped")


def main(arguments: list[str]) -> int:
    """Serve a directory; return the exit status, also if it is in use."""
    os.umask(0o077)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    log.setLevel(logging.INFO)
    directory = Path(arguments[0])
    try:
        with FileLock(directory / "server.lock", timeout=LOCK_SECONDS):
            serve(directory)
    except Timeout:
        log.error("another server holds %s", directory)
        return EXIT_IN_USE
    except wt.WiredTigerError as error:
        log.error("cannot open %s: %s", directory / "store", error)
        return EXIT_IN_USE if "busy" in str(error) else EXIT_UNUSABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
