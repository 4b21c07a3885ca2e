"""Asking ahead: while a page draws its first numbers, the store answers its next questions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from analytics import Filters
from analytics.question import Question, noted
from ui.scope import Scope

_NOW, _BEFORE = "now", "before"

_Habit = tuple[Question[..., Any], str]

_threads = ThreadPoolExecutor(2, "asking-ahead")
_habits: dict[str, tuple[_Habit, ...]] = {}


@contextmanager
def asking_ahead(page: str, scope: Scope) -> Iterator[None]:
    """Ask what a page asked last time, of these filters, while the block draws the page.

    The page asks the same itself and waits for the same answer, so nothing depends on this but
    the time: what fails here fails again there, where it can be told.

    Parameters
    ----------
    page : str
        Name of the page.
    scope : Scope
        What it is asked about.
    """
    filters = {_NOW: scope.filters, _BEFORE: scope.previous()}
    for question, period in _habits.get(page, ()):
        if filters[period]:
            _threads.submit(question, scope.db, filters[period])
    with noted() as calls:
        yield
    periods = {period: name for name, period in filters.items()}
    _habits[page] = tuple(
        (call.question, periods[call.scope[0]])
        for call in calls
        if len(call.scope) == 1 and isinstance(call.scope[0], Filters) and call.scope[0] in periods
    )


def close() -> None:
    """Ask nothing more; the server ends."""
    _threads.shutdown(cancel_futures=True)
