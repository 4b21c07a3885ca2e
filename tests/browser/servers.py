"""Servers of the tests, started as a user starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    """Address, log and process of a running server."""

    url: str
    log: Path
    pid: int


@contextmanager
def running(
    command: list[str], folder: Path, cwd: Path = ROOT, **environment: str
) -> Iterator[Server]:
    """Run a server command, with a free port in place of ``{port}``."""
    port = _free_port()
    log = folder / "server.log"
    own = {"TOKENFLOW_DATA_DIR": str(folder / "data"), **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(port=port) for part in command)],
            cwd=cwd,
            env={**os.environ, **own},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", log, process.pid)
    try:
        _wait(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


STREAMLIT = ["streamlit", "run", "streamlit_app.py", "--server.port", "{port}"]
UVICORN = ["uvicorn", "streamlit_app:app", "--port", "{port}"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"No server at {server.url}:\n{server.log.read_text('utf-8')}")
