"""The progress callback of long work."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is, and what is being done."""


def no_progress(done: int, total: int, label: str) -> None:
    """Report nothing."""
