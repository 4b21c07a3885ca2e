"""Query the store ahead of a page, so that it answers while the page draws."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pymongo.database import Database

from analytics import Filters
from analytics.question import Question

_THREADS = 2

_pool = ThreadPoolExecutor(_THREADS, "prefetch")
_pending: ContextVar[list[Future[Any]]] = ContextVar("pending")


@contextmanager
def prefetching() -> Iterator[None]:
    """Drop the queries that have not begun when the block, which draws a page, ends."""
    pending: list[Future[Any]] = []
    token = _pending.set(pending)
    try:
        yield
    finally:
        _pending.reset(token)
        for query in pending:
            query.cancel()


def prefetch(db: Database, filters: Filters | None, *questions: Question[..., Any]) -> None:
    """Start the queries of a page, in the order in which it needs them, two at a time.

    The page asks the same questions and waits for the same answers. Only time depends on this:
    an error here is raised again where the page asks.

    Parameters
    ----------
    db : pymongo.database.Database
        The store.
    filters : Filters, optional
        Scope of the questions; without one, such as a previous period, nothing is asked.
    *questions : callable
        Questions that take no further argument.
    """
    if filters:
        _pending.get().extend(_pool.submit(question, db, filters) for question in questions)
