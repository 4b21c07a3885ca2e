"""Objects out of a stream of JSON that no newline divides, and back on track after a torn one.

Firehose writes objects one after another; other tools indent them, or wrap them in one array.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

# `json.JSONDecoder.raw_decode` reads streams in half the time, but builds a record of 16 MB of `{}`
# in 300 MB before its values can be counted, and cannot find the end of one that is broken
# A whole string, a brace, or the beginning of a string that ends in the next chunk
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}]|"', re.DOTALL)
_SEPARATORS = re.compile(rb"[\s,\[\]]*")
_OPENING = re.compile(rb'\{\s*"[^"]{1,64}"')
# Each restart may scan again all that is held
_MAX_RESTARTS = 50
_SHOWN = 2048


class Broken(NamedTuple):
    """Something in the stream that is no object; `start` is how it begins."""

    reason: str
    start: bytes


def objects(
    chunks: Iterable[bytes], limit: int, decode: Callable[[bytes], Any]
) -> Iterator[Any | Broken]:
    """Yield the objects at the top level of a stream.

    Parameters
    ----------
    chunks : iterable of bytes
        Objects divided by nothing, blanks, commas or the brackets of arrays.
    limit : int
        Longest object in bytes; more is never held.
    decode : callable
        Reads one object; raises ValueError with a reason.
    """
    cutter = _Cutter(limit, decode)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    yield from cutter.end()


class _Cutter:
    def __init__(self, limit: int, decode: Callable[[bytes], Any]) -> None:
        self._limit = limit
        self._decode = decode
        self._buffer = b""
        self._start = 0  # of the object at hand
        self._scanned = 0
        self._depth = 0
        self._restarts = 0
        self._skip_to: bytes | None = None
        self._waiting: list[bytes] = []
        self._waiting_size = 0

    def feed(self, chunk: bytes) -> Iterator[Any | Broken]:
        self._waiting.append(chunk)
        self._waiting_size += len(chunk)
        # A long string is looked at again from its beginning: only once much more of it is there
        if self._waiting_size >= (len(self._buffer) - self._start) // 2:
            self._take_in()
            yield from self._advance(at_end=False)

    def end(self) -> Iterator[Any | Broken]:
        self._take_in()
        yield from self._advance(at_end=True)

    def _take_in(self) -> None:
        self._scanned -= self._start
        self._buffer = b"".join([self._buffer[self._start :], *self._waiting])
        self._start = 0
        self._waiting, self._waiting_size = [], 0

    def _advance(self, *, at_end: bool) -> Iterator[Any | Broken]:
        while self._finds_something():
            if not self._buffer.startswith(b"{", self._start):
                yield self._garbage()
                continue
            end = self._object_end()
            if end is not None:
                yield self._take(end)
            elif at_end:
                yield self._give_up("torn record", len(self._buffer))
            elif len(self._buffer) - self._start > self._limit:
                yield self._skip()
            else:
                return

    def _finds_something(self) -> bool:
        if self._skip_to is not None and not self._found_again(self._skip_to):
            return False
        if self._depth == 0:
            separators = _SEPARATORS.match(self._buffer, self._start)
            self._move(separators.end() if separators else self._start)
        return self._start < len(self._buffer)

    def _found_again(self, opening: bytes) -> bool:
        position = self._buffer.find(opening, self._start)
        if position < 0:
            self._move(max(self._start, len(self._buffer) - len(opening)))
            return False
        self._skip_to = None
        self._move(position)
        return True

    def _object_end(self) -> int | None:
        for token in _TOKEN.finditer(self._buffer, self._scanned):
            kind = token.group()
            if kind == b"{":
                self._depth += 1
            elif kind == b"}":
                self._depth -= 1
                if self._depth == 0:
                    return token.end()
            elif kind == b'"':
                self._scanned = token.start()
                return None
            self._scanned = token.end()
        return None

    def _take(self, end: int) -> Any | Broken:
        try:
            value = self._decode(self._buffer[self._start : end])
        except ValueError as error:
            return self._give_up(str(error), end)
        self._move(end)
        return value

    def _give_up(self, reason: str, end: int) -> Broken:
        """Reject the object at hand; go on where another one seems to begin inside it."""
        again = self._buffer.find(self._opening(), self._start + 1, end)
        if again > 0 and self._restarts < _MAX_RESTARTS:
            self._restarts += 1
            end = again
        return self._reject(reason, end)

    def _skip(self) -> Broken:
        self._skip_to = self._opening()
        return self._reject("record too long", len(self._buffer))

    def _opening(self) -> bytes:
        # Records of one stream begin with the same name
        opening = _OPENING.match(self._buffer, self._start)
        return opening.group() if opening else b'{"'

    def _garbage(self) -> Broken:
        begin = self._buffer.find(b"{", self._start)
        return self._reject("not JSON", begin if begin > 0 else len(self._buffer))

    def _reject(self, reason: str, end: int) -> Broken:
        broken = Broken(reason, self._buffer[self._start : min(end, self._start + _SHOWN)])
        self._move(end)
        return broken

    def _move(self, start: int) -> None:
        self._start = self._scanned = start
        self._depth = 0
