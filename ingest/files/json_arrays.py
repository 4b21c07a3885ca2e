"""Records out of one big JSON object of arrays, one at a time, whatever its size.

``{"users": [{…}, {…}], "requests": [{…}]}`` yields each inner object with the name of its array.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from ingest.files.json_stream import Broken

# ijson takes 2.6 times as long, holds a string of 200 MB whole, and ends at the first broken record
LIMIT = 1024 * 1024
"""Longest record in bytes; more is never held."""

_BLANKS = re.compile(rb"[\s,]*")
_NAME = re.compile(rb'"([^"\\]{0,64})"\s*:\s*')
_SCALAR = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^\s,\[\]{}":]++', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}]|"', re.DOTALL)
# Where reading can go on behind something broken: a record, or the next array
_AGAIN = re.compile(rb'\{\s*"[^"\\]{1,64}"\s*:|\]\s*,\s*"[^"\\]{1,64}"\s*:\s*\[')
_LONGEST_NAME = 256
# Behind something broken reading goes on inside of it, and so may read all of it again, until so
# many times the longest record was read for nothing
_RESTARTS = 50
_SHOWN = 2048


class Member(NamedTuple):
    """One element of one of the arrays."""

    array: str
    value: Any | Broken


class _MoreNeeded(Exception):  # noqa: N818 - no error: the rest is in the next chunk
    """What is held ends before what is being read."""


def members(
    chunks: Iterable[bytes], decode: Callable[[bytes], Any], limit: int = LIMIT
) -> Iterator[Member]:
    """Yield the elements of all arrays in a JSON object, in the order of the file.

    Parameters
    ----------
    chunks : iterable of bytes
        One object, or several one after another. Whatever else than arrays it has is passed over.
    decode : callable
        Reads one record that the strict parser rejects; raises ValueError with a reason.
    limit : int
        Longest record in bytes.
    """
    reader = _Reader(decode, limit)
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.end()


class _Reader:
    def __init__(self, decode: Callable[[bytes], Any], limit: int) -> None:
        self._decode = decode
        self._limit = limit
        self._wasted = 0
        self._buffer = b""
        self._at = 0
        self._array: str | None = None
        self._is_open = False
        self._is_lost = False
        self._is_last = False

    def feed(self, chunk: bytes) -> Iterator[Member]:
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        yield from self._advance()

    def end(self) -> Iterator[Member]:
        self._is_last = True
        yield from self._advance()

    def _advance(self) -> Iterator[Member]:
        while self._find_something():
            try:
                value = self._outside() if self._array is None else self._element()
            except _MoreNeeded:
                return
            if value is not None:
                yield Member(self._array or "", value)

    def _find_something(self) -> bool:
        if self._is_lost and not self._find_again():
            return False
        blanks = _BLANKS.match(self._buffer, self._at)
        self._at = blanks.end() if blanks else self._at
        return self._at < len(self._buffer)

    def _find_again(self) -> bool:
        again = _AGAIN.search(self._buffer, self._at)
        if again is None:
            # What is looked for may begin at the end of what is held
            self._at = max(self._at, len(self._buffer) - _LONGEST_NAME)
            return False
        self._at = again.start()
        self._is_lost = False
        return True

    def _outside(self) -> Broken | None:
        """Pass over braces and names until an array begins."""
        if self._buffer.startswith(b"}" if self._is_open else b"{", self._at):
            self._is_open = not self._is_open
            self._at += 1
            return None
        name = _NAME.match(self._buffer, self._at)
        if name is None or name.end() == len(self._buffer):
            self._wait(_LONGEST_NAME)
            return self._lose("not JSON")
        if self._buffer.startswith(b"[", name.end()):
            self._array = name.group(1).decode("utf-8", "replace")
            self._at = name.end() + 1
            return None
        return self._pass_over(name.end())

    def _pass_over(self, start: int) -> Broken | None:
        is_object = self._buffer.startswith(b"{", start)
        try:
            self._at = self._object_end(start) if is_object else self._scalar_end(start)
        except ValueError as error:
            return self._lose(str(error))
        return None

    def _element(self) -> Any | Broken | None:
        """Read one element of the array at hand; None at its end."""
        if self._buffer.startswith(b"]", self._at):
            self._array = None
            self._at += 1
            return None
        if self._buffer.startswith(b"{", self._at):
            return self._record()
        if self._buffer.startswith((b"[", b"}"), self._at):
            return self._lose("not a JSON object")
        start, self._at = self._at, self._scalar_end(self._at)
        return Broken("not a JSON object", self._buffer[start : min(self._at, start + _SHOWN)])

    def _record(self) -> Any | Broken:
        # Nearly every record is flat: its first brace ends it
        end = self._buffer.find(b"}", self._at) + 1
        if end:
            try:
                value = orjson.loads(self._buffer[self._at : end])
            except orjson.JSONDecodeError:
                pass
            else:
                self._at = end
                return value
        end = len(self._buffer)
        try:
            end = self._object_end(self._at)
            value = self._decode(self._buffer[self._at : end])
        except ValueError as error:
            return self._lose(str(error), end)
        self._at = end
        return value

    def _object_end(self, start: int) -> int:
        depth = 0
        for token in _TOKEN.finditer(self._buffer, start):
            if token.group() == b"{":
                depth += 1
            elif token.group() == b"}":
                depth -= 1
                if depth == 0:
                    return token.end()
            elif token.group() == b'"':
                break
        if len(self._buffer) - start > self._limit:
            raise ValueError("record too long")
        self._wait(self._limit + 1)
        raise ValueError("torn record")

    def _scalar_end(self, start: int) -> int:
        scalar = _SCALAR.match(self._buffer, start)
        if scalar is None or scalar.end() == len(self._buffer):
            self._wait(self._limit)
        return scalar.end() if scalar else start + 1

    def _wait(self, at_most: int) -> None:
        """Ask for the next chunk if there is one and what is held is not too much already."""
        if not self._is_last and len(self._buffer) - self._at < at_most:
            raise _MoreNeeded

    def _lose(self, reason: str, end: int = 0) -> Broken:
        """Give up what begins here; go on where a record or an array begins next."""
        broken = Broken(reason, self._buffer[self._at : self._at + _SHOWN])
        self._wasted += max(end - self._at, 0)
        self._at = (
            self._at + 1 if self._wasted <= _RESTARTS * self._limit else max(end, self._at + 1)
        )
        self._is_lost = True
        return broken
