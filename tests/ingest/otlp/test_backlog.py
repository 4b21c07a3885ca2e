from __future__ import annotations

import contextlib
from contextlib import ExitStack

import pytest
from pymongo.errors import ConnectionFailure

from ingest.otlp import backlog as backlog_module
from ingest.otlp.backlog import (
    FIRST_RATE,
    LEAST_BYTES,
    RECORD_BYTES,
    REQUEST_BYTES,
    WAIT_SECONDS,
    Backlog,
    Busy,
)

SIZE = 100_000


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self):
        self.now = 1_000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(backlog_module, "time", clock)
    return clock


def fill(backlog, size=SIZE):
    """Return how many bodies are taken until the backlog is full."""
    taken = 0
    with ExitStack() as stack:
        while taken < 10_000:
            try:
                stack.enter_context(backlog.holding(size))
            except Busy:
                break
            taken += 1
    return taken


def work(backlog, clock, seconds):
    """Let one body be stored in some seconds."""
    with backlog.holding(SIZE):
        clock.now += seconds


def fail(backlog, clock, seconds):
    """Let one body fail after some seconds."""
    with contextlib.suppress(ConnectionFailure), backlog.holding(SIZE):
        clock.now += seconds
        raise ConnectionFailure


def test_at_first_as_much_may_wait_as_is_expected_to_be_stored_in_time(clock):
    expected = FIRST_RATE * WAIT_SECONDS / (SIZE + REQUEST_BYTES)
    assert fill(Backlog()) == pytest.approx(expected, abs=1)


def test_what_has_left_no_longer_counts(clock):
    backlog = Backlog()
    assert fill(backlog) == fill(backlog)


@pytest.mark.parametrize("seconds", [0.5, 2, 10])
def test_the_limit_follows_the_rate_that_was_measured(clock, seconds):
    backlog = Backlog()
    for _ in range(20):
        work(backlog, clock, seconds)
    expected = max(LEAST_BYTES / (SIZE + REQUEST_BYTES), WAIT_SECONDS / seconds)
    assert fill(backlog) == pytest.approx(expected, abs=1)


def test_what_was_not_stored_leaves_the_rate_alone(clock):
    backlog = Backlog()
    before = fill(backlog)
    for _ in range(20):
        fail(backlog, clock, 10)
    assert fill(backlog) == before


def test_records_count_however_few_bytes_describe_them(clock):
    backlog = Backlog()
    records = int(FIRST_RATE * WAIT_SECONDS / RECORD_BYTES)
    with backlog.holding(SIZE) as count_records:
        assert not backlog.is_full
        count_records(records)
        assert backlog.is_full
    assert not backlog.is_full


def test_a_body_of_any_size_is_taken_when_nothing_waits(clock):
    assert fill(Backlog(), 10**9) == 1
