"""Chunks of bytes to JSON objects: lines, or objects one after another without newlines.

Memory stays bounded whatever the file holds. A record that cannot be read is rejected and counted,
and never keeps the ones after it from being read.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from ingest.files.compression import DamagedError
from ingest.files.json_stream import Broken, objects
from ingest.files.source_file import UTF_8_MARK, SourceFile

LIMIT = 64 * 1024 * 1024

# An object takes 60 bytes and more, however few bytes say so; clients need 30 per object or array
_SMALL = 256 * 1024
_BYTES_PER_CONTAINER = 16
_MAX_CONTAINERS = 2_000_000
_MAX_COMMAS = 4_000_000
_BYTES_PER_QUOTE = 8
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_EXCERPT = 160
# Names whose values may be content of a conversation
_CONTENT = re.compile(
    r"(?:(?:prompt|response|content|text|command|input|output|parameters|arguments|thinking"
    r"|summary|title|query|description|error|result|std)\w*|body|message|display)[\\\"']*\s*:",
    re.IGNORECASE,
)
# Between two quotation marks, whichever of them is missing: a name, a value without blanks, or
# the marks and numbers of JSON. Anything longer or with blanks may be a sentence.
_RUN = re.compile(r'[^"]+')
_HARMLESS = re.compile(r"[!-~]{1,39}|(?:[\s{}\[\],:\\]|true|false|null|-?\d[\d.eE+-]*)*")


class InvalidRecord(ValueError):  # noqa: N818 - reads as what happened to the record
    """A record cannot become a document; the message is the reason, the same for all alike.

    Parameters
    ----------
    reason : str
        Why not.
    excerpt : str
        What to keep of the record, where the reason knows better than its reader.
    """

    def __init__(self, reason: str, excerpt: str = "") -> None:
        super().__init__(reason)
        self.excerpt = excerpt


class TooMany(InvalidRecord):
    """There is more in a payload than is taken at once."""


class Reject(NamedTuple):
    """One rejected record, as the import log stores it."""

    line: int
    reason: str
    excerpt: str = ""

    @classmethod
    def of(cls, line: int, rejection: InvalidRecord, excerpt: str = "") -> "Reject":
        """Keep a rejected record, with its beginning unless the rejection has an excerpt."""
        return cls(line, str(rejection), rejection.excerpt or excerpt)


Item = tuple[int, dict[str, Any] | Reject]


def records(file: SourceFile, limit: int = LIMIT) -> Iterator[Item]:
    """Yield every JSON object of a file with its line, and a `Reject` for what is none.

    Parameters
    ----------
    file : SourceFile
        Lines of JSON, or concatenated JSON, or JSON arrays of objects.
    limit : int
        Longest record in bytes; longer ones are passed over without being held.
    """
    reader = _from_lines if _has_lines(file.sample.removeprefix(UTF_8_MARK)) else _from_stream
    line = 0
    try:
        for line, value in reader(file.utf_8_chunks(), limit):
            yield line, value
    except DamagedError as damage:
        yield line + 1, Reject(line + 1, str(damage))


def excerpt(raw: bytes | str) -> str:
    """Return the beginning of a rejected record without content of conversations.

    Values of names such as ``prompt``, long strings and sentences are left out. Of what is no
    JSON only the size is shown; the line number finds the rest.
    """
    start = raw[: 8 * _EXCERPT]
    shown = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
    if not shown.lstrip().startswith(("{", "[")):
        return f"({len(raw):,} characters)"
    shown = _RUN.sub(lambda run: run[0] if _HARMLESS.fullmatch(run[0]) else "…", shown)
    content = _CONTENT.search(shown)
    return shown[: min(content.end() if content else _EXCERPT, _EXCERPT)].strip()


def decode(raw: bytes) -> Any:
    """Read one JSON value, also with what strict parsers reject: NaN, 1e999, half surrogates.

    Raises
    ------
    InvalidRecord
        If it is not JSON.
    TooMany
        If it holds far more values than other records of its size.
    """
    if is_dense(raw):
        raise TooMany("too many values")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(_as_strict_json(raw))
    except UnicodeDecodeError:
        raise InvalidRecord("not UTF-8") from None
    except (ValueError, RecursionError):
        raise InvalidRecord("not JSON") from None


def is_dense(raw: bytes) -> bool:
    """Return whether JSON text, once parsed, would take far more memory than its size allows.

    Each value but the first of its container stands behind a comma.
    """
    if len(raw) <= _SMALL or not _has_many_values(raw, len(raw)):
        return False
    # Text may hold braces and commas too, in few and long strings
    has_many_strings = raw.count(b'"') > len(raw) // _BYTES_PER_QUOTE
    return has_many_strings or _has_many_values(_STRING.sub(b"", raw), len(raw))


def encode(value: Any) -> bytes | None:
    """Write a JSON value; None if it is nested deeper than the writer goes."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return None


