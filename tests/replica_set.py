"""A server that reports itself as a replica set, and that tests kill and start again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Self

from pymongo import MongoClient


class ReplicaSet:
    """One server on one port; what it acknowledged by majority outlives it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.url = f"mongodb://127.0.0.1:{port}"
        program = Path(sys.executable).with_name("secantusd-py")
        self._command = [program, "--port", str(port), "--storage-path", folder / "replica"]
        self._command += ["--enable-test-commands"]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *details: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self._server = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        with MongoClient(self.url, serverSelectionTimeoutMS=60_000) as client:
            client.admin.command("ping")

    def kill(self) -> None:
        """End the server as a crash does."""
        self._server.kill()
        self._server.wait()
