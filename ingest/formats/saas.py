"""The SaaS data set: accounts, sessions, tokens, requests and audit logs of a web application.

One JSON object with five arrays. It is another domain than telemetry, so its records keep their
own names, their own collections and their own UUIDs, and nothing of them is an event.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from ingest.events.clock import Clock, saas_clock
from ingest.events.coerce import (
    Coercion,
    bounded,
    count,
    flag,
    instant,
    lower,
    number,
    status,
    text,
)
from ingest.files.compression import DamagedError
from ingest.files.json_arrays import members
from ingest.files.json_records import InvalidRecord, Reject, decode, encode, excerpt
from ingest.files.json_stream import Broken
from ingest.files.source_file import SourceFile
from ingest.record_kinds import REJECT, SAAS, Document
from store.saas.records import AUDIT_LOGS, REQUESTS, SESSIONS, TOKENS, USERS, Record

NAME = "saas"
DESCRIPTION = "a SaaS data set of users, sessions, tokens, requests and audit logs"

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_MESSAGE_LIMIT = 300
_TEXTS_LIMIT = 32
_EXTRA_LIMIT = 32
# Characters; a thousand records share a document of 16 MB
_TEXTS_ROOM = 1_000
_EXTRA_ROOM = 1_500


class _Kind(NamedTuple):
    """Where the records of one array go, and what they say."""

    collection: str
    id_field: str
    required: str | None
    fields: Mapping[str, Coercion]
    past: tuple[str, ...] = ()
    """Times of what has happened; the end of a token may lie far ahead."""


def _texts(value: Any) -> list[str] | None:
    if not isinstance(value, list):
        return None
    texts = [item for item in map(text, value[:_TEXTS_LIMIT]) if item]
    return _fitting(texts, texts, _TEXTS_ROOM)


def _message(value: Any) -> str | None:
    return bounded(value, _MESSAGE_LIMIT)


def _upper(value: Any) -> str | None:
    name = text(value)
    return name.upper() if name else None


KINDS = {
    "users": _Kind(USERS, "user_id", None, {
        "username": text, "email": lower, "role": text, "permissions": _texts,
        "created_at": instant, "last_login_at": instant, "status": text, "mfa_enabled": flag,
        "failed_login_attempts": count,
    }, ("last_login_at",)),
    "sessions": _Kind(SESSIONS, "session_id", "started_at", {
        "user_id": lower, "ip_address": text, "country": text, "city": text, "device_type": text,
        "browser": text, "os": text, "started_at": instant, "last_activity_at": instant,
        "duration_seconds": count, "is_active": flag, "terminated_reason": text,
    }, ("started_at", "last_activity_at")),
    "tokens": _Kind(TOKENS, "token_id", None, {
        "user_id": lower, "session_id": lower, "type": text, "issued_at": instant,
        "expires_at": instant, "revoked": flag, "revoked_at": instant, "scopes": _texts,
        "signature_hash": text,
    }),
    "requests": _Kind(REQUESTS, "request_id", "timestamp", {
        "session_id": lower, "token_id": lower, "endpoint": text, "method": _upper,
        "status_code": status, "timestamp": instant, "response_time_ms": count,
        "request_size_bytes": count, "response_size_bytes": count, "rate_limited": flag,
        "error_message": _message,
    }, ("timestamp",)),
    "audit_logs": _Kind(AUDIT_LOGS, "event_id", "timestamp", {
        "user_id": lower, "action": text, "target_user_id": lower, "ip_address": text,
        "timestamp": instant, "severity": text,
    }, ("timestamp",)),
}  # fmt: skip
"""Each array of the data set, by its name."""

_SIGN = re.compile(
    "|".join(
        rf'"{name}"\s*:\s*\[\s*\{{[^{{}}]*"{kind.id_field}"\s*:' for name, kind in KINDS.items()
    ).encode()
)
_ARRAY = re.compile(rf'"({"|".join(KINDS)})"\s*:\s*\['.encode())
_ENOUGH_ARRAYS = 3


def recognise(file: SourceFile) -> bool:
    """Return whether a file is such an object: a known array of records, or several empty ones."""
    sample = file.sample.lstrip()
    if not sample.startswith((b"{", b"\xef\xbb\xbf")):
        return False
    return bool(_SIGN.search(sample)) or len(set(_ARRAY.findall(sample))) >= _ENOUGH_ARRAYS


def documents(file: SourceFile) -> Iterator[Document]:
    """Read the object record by record and yield them with their collections.

    The line of a rejected record is its number in the file, counted over all arrays.
    """
    number_in_file = 0
    clock = saas_clock()
    try:
        for number_in_file, (array, value) in enumerate(members(file.utf_8_chunks(), decode), 1):
            yield _document(array, value, number_in_file, clock)
    except DamagedError as damage:
        yield REJECT, Reject(number_in_file + 1, str(damage))


def map_record(array: str, record: Mapping[str, Any]) -> Record:
    """Map one record of an array; what is unknown is absent, what is unmapped goes to `extra`.

    Raises
    ------
    InvalidRecord
        If it has no UUID, or no time although its kind needs one.
    """
    kind = KINDS.get(array)
    if kind is None:
        raise InvalidRecord("record of an unknown array")
    mapped: Record = {"id": _uuid(array, record.get(kind.id_field))}
    extra = []
    for name, value in record.items():
        if coerce := kind.fields.get(name):
            if (coerced := coerce(value)) is not None:
                mapped[name] = coerced
        elif name != kind.id_field and (further := _kept(value)) is not None:
            extra.append({"k": name[:64], "v": further})
    if kind.required and kind.required not in mapped:
        raise InvalidRecord(f"{_singular(array)} without a valid time")
    if extra:
        extra = sorted(extra, key=lambda item: str(item["k"]))[:_EXTRA_LIMIT]
        texts = [f"{item['k']}{item['v']}" for item in extra]
        mapped["extra"] = _fitting(extra, texts, _EXTRA_ROOM)
    return mapped


def _fitting(items: list[Any], texts: list[str], room: int) -> list[Any]:
    """Return the first items, as many as there is room for."""
    ends = accumulate(map(len, texts))
    return [item for item, end in zip(items, ends, strict=True) if end <= room]


def _document(array: str, value: Any, number_in_file: int, clock: Clock) -> Document:
    if isinstance(value, Broken):
        return REJECT, Reject(number_in_file, value.reason, excerpt(value.start))
    try:
        record = map_record(array, value)
        for name in KINDS[array].past:
            if moment := record.get(name):
                clock.check(moment, record)
    except InvalidRecord as rejection:
        return REJECT, Reject.of(number_in_file, rejection, excerpt(encode(value) or b""))
    return SAAS, (KINDS[array].collection, record)


def _uuid(array: str, value: Any) -> str:
    uuid = lower(value)
    if not uuid or not _UUID.fullmatch(uuid):
        raise InvalidRecord(f"{_singular(array)} without a UUID")
    return uuid


def _singular(array: str) -> str:
    return array.replace("_", " ").removesuffix("s")


def _kept(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, list | dict):
        value = (encode(value) or b"").decode() if value else None
    return value if isinstance(value, bool) else bounded(value, _MESSAGE_LIMIT)
