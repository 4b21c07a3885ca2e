"""Protobuf as bytes: find fields and count messages before any of them is built.

Two bytes can be a message that takes a hundred in memory, so the size of a payload does not bound
what it becomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from ingest.files.json_records import InvalidRecord, TooMany

# So much may be anything; more needs so many bytes per message, of which clients need 15
_SMALL = 256 * 1024
_BYTES_PER_MESSAGE = 8
# Numbers of one byte each are held in eight
_BYTES_PER_PACKED = 4
_DEEPEST = 100  # what the parser allows

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_FIXED = {_FIXED_64: 8, _FIXED_32: 4}
_LONGEST_VARINT = 10

AnyMessage = TypeVar("AnyMessage", bound=Message)


class Span(NamedTuple):
    """Where the content of a field is."""

    number: int
    start: int
    end: int


def fields(raw: bytes, start: int, end: int) -> Iterator[Span]:
    """Yield the fields of a message that have a length; the others are numbers.

    Raises
    ------
    InvalidRecord
        If this is no message.
    """
    at = start
    while at < end:
        key, at = _varint(raw, at, end)
        kind = key & 7
        if kind == _BYTES:
            size, at = _varint(raw, at, end)
            if size > end - at:
                raise _no_message()
            yield Span(key >> 3, at, at + size)
            at += size
        elif kind == _VARINT:
            _, at = _varint(raw, at, end)
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise _no_message()
    if at > end:
        raise _no_message()


def parsed(message: type[AnyMessage], raw: bytes) -> AnyMessage:
    """Build a message.

    Raises
    ------
    InvalidRecord
        If this is no such message.
    TooMany
        If far more messages are in it than in others of its size.
    """
    if len(raw) > _SMALL:
        _Counter(raw).count(0, len(raw), _nested(message.DESCRIPTOR))
    built: AnyMessage = message()
    try:
        built.ParseFromString(raw)
    except DecodeError:
        raise _no_message() from None
    return built


class _Counter:
    """Counts the messages in a message, up to a limit."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._left = len(raw) // _BYTES_PER_MESSAGE

    def count(self, start: int, end: int, nested: dict[int, Any], depth: int = 0) -> None:
        """Count those in and below some fields."""
        if depth > _DEEPEST:
            raise _no_message()
        for number, at, behind in fields(self._raw, start, end):
            if number not in nested:
                continue
            inner = nested[number]
            self._left -= (behind - at) // _BYTES_PER_PACKED if inner is None else 1
            if self._left < 0:
                raise TooMany("too many values")
            if inner:
                self.count(at, behind, inner, depth + 1)


@cache  # of the few kinds of messages that OTLP has
def _nested(descriptor: Descriptor) -> dict[int, Any]:
    """Return by number what the messages in a field hold; None for a field of packed numbers."""
    return _nested_in(descriptor, {})


def _nested_in(descriptor: Descriptor, known: dict[str, dict[int, Any]]) -> dict[int, Any]:
    if descriptor.full_name not in known:
        kinds = known[descriptor.full_name] = {}
        for field in descriptor.fields:
            if field.message_type:
                kinds[field.number] = _nested_in(field.message_type, known)
            elif field.type == FieldDescriptor.TYPE_UINT64:
                kinds[field.number] = None
    return known[descriptor.full_name]


def _varint(raw: bytes, at: int, end: int) -> tuple[int, int]:
    """Read a number; return it and where the next byte is."""
    if at < end and (first := raw[at]) <= 0x7F:
        return first, at + 1
    number = 0
    for place, byte in enumerate(raw[at : min(end, at + _LONGEST_VARINT)]):
        number |= (byte & 0x7F) << (7 * place)
        if byte <= 0x7F:
            return number, at + place + 1
    raise _no_message()


def _no_message() -> InvalidRecord:
    return InvalidRecord("not an OTLP message in protobuf")
