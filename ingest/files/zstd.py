"""Zstandard, as the collector compresses its files, through a library that is there anyway."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

MAGIC = b"\x28\xb5\x2f\xfd"
_CHUNK = 1024 * 1024


def inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of compressed blocks, a bounded piece at a time.

    Raises
    ------
    OSError
        If it is damaged or ends early, after everything readable was yielded.
    """
    import pyarrow  # takes a tenth of a second, and such files are rare

    raw = io.BufferedReader(_Joined(iter(blocks)))
    with pyarrow.CompressedInputStream(pyarrow.PythonFile(raw, "r"), "zstd") as stream:
        while piece := stream.read(_CHUNK):
            yield bytes(piece)


class _Joined(io.RawIOBase):
    """Blocks as one file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or memoryview(next(self._blocks, b""))
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
