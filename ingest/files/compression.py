"""Decompression of gzip and Zstandard, a bounded piece at a time."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# A bomb yields many pieces, so it costs time but no memory
_PIECE = 1024 * 1024


class DamagedError(Exception):
    """A file cannot be read to its end; the message is a reason that counts can be grouped by."""


def gunzip(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of gzip, all members of it.

    Raises
    ------
    DamagedError
        If it is damaged or ends early, after everything readable was yielded.
    """
    return _pieces(gzip.GzipFile(fileobj=_joined(blocks)))


def unzstd(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of Zstandard, all frames of it.

    Raises
    ------
    DamagedError
        If it is damaged or ends early, after everything readable was yielded.
    """
    return _pieces(zstd.ZstdFile(_joined(blocks)))


def _pieces(file: gzip.GzipFile | zstd.ZstdFile) -> Iterator[bytes]:
    # read() would drop what it has of a piece when the rest is damaged; read1() yields it first
    try:
        while piece := file.read1(_PIECE):
            yield piece
    except EOFError:
        raise DamagedError("compressed data ends early") from None
    except (OSError, zlib.error, zstd.ZstdError):
        raise DamagedError("compressed data is damaged") from None


def _joined(blocks: Iterable[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Blocks(iter(blocks)))


class _Blocks(io.RawIOBase):
    """Blocks as one file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or memoryview(next(self._blocks, b""))
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
