"""Real store servers that are killed, started again and made to fail."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo import MongoClient

PATIENCE = 20


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait until a condition holds; False if it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def state(directory: Path) -> dict[str, Any]:
    """Return what the embedded server of a directory wrote about itself."""
    return json.loads((directory / "server.json").read_bytes())


def is_running(pid: int) -> bool:
    """Return whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill_server(directory: Path) -> None:
    """Kill the embedded server of a directory."""
    pid = state(directory)["pid"]
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not is_running(pid))


class StoreServer:
    """A MongoDB-compatible server process on one port, as a team's own MongoDB would be."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.url = f"mongodb://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, with what it held before."""
        command = [str(Path(sys.executable).with_name("secantusd-py")), "--port", str(self.port)]
        command += ["--storage-path", str(self._folder), "--standalone", "--enable-test-commands"]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        with MongoClient(self.url, serverSelectionTimeoutMS=60_000) as client:
            client.admin.command("ping")

    def kill(self) -> None:
        """Kill the server at once; afterwards nothing answers at its port."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def fail(self, commands: list[str], times: int | None = None, code: int = 14031) -> None:
        """Make the server reject commands; 14031 is MongoDB's OutOfDiskSpace."""
        self._fail_point({"times": times} if times else "alwaysOn", commands, code)

    def recover(self) -> None:
        """Make the server accept all commands again."""
        self._fail_point("off", [], 0)

    def _fail_point(self, mode: Any, commands: list[str], code: int) -> None:
        data = {"failCommands": commands, "errorCode": code}
        with MongoClient(self.url) as client:
            client.admin.command("configureFailPoint", "failCommand", mode=mode, data=data)
