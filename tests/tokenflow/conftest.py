"""The command line in this process, on a database of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.ingest.batches import batch, jsonl, session
from tokenflow.cli import cli

Tokenflow = Callable[..., Result]


@pytest.fixture
def tokenflow(mongo_url, db, monkeypatch) -> Tokenflow:
    """Return a function that runs a command line."""
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db.name)

    def run(*arguments: object, answer: str | None = None) -> Result:
        return CliRunner().invoke(cli, [str(part) for part in arguments], input=answer)

    return run


@pytest.fixture
def telemetry(tmp_path: Path) -> Path:
    """Return a file with ten events."""
    path = tmp_path / "telemetry.jsonl"
    path.write_bytes(jsonl(batch(*session("a"))))
    return path
