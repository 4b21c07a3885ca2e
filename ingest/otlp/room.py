"""Room for what is held in memory at once, shared by threads."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self


class Room:
    """So many bytes, taken piece by piece and given back by those who took them."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()

    def taker(self, free: int) -> Taker:
        """Return what takes room beyond some bytes that need none."""
        return Taker(self, free)

    def change(self, by: int) -> bool:
        """Take some bytes, or give them back if negative; return whether they were there."""
        with self._lock:
            if by > self._left:
                return False
            self._left -= by
            return True


class Taker:
    """What one request takes; on leaving all of it is given back."""

    def __init__(self, room: Room, free: int) -> None:
        self._room = room
        self._free = free
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._room.change(-self._taken)

    def holds(self, size: int) -> bool:
        """Return whether there is room for so many bytes in all, and take what is missing."""
        more = max(size - self._free - self._taken, 0)
        if not self._room.change(more):
            return False
        self._taken += more
        return True
