"""Bound what waits to be stored by the time that storing it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WAIT_SECONDS = 5.0
"""For how long a request may wait, about. Clients give up after ten seconds and send it again."""

FIRST_RATE = 1_000_000.0
"""Bytes per second that are expected to be stored until it was measured."""

LEAST_BYTES = 1_000_000
"""So many bytes may always wait, however slow the store was."""

REQUEST_BYTES = 16_000
"""What a request costs besides its body, in bytes of a body."""

RECORD_BYTES = 250
"""A record counts for no less, however few bytes describe it."""

# Each measurement counts as much as all before it
_MEASURED_SECONDS = 1.0
_LEAST_MEASURED_SECONDS = 0.25

CountRecords = Callable[[int], None]


class Busy(Exception):  # noqa: N818 - reads as what happened
    """More waits to be stored than can be in time; the request is to be sent again."""


class Backlog:
    """The requests that are being read, wait to be written or are being written.

    It is full when storing them takes longer than `WAIT_SECONDS` at the rate that was measured
    while there were any. Any number of threads may use it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = 0
        self._rate = FIRST_RATE
        self._measured_from = 0.0
        self._measured_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether a request that comes now would wait for too long."""
        return self._bytes >= max(LEAST_BYTES, self._rate * WAIT_SECONDS)

    @contextmanager
    def holding(self, size: int) -> Iterator[CountRecords]:
        """Count a body of some bytes while the block lasts; yield what takes its records' number.

        Raises
        ------
        Busy
            If the backlog is full; the body is not counted.
        """
        counted = REQUEST_BYTES + size

        def count_records(records: int) -> None:
            nonlocal counted
            if (more := records * RECORD_BYTES - size) > 0:
                self._add(more)
                counted += more

        with self._lock:
            if self.is_full:
                raise Busy
            if not self._bytes:
                self._restart_measuring()
            self._bytes += counted
        is_stored = False
        try:
            yield count_records
            is_stored = True
        finally:
            self._leave(counted, is_stored)

    def _add(self, size: int) -> None:
        with self._lock:
            self._bytes += size

    def _leave(self, size: int, is_stored: bool) -> None:
        with self._lock:
            self._bytes -= size
            if not is_stored:
                self._restart_measuring()  # a store that is away is not a slow one
                return
            self._measured_bytes += size
            seconds = time.monotonic() - self._measured_from
            if seconds >= (_MEASURED_SECONDS if self._bytes else _LEAST_MEASURED_SECONDS):
                self._rate = (self._rate + self._measured_bytes / seconds) / 2
                self._restart_measuring()

    def _restart_measuring(self) -> None:
        self._measured_from = time.monotonic()
        self._measured_bytes = 0
