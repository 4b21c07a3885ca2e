"""Queries ahead of a page: on two threads, once, and dropped when the page ends."""

from __future__ import annotations

import threading
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from analytics import Filters
from analytics.question import question
from ui.prefetch import _pool, prefetch, prefetching

JANUARY = Filters(date(2026, 1, 11), date(2026, 1, 21))
TIMEOUT = 10


def make_question(error=None):
    """Return a question that records the threads which compute it, and waits where it must."""
    log = SimpleNamespace(threads=[], begun=threading.Event(), may_end=threading.Event())
    log.may_end.set()

    @question(reads="daily_usage", columns={"number": "int64"})
    def numbers(db, filters):
        log.threads.append(threading.current_thread().name)
        log.begun.set()
        assert log.may_end.wait(TIMEOUT)
        if error:
            raise error
        return pd.DataFrame({"number": [1]})

    return SimpleNamespace(ask=numbers, **vars(log))


def wait_until_idle():
    """Return when both threads are free, so that nothing queued before is still to come."""
    barrier = threading.Barrier(2)
    for future in [_pool.submit(barrier.wait, TIMEOUT) for _ in range(2)]:
        future.result()


def test_prefetch_computes_each_answer_once_for_the_page_too(db):
    questions = [make_question() for _ in range(3)]
    with prefetching():
        prefetch(db, JANUARY, *(it.ask for it in questions))
        for it in questions:
            assert it.begun.wait(TIMEOUT), "nothing was prefetched"
            it.ask(db, JANUARY)
    for it in questions:
        [thread] = it.threads
        assert thread.startswith("prefetch")


def test_prefetch_runs_two_at_a_time_in_order(db):
    first, second, third = questions = [make_question() for _ in range(3)]
    first.may_end.clear()
    second.may_end.clear()
    with prefetching():
        prefetch(db, JANUARY, *(it.ask for it in questions))
        assert first.begun.wait(TIMEOUT)
        assert second.begun.wait(TIMEOUT)
        assert not third.begun.is_set()
        first.may_end.set()
        assert third.begun.wait(TIMEOUT)
        second.may_end.set()


def test_prefetch_without_filters_asks_nothing(db):
    it = make_question()
    with prefetching():
        prefetch(db, None, it.ask)
        wait_until_idle()
    assert it.threads == []


def test_error_while_prefetching_is_raised_where_the_page_asks(db):
    it = make_question(ValueError("no answer"))
    with prefetching():
        prefetch(db, JANUARY, it.ask)
        assert it.begun.wait(TIMEOUT)
        with pytest.raises(ValueError, match="no answer"):
            it.ask(db, JANUARY)


def end_early(db, running, waiting):
    """Prefetch for a page that fails while both threads are busy."""
    with prefetching():
        prefetch(db, JANUARY, *(it.ask for it in (*running, waiting)))
        for it in running:
            assert it.begun.wait(TIMEOUT)
        raise RuntimeError


def test_page_that_ends_early_drops_what_has_not_begun(db):
    running, waiting = [make_question(), make_question()], make_question()
    for it in running:
        it.may_end.clear()
    with pytest.raises(RuntimeError):
        end_early(db, running, waiting)
    for it in running:
        it.may_end.set()
    wait_until_idle()
    assert waiting.threads == []
