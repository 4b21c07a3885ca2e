"""Retry work that must be done in the end: the pauses between attempts."""

from __future__ import annotations

from pymongo.errors import ConnectionFailure, InvalidOperation

__all__ = ["pause_after"]

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
_LONGEST_UNREACHABLE = 4.0
"""An unreachable MongoDB costs one ping per attempt, and is to be noticed soon after its return."""


def pause_after(error: BaseException, failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row: longer each time."""
    is_away = isinstance(error, ConnectionFailure | InvalidOperation)
    longest = _LONGEST_UNREACHABLE if is_away else _LONGEST_PAUSE
    return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), longest)
