"""What makes a function a question: what it reads, what it answers, and a memory."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import pandas as pd
from pymongo.database import Database

from store.revisions import revision

__all__ = ["Columns", "Question", "question"]

MAX_ANSWERS = 512
"""Answers kept in memory; the one not asked for the longest time goes first."""

POLL_SECONDS = 0.25
"""How old the known revisions may be. What this process writes is seen at once."""

Columns = Mapping[str, str]
"""Column names and their dtypes, in order."""

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class Question(Protocol[Asked, Answer_co]):
    """A question as the decorator returns it."""

    __name__: str
    reads: tuple[str, ...]
    columns: Columns

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> Answer_co:
        """Answer from memory if nothing that is read has changed, else anew."""


class _Remembered:
    """One answer, the revisions it belongs to, and the lock of those who want it."""

    __slots__ = ("lock", "revision", "value")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.revision: tuple[int, ...] | None = None
        self.value: Any = None


class _Memory:
    """A bounded store of answers, shared by all threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._answers: OrderedDict[Hashable, _Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def recall(self, key: Hashable) -> _Remembered:
        """Return what is kept under the key, empty if it is new."""
        with self._lock:
            remembered = self._answers.setdefault(key, _Remembered())
            self._answers.move_to_end(key)
            while len(self._answers) > self._limit:
                self._answers.popitem(last=False)
        return remembered


_memory = _Memory(MAX_ANSWERS)


def question(
    *, reads: str | tuple[str, ...], columns: Columns, kept: int = 0
) -> Callable[[Callable[Asked, Answer]], Question[Asked, Answer]]:
    """Make a function of a store remember its answers.

    Parameters
    ----------
    reads : str or tuple of str
        Collections that decide the answer. When one of them is rewritten, the
        answer is computed anew.
    columns : mapping
        Columns of the frame (or fields of the object) that is answered.
    kept : int
        How many answers to keep, where they are large; else it shares `MAX_ANSWERS` with all.

    Returns
    -------
    callable
        Decorator. Callers who ask the same at the same time wait for one
        computation; an exception is not remembered; a frame that a caller
        changes stays as it was for the next one.
    """
    collections = (reads,) if isinstance(reads, str) else reads
    memory = _Memory(kept) if kept else _memory

    def decorate(compute: Callable[Asked, Answer]) -> Question[Asked, Answer]:
        signature = inspect.signature(compute)

        @functools.wraps(compute)
        def ask(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            db, *scope = bound.arguments.values()
            remembered = memory.recall((*_identity(db), compute, *scope))
            current = revision(db, collections, POLL_SECONDS)
            with remembered.lock:
                if remembered.revision != current:
                    remembered.value = compute(*args, **kwargs)
                    remembered.revision = current
                value = remembered.value
            return cast("Answer", _handed_out(value))

        asked = cast("Question[Asked, Answer]", ask)
        asked.reads = collections
        asked.columns = columns
        return asked

    return decorate


def _identity(db: Database) -> tuple[Hashable, ...]:
    # A weak reference is equal while the clients are (same servers), and to nothing once its
    # client has gone: a later client on a reused port never sees an older store's answers.
    return weakref.ref(db.client), db.name


def _handed_out(value: Any) -> Any:
    # pandas copies a frame's data when somebody writes to it, so a shallow copy protects ours.
    if isinstance(value, pd.DataFrame):
        return value.copy(deep=False)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        frames = {
            field.name: content.copy(deep=False)
            for field in dataclasses.fields(value)
            if isinstance(content := getattr(value, field.name), pd.DataFrame)
        }
        return dataclasses.replace(value, **frames) if frames else value
    return value
