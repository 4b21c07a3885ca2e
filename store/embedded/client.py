"""Attach to the embedded store of a data directory, starting its server if none runs.

The server is ``server.py`` in a process of its own. Every client process has one
control connection to it for as long as it lives; the server stops soon after the
last of them has closed. All that is specific to the embedded store is in these
two modules.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout

from store.errors import StoreError

__all__ = ["ServerHandle", "attach"]

SERVER = Path(__file__).with_name("server.py")
START_SECONDS = 90.0
PATIENCE_SECONDS = 20.0  # a server that is stopping may have much to write
ATTACH_SECONDS = 5.0
POLL_SECONDS = 0.02
EXIT_IN_USE = 3
NEXT_STEP = "set MONGO_URL to the address of a MongoDB, or use Python 3.11 to 3.13"


@dataclass(frozen=True)
class ServerHandle:
    """The attachment of one process to the embedded server.

    Parameters
    ----------
    directory : Path
        The data directory that the server serves.
    port : int
        Where the server speaks MongoDB's protocol, on loopback.
    username, password : str
        The credentials of this run of the server.
    control : socket.socket
        The control connection: the server runs while any client has one.
    """

    directory: Path
    port: int
    username: str
    password: str = field(repr=False)
    control: socket.socket = field(repr=False)

    @property
    def url(self) -> str:
        """The address with its credentials, as ``MONGO_URL`` takes it."""
        return (
            f"mongodb://{quote(self.username)}:{quote(self.password)}"
            f"@127.0.0.1:{self.port}/?authSource=admin"
        )

    def is_alive(self) -> bool:
        """Return whether the server is still there, without a request."""
        try:
            return bool(self.control.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """Close the control connection."""
        self.control.close()


def attach(directory: Path) -> ServerHandle:
    """Attach to the server of a data directory; the first client starts it.

    Parameters
    ----------
    directory : Path
        The data directory; made if missing.

    Returns
    -------
    ServerHandle
        Close it, or end the process, to release the server.

    Raises
    ------
    StoreError
        If there is no embedded store for this Python, the directory cannot be
        written, is in use by a server that cannot be attached to, or the
        server does not start.
    """
    if importlib.util.find_spec("secantus") is None:
        raise StoreError(
            f"the embedded store does not exist for this Python or machine; {NEXT_STEP}"
        )
    directory = directory.absolute()
    _prepare(directory)
    try:
        return _try_attach(directory) or _start_or_attach(directory)
    except (OSError, NotImplementedError) as error:  # the second: no locks on this file system
        raise _unwritable(directory, error) from None


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(directory, error) from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise _unwritable(directory, "no permission")


def _unwritable(directory: Path, reason: object) -> StoreError:
    return StoreError(
        f"cannot write to the data directory {directory} ({reason}); "
        "set TOKENFLOW_DATA_DIR to a directory of your own"
    )


def _try_attach(directory: Path) -> ServerHandle | None:
    """Attach to a running server; return None if there is none."""
    if not _is_served(directory):
        return None  # on the port of a stale file another program may answer
    try:
        state = json.loads((directory / "server.json").read_bytes())
        address = ("127.0.0.1", int(state["control_port"]))
        control = socket.create_connection(address, timeout=ATTACH_SECONDS)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    try:
        return _authenticate(directory, state, control)
    except (OSError, ValueError, KeyError, TypeError):
        control.close()
        return None


def _is_served(directory: Path) -> bool:
    """Return whether a server has the directory: its lock ends with it, however it ends."""
    try:
        with FileLock(directory / "server.lock", timeout=0, mode=0o600):
            return False
    except Timeout:
        return True


def _authenticate(directory: Path, state: dict[str, Any], control: socket.socket) -> ServerHandle:
    """Send the token of the server; another program on a stale port does not know the answer."""
    control.sendall(f"{state['token']}\n".encode())
    if control.recv(64) != b"welcome\n":
        raise ConnectionError("not our server")
    control.setblocking(False)
    return ServerHandle(
        directory, int(state["port"]), state["username"], state["password"], control
    )


def _start_or_attach(directory: Path) -> ServerHandle:
    """Start the server; of several processes at once, one does."""
    try:
        with FileLock(directory / "start.lock", timeout=START_SECONDS, mode=0o600):
            return _outwait(directory) or _start(directory)
    except Timeout:
        raise StoreError(
            f"another process has been starting the embedded store in {directory} for "
            f"{START_SECONDS:.0f} s; end it and try again"
        ) from None


def _outwait(directory: Path) -> ServerHandle | None:
    """Wait for a server that is stopping, is starting, or has yet to repair its state file."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _is_served(directory):
        handle = _try_attach(directory)
        if handle is not None:
            return handle
        if time.monotonic() > deadline:
            raise _in_use(directory)
        time.sleep(POLL_SECONDS)
    return None


def _start(directory: Path) -> ServerHandle:
    process = _spawn(directory)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        status = process.poll()
        handle = _try_attach(directory)
        if handle is not None:
            return handle
        if status is not None:
            raise _not_started(directory, status)
        time.sleep(POLL_SECONDS)
    process.kill()
    raise StoreError(
        f"the embedded store in {directory} did not answer within {START_SECONDS:.0f} s; "
        f"see {directory / 'server.log'}"
    )


def _in_use(directory: Path) -> StoreError:
    return StoreError(
        f"the data directory {directory} is in use by a server that cannot be attached to; "
        "end that program, or set TOKENFLOW_DATA_DIR to another directory"
    )


def _not_started(directory: Path, status: int) -> StoreError:
    if status == EXIT_IN_USE:
        return _in_use(directory)
    return StoreError(
        f"the embedded store in {directory} could not start (status {status}: "
        f"{_last_log_line(directory)}); see {directory / 'server.log'}, or set MONGO_URL"
    )


def _last_log_line(directory: Path) -> str:
    with contextlib.suppress(OSError):
        lines = (directory / "server.log").read_text("utf-8", "replace").split("\n")
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "no log")
    return "no log"


def _spawn(directory: Path) -> subprocess.Popen[bytes]:
    """Start the server out of reach of the terminal's Ctrl-C."""
    # By path and with -P: neither this package nor the caller's folder is imported.
    command = [sys.executable, "-P", str(SERVER), str(directory)]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MONGO_URL", "PYTHONWARNINGS"}
    }
    with open(_log_file(directory), "ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
            env=environment,
            **_own_session(),
        )
    # Waited for in the background, so that no zombie is left behind when it ends
    threading.Thread(target=process.wait, name="tokenflow-embedded", daemon=True).start()
    return process


def _log_file(directory: Path) -> Path:
    path = directory / "server.log"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    return path


def _own_session() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