def _has_many_values(raw: bytes, size: int) -> bool:
    containers = raw.count(b"{") + raw.count(b"[")
    most = min(size // _BYTES_PER_CONTAINER, _MAX_CONTAINERS)
    return containers > most or raw.count(b",") > _MAX_COMMAS


def _as_strict_json(raw: bytes) -> bytes:
    value = json.loads(
        raw.decode("utf-8"),
        parse_constant=lambda _: None,
        parse_int=_integer,
        parse_float=_finite,
        strict=False,
    )
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _integer(digits: str) -> int | float | None:
    return int(digits) if len(digits) < 19 else _finite(digits)


def _finite(digits: str) -> float | None:
    parsed = float(digits)
    return parsed if math.isfinite(parsed) else None


def _has_lines(sample: bytes) -> bool:
    """Return whether a file is to be read line by line rather than as a stream of objects."""
    if not sample.lstrip().startswith((b"{", b"[")):
        return True
    *lines, _cut = sample.lstrip().split(b"\n")
    if lines and lines[0].strip() in (b"{", b"["):
        return False
    return any(_is_object(line) for line in lines[:50])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict | list)
    except orjson.JSONDecodeError:
        return False


def _from_lines(chunks: Iterable[bytes], limit: int) -> Iterator[Item]:
    for number, raw in enumerate(_lines(chunks, limit), 1):
        if raw is None:
            yield number, Reject(number, "record too long")
        elif raw and not raw.isspace():
            yield from _values(number, raw, limit)


def _lines(chunks: Iterable[bytes], limit: int) -> Iterator[bytes | None]:
    """Yield lines; None in place of one that is longer than the limit."""
    pieces: list[bytes] = []
    length = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        length += len(first)
        # Of a line over the limit only the length is kept
        pieces = [*pieces, first] if length <= limit else []
        if others:
            yield b"".join(pieces) if length <= limit else None
            *complete, tail = others
            yield from (line if len(line) <= limit else None for line in complete)
            pieces, length = [tail], len(tail)
    if length:
        yield b"".join(pieces) if length <= limit else None


def _values(number: int, raw: bytes, limit: int) -> Iterator[Item]:
    try:
        value = decode(raw)
    except InvalidRecord as rejection:
        if raw.lstrip().startswith((b"{", b"[")):
            # Perhaps several objects in one line, or a torn one and a whole one
            for _, item in _from_stream([raw], limit):
                yield number, item._replace(line=number) if isinstance(item, Reject) else item
        else:
            yield number, Reject(number, str(rejection), excerpt(raw))
    else:
        for item in value if isinstance(value, list) else [value]:
            yield number, item if isinstance(item, dict) else _not_an_object(number, raw)


def _not_an_object(number: int, raw: bytes) -> Reject:
    return Reject(number, "not a JSON object", excerpt(raw))


def _from_stream(chunks: Iterable[bytes], limit: int) -> Iterator[Item]:
    for number, item in enumerate(objects(chunks, limit, decode), 1):
        if isinstance(item, Broken):
            yield number, Reject(number, item.reason, excerpt(item.start))
        else:
            yield number, item
