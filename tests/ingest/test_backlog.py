from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine

from ingest.backlog import (
    FIRST_RATE,
    LEAST_BYTES,
    RECORD_BYTES,
    REQUEST_BYTES,
    WAIT_SECONDS,
    Backlog,
    Busy,
)

SIZE = 100_000


@pytest.fixture
def clock():
    with time_machine.travel("2026-01-20T12:00:00Z", tick=False) as clock:
        yield clock


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


def work(backlog, clock, seconds, is_stored=True):
    """Let one body be stored in some seconds."""
    with pytest.raises(ValueError, match="lost") if not is_stored else ExitStack(), backlog.holding(SIZE):
        clock.shift(timedelta(seconds=seconds))
        if not is_stored:
            raise ValueError("lost")


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


def test_what_was_not_stored_says_nothing_about_the_rate(clock):
    backlog = Backlog()
    before = fill(backlog)
    for _ in range(20):
        work(backlog, clock, 10, is_stored=False)
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
