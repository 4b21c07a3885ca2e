"""Files of any size as chunks of bytes, plain or compressed, recognised by content, not by name.

What a shell on Windows writes is UTF-16, mostly with a byte order mark. No binary format that we
know begins with the mark, or with four characters of ASCII two bytes wide, as all text that we know
does. So readers always get UTF-8.
"""

import codecs
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ingest.files.compression import GZIP_MAGIC, ZSTD_MAGIC, DamagedError, gunzip, unzstd

SAMPLE_BYTES = 64 * 1024
_CHUNK = 256 * 1024
UTF_8_MARK = codecs.BOM_UTF8
_UTF_16_START = 64
# With a visible character among them: a protobuf body may begin with any number of b"\n\0"
_UTF_16 = {
    "utf-16": re.compile(rb"\xff\xfe|\xfe\xff"),
    "utf-16-le": re.compile(rb"(?:[\t\n\r ]\0)*[!-~]\0(?:[\t\n\r -~]\0){3}"),
    "utf-16-be": re.compile(rb"(?:\0[\t\n\r ])*\0[!-~](?:\0[\t\n\r -~]){3}"),
}

Progress = Callable[[int], None]


@dataclass
class SourceFile:
    """A file to read, as the sources see it."""

    path: Path
    name: str
    on_progress: Progress = field(default=lambda _consumed: None, repr=False)
    damage: str | None = None
    """Why not even the sample could be read in full."""

    @cached_property
    def size(self) -> int:
        """Size on disk in bytes."""
        return self.path.stat().st_size

    @cached_property
    def sample(self) -> bytes:
        """The first bytes of the content, decompressed; less if the file is damaged."""
        content = b""
        try:
            for chunk in self.chunks():
                content += chunk
                if len(content) >= SAMPLE_BYTES:
                    break
        except DamagedError as damage:
            # Reading the whole file meets the damage again and records it
            self.damage = str(damage)
        return content[:SAMPLE_BYTES]

    def sha256(self) -> str:
        """Fingerprint of the file as it lies on disk."""
        with self.path.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """Yield the content, decompressed and UTF-16 as UTF-8.

        Raises
        ------
        DamagedError
            After everything readable was yielded.
        """
        yield from _as_utf_8(_decompressed(self._blocks()))

    def utf_8_chunks(self) -> Iterator[bytes]:
        """Yield the content without a byte order mark."""
        chunks = self.chunks()
        first = next(chunks, b"")
        yield from _chain(first.removeprefix(UTF_8_MARK), chunks)

    def tracked(self, on_progress: Progress) -> "SourceFile":
        """Return this file, reporting how many bytes on disk were consumed so far."""
        return SourceFile(self.path, self.name, on_progress)

    def _blocks(self) -> Iterator[bytes]:
        consumed = 0
        try:
            with self.path.open("rb") as raw:
                while block := raw.read(_CHUNK):
                    yield block
                    consumed += len(block)
                    self.on_progress(consumed)
        except OSError:
            raise DamagedError("file cannot be read") from None


def find_files(paths: Iterable[Path]) -> list[SourceFile]:
    """List the files under some paths, folders walked in order, each file once.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    """
    files_by_path: dict[Path, SourceFile] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"No such file or folder: {path}")
        for file in sorted(_files_in(path)) if path.is_dir() else [path]:
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            files_by_path.setdefault(file.resolve(), SourceFile(file, readable(name)))
    return list(files_by_path.values())


def readable(name: str) -> str:
    """Return the name of a file as text that can be stored: names may be any bytes."""
    return os.fsencode(name).decode("utf-8", "replace")


def _files_in(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file():
            yield path


def _decompressed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(blocks, b"")
    whole = _chain(first, blocks)
    if first.startswith(GZIP_MAGIC):
        yield from gunzip(whole)
    elif first.startswith(ZSTD_MAGIC):
        yield from unzstd(whole)
    else:
        yield from whole


def _as_utf_8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield UTF-16 as UTF-8 and anything else as it is.

    What is no character becomes the replacement character. Half a surrogate is inside a text, which
    loses a character and no more. Half a character at the end stands outside of every record or
    in one that is torn, where each source rejects and counts it.
    """
    first = b""
    while len(first) < _UTF_16_START and (chunk := next(chunks, b"")):
        first += chunk
    whole = _chain(first, chunks)
    if encoding := utf_16_of(first):
        yield from filter(None, (text.encode() for text in _decoded(whole, encoding)))
    else:
        yield from whole


def utf_16_of(content: bytes) -> str | None:
    """Return the kind of UTF-16 that some content begins with; None for other content."""
    start = content[:_UTF_16_START]
    return next((name for name, sign in _UTF_16.items() if sign.match(start)), None)


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest
