"""Messages in a file, each behind its length: four bytes, big-endian, as the collector writes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingest.files.compression import ZSTD_MAGIC, DamagedError, unzstd
from ingest.files.json_records import LIMIT, Reject
from ingest.files.source_file import SourceFile

_HEAD = 4


class Frame(NamedTuple):
    """One message and its place in the file, counted from 1."""

    number: int
    content: bytes | Reject


def frames(file: SourceFile, limit: int = LIMIT) -> Iterator[Frame]:
    """Yield the messages of a file, a `Reject` in place of one that cannot be read.

    Parameters
    ----------
    file : SourceFile
        Messages one after another, each behind its length, compressed or not.
    limit : int
        Longest message in bytes; a longer one is passed over without being held.
    """
    reader = _Reader(file.chunks())
    number = 0
    try:
        while head := reader.take(_HEAD):
            number += 1
            length = int.from_bytes(head, "big")
            if length > limit:
                reader.skip(length)
                yield Frame(number, Reject(number, "record too long"))
                continue
            content = reader.take(length)
            if len(head) < _HEAD or len(content) < length:
                yield Frame(number, Reject(number, "torn record"))
                return
            yield Frame(number, _plain(content, number, limit))
    except DamagedError as damage:
        yield Frame(number + 1, Reject(number + 1, str(damage)))


def _plain(content: bytes, number: int, limit: int) -> bytes | Reject:
    if not content.startswith(ZSTD_MAGIC):
        return content
    inflated = bytearray()
    try:
        for piece in unzstd([content]):
            inflated += piece
            if len(inflated) > limit:
                return Reject(number, "record too long")
    except DamagedError as damage:
        return Reject(number, str(damage))
    return bytes(inflated)


class _Reader:
    """Takes exactly as much as is asked for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""
        self._start = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        if len(self._buffer) - self._start < size:
            self._fetch(size)
        end = self._start + size
        taken = self._buffer[self._start : end]
        self._start = end
        return taken

    def _fetch(self, size: int) -> None:
        pieces = [self._buffer[self._start :]]
        size_so_far = len(pieces[0])
        while size_so_far < size and (chunk := next(self._chunks, b"")):
            pieces.append(chunk)
            size_so_far += len(chunk)
        self._buffer, self._start = b"".join(pieces), 0

    def skip(self, size: int) -> None:
        """Pass over bytes without holding them."""
        while size > 0 and (piece := self.take(min(size, LIMIT // 64))):
            size -= len(piece)
