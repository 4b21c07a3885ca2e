"""What a question asks the server for, overheard on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring
from pymongo.database import Database

Request = tuple[str, dict[str, Any]]


class Overheard(monitoring.CommandListener):
    """Record which documents are queried, while a recording is on."""

    def __init__(self) -> None:
        self._requests: list[Request] | None = None

    @contextmanager
    def listening(self) -> Iterator[list[Request]]:
        """Collect (collection, condition) of everything asked for inside."""
        self._requests = []
        yield self._requests
        self._requests = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Record a query; its first stage selects the documents that it reads."""
        if self._requests is None or event.command_name not in ("aggregate", "find"):
            return
        command = event.command
        pipeline = command.get("pipeline", [])
        match = pipeline[0].get("$match", {}) if pipeline else command.get("filter", {})
        self._requests.append((command[event.command_name], match))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Ignore the answer."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Ignore the failure: the caller gets the error."""


def documents_read(db: Database, requests: list[Request]) -> tuple[int, int]:
    """Return how many documents were read, and how many rows these hold."""
    documents = rows = 0
    for collection, condition in requests:
        if collection != "revisions":
            for document in db[collection].find(condition):
                documents += 1
                rows += len(document.get("rows", ()))
    return documents, rows


OVERHEARD = Overheard()
monitoring.register(OVERHEARD)
