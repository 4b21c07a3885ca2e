"""Declare questions: functions of a store and a scope whose answers are kept in memory."""

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

__all__ = ["Columns", "Question", "needs_only_scope", "question"]

MAX_ANSWERS = 512
"""Answers kept in memory; the least recently used one is dropped first."""

POLL_SECONDS = 0.25
"""Age at which revisions are read again. Writes of this process are seen at once."""

Columns = Mapping[str, str]
"""Column names and their dtypes, in order."""

Params = ParamSpec("Params")
Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class Question(Protocol[Params, Answer_co]):
    """A question as the decorator returns it."""

    __name__: str
    reads: tuple[str, ...]
    columns: Columns

    def __call__(self, *args: Params.args, **kwargs: Params.kwargs) -> Answer_co:
        """Return the kept answer, or compute it if a collection that is read has changed."""


class _Remembered:
    """One answer, its revisions, and the lock of concurrent callers."""

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
        """Return the entry of the key, an empty one if it is new."""
        with self._lock:
            remembered = self._answers.setdefault(key, _Remembered())
            self._answers.move_to_end(key)
            while len(self._answers) > self._limit:
                self._answers.popitem(last=False)
        return remembered


_memory = _Memory(MAX_ANSWERS)


def question(
    *, reads: str | tuple[str, ...], columns: Columns, max_answers: int = 0
) -> Callable[[Callable[Params, Answer]], Question[Params, Answer]]:
    """Make a function a question: typed, documented by its columns, kept in memory.

    All questions have the following in common, so that their docstrings do not repeat it. They
    take ``db``, a `pymongo.database.Database` that they read and never write, and mostly
    ``filters``, a `Filters`: the days in the reporting time zone and the values of dimensions in
    scope. Filters are frozen and hashable, and part of the key under which an answer is kept.
    The columns and dtypes of an answer are the same without data; its docstring describes them in
    a table. `pymongo.errors.PyMongoError` is raised if the store cannot be reached or rejects a
    command. Rollups are complete up to their last refresh.

    Parameters
    ----------
    reads : str or tuple of str
        Collections that decide the answer. After a change of one of them the answer is computed
        again.
    columns : mapping
        Columns of the frame, or fields of the object, that is returned.
    max_answers : int
        How many answers to keep, where they are large; by default `MAX_ANSWERS` of all questions.

    Returns
    -------
    callable
        Decorator. Concurrent calls with the same arguments wait for one computation; an exception
        is not kept; changes of a frame by its caller do not affect the kept one.
    """
    collections = (reads,) if isinstance(reads, str) else reads
    memory = _Memory(max_answers) if max_answers else _memory

    def decorate(compute: Callable[Params, Answer]) -> Question[Params, Answer]:
        signature = inspect.signature(compute)

        @functools.wraps(compute)
        def ask(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
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
            return cast("Answer", _protected(value))

        declared = cast("Question[Params, Answer]", ask)
        declared.reads = collections
        declared.columns = columns
        return declared

    return decorate


def needs_only_scope(function: Any) -> bool:
    """Return whether a function is a question that ``(db, filters)`` are enough for."""
    if not hasattr(function, "reads"):
        return False
    parameters = [*inspect.signature(function).parameters.values()]
    return [parameter.name for parameter in parameters[:2]] == ["db", "filters"] and all(
        parameter.default is not parameter.empty for parameter in parameters[2:]
    )


def _identity(db: Database) -> tuple[Hashable, ...]:
    # Weak references are equal while their clients are (same servers), and to nothing after that:
    # a later client on a reused port never gets answers of an older store
    return weakref.ref(db.client), db.name


def _protected(value: Any) -> Any:
    # pandas copies the data when a caller writes to it, so a shallow copy protects the kept frame
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
