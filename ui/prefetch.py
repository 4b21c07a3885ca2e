"""Asking ahead: while a page draws its first numbers, the store answers its next questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from pymongo.database import Database

from analytics import Filters
from analytics.question import Question, noted
from ui.scope import Scope

_THREADS = 2
_NOW, _BEFORE = "now", "before"

_Habit = tuple[Question[..., Any], str]

_pool = ThreadPoolExecutor(_THREADS, "asking-ahead")
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
    wanted = deque(
        (question, chosen)
        for question, period in _habits.get(page, ())
        if (chosen := filters[period])
    )
    for _ in range(_THREADS if wanted else 0):
        _pool.submit(_ask, scope.db, wanted)
    try:
        with noted() as calls:
            yield
    finally:
        wanted.clear()  # the page is drawn, or nobody waits for it any more
    names = {chosen: name for name, chosen in filters.items()}
    _habits[page] = tuple(
        (call.question, names[call.scope[0]])
        for call in calls
        if len(call.scope) == 1 and call.scope[0] in names
    )


def _ask(db: Database, wanted: deque[tuple[Question[..., Any], Filters]]) -> None:
    while True:
        try:
            question, filters = wanted.popleft()
        except IndexError:
            return
        question(db, filters)
