"""Repeat work that a lost connection interrupted, where a repetition is harmless."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    CursorNotFound,
    InvalidOperation,
    ServerSelectionTimeoutError,
)

__all__ = [
    "pause_after",
]


Given = ParamSpec("Given")
Result = TypeVar("Result")


def repeated(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Decorate work that reads, or whose writes can be repeated.

    The driver repeats a single read or write when a primary fails, but not the
    rest of a cursor: that ends with the server it was opened on. Once is
    enough, because the driver waits for the next primary. Give no iterators to
    such work: they are used up by the first attempt.
    """

    @functools.wraps(work)
    def attempt(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except ServerSelectionTimeoutError:
            raise  # waited for already
        except (AutoReconnect, CursorNotFound):
            return work(*args, **kwargs)

    return attempt


_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
_LONGEST_UNREACHABLE = 4.0
"""An unreachable MongoDB costs one ping per attempt, and is to be noticed soon after its return."""


def pause_after(error: BaseException, failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row: longer each time."""
    is_away = isinstance(error, ConnectionFailure | InvalidOperation)
    longest = _LONGEST_UNREACHABLE if is_away else _LONGEST_PAUSE
    return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), longest)
