"""Read a value whatever type it was declared as; what makes no sense is absent, never 0.

Clients send the same number as text, as a number or as text inside a typed wrapper, depending on
their version and on who forwarded it. These functions are the only place that knows.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

TEXT_LIMIT = 256
"""Longest name or id; a longer one is cut, and ends in a fingerprint of the whole."""
_FINGERPRINT = 16
# A double counts exactly up to here; nothing that anybody measured is larger
LARGEST = 2**53
MOST = 10**12
"""Largest count of tokens, bytes or milliseconds; a day's sums of it fit 8 bytes."""
DEEPEST = 8
"""So deep values may lie in each other; what lies deeper is nothing that a client means."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

Coercion = Callable[[Any], Any]

# Most text is no number: checking the first character is faster than a failed int() and float()
_NUMBER_STARTS = frozenset("0123456789+-.")
_SHORT = len(str(MOST))


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """Take an OTLP AnyValue out of its wrapper; None where it holds nothing usable."""
    if not isinstance(value, dict):
        return value
    for kind, unwrap in _WRAPPERS.items():
        if kind in value:
            return unwrap(value[kind])
    if depth:
        for kind, unwrap_inner in _NESTS.items():
            if kind in value:
                return unwrap_inner(value[kind], depth - 1)
    return None


def number(value: Any) -> int | float | None:
    """Read a finite number from a number, text, a bool or an AnyValue."""
    if isinstance(value, dict):
        value = plain(value)
    if isinstance(value, str):
        value = _number_in(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        return value
    return None


def count(value: Any) -> int | None:
    """Read a whole number of something, at most `MOST`."""
    if type(value) is str and len(value) < _SHORT and value.isascii() and value.isdigit():
        return int(value)  # what nearly every value is
    parsed = ordinal(value)
    return None if parsed is None or parsed > MOST else parsed


def ordinal(value: Any) -> int | None:
    """Read a whole number that cannot be negative and is never added up."""
    parsed = number(value)
    return None if parsed is None or parsed < 0 else round(parsed)


def amount(value: Any) -> float | None:
    """Read a number that cannot be negative and may have a fraction."""
    parsed = number(value)
    return None if parsed is None or parsed < 0 else float(parsed)


def status(value: Any) -> int | None:
    """Read an HTTP status; the text "undefined" that some clients send is none."""
    code = count(value)
    return code if code is not None and 100 <= code <= 599 else None


def flag(value: Any) -> bool | None:
    """Read a truth value from a bool, the words true and false, 1 and 0."""
    if isinstance(value, dict):
        value = plain(value)
    if isinstance(value, str):
        value = value.strip().lower()
    return _FLAGS.get(value) if isinstance(value, str | int | float) else None


def text(value: Any) -> str | None:
    """Read a name or an id; blanks are absent. Different ones differ however long they are."""
    if type(value) is str and 0 < len(value) <= TEXT_LIMIT and value[0] > " " < value[-1]:
        return value  # what nearly every value is
    stripped = _stripped(value)
    if stripped is None or len(stripped) <= TEXT_LIMIT:
        return stripped
    whole = sha256(stripped.encode("utf-8", "surrogatepass")).hexdigest()[:_FINGERPRINT]
    return f"{stripped[: TEXT_LIMIT - _FINGERPRINT - 1]}…{whole}"


def bounded(value: Any, limit: int) -> str | None:
    """Read a text of at most `limit` characters; a longer one is cut and ends in an ellipsis."""
    stripped = _stripped(value)
    return cut(stripped, limit) if stripped else None


def cut(content: str, limit: int) -> str:
    """Return a text in at most `limit` characters, the last one an ellipsis if there were more."""
    return content if len(content) <= limit else f"{content[: limit - 1]}…"


def _stripped(value: Any) -> str | None:
    if isinstance(value, dict):
        value = plain(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def shown(value: Any) -> str:
    """Write any value as Python does, however deeply it is nested."""
    try:
        return str(value)
    except RecursionError:
        return "nested too deeply"


def lower(value: Any) -> str | None:
    """Read a name or an id in lower case."""
    stripped = _stripped(value)
    return text(stripped.lower()) if stripped else None


def instant(value: Any) -> datetime | None:
    """Read ISO 8601 text as an instant in UTC, in whole milliseconds."""
    if isinstance(value, dict):
        value = plain(value)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is not UTC:
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if beyond := moment.microsecond % 1000:
        moment -= timedelta(microseconds=beyond)
    return moment if EARLIEST <= moment < LATEST else None


def instant_of_ms(value: Any) -> datetime | None:
    """Read epoch milliseconds, a number or text, as an instant in UTC."""
    milliseconds = ordinal(value)
    if milliseconds is None or milliseconds > LATEST.timestamp() * 1000:
        return None
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    return moment if EARLIEST <= moment < LATEST else None


def instant_of_nanos(value: Any) -> datetime | None:
    """Read epoch nanoseconds, a number or text as OTLP sends it, as an instant in UTC."""
    try:
        return instant_of_ms(int(value) // 1_000_000)
    except (TypeError, ValueError, OverflowError):
        return None


def epoch_ms(moment: datetime) -> int:
    """Return whole milliseconds since the epoch."""
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def _number_in(value: str) -> int | float | None:
    # int() and float() also read "1_000" and digits of other scripts, which no client means
    if value[:1] not in _NUMBER_STARTS or "_" in value or not value.isascii():
        return None
    try:
        return int(value)
    except ValueError:
        pass
    try:
        parsed = float(value)
    except ValueError:
        return None
    return parsed if math.isfinite(parsed) else None


def _items(value: Any, depth: int) -> list[Any]:
    values = value.get("values") if isinstance(value, dict) else None
    return [plain(item, depth) for item in values] if isinstance(values, list) else []


def _pairs(value: Any, depth: int) -> dict[str, Any]:
    values = value.get("values") if isinstance(value, dict) else None
    return pairs(values, depth) if isinstance(values, list) else {}


def pairs(values: list[Any], depth: int = DEEPEST) -> dict[str, Any]:
    """Read an OTLP list of key and value as a dict of plain values."""
    return {
        item["key"]: plain(item.get("value"), depth)
        for item in values
        if isinstance(item, dict) and isinstance(item.get("key"), str)
    }


_FLAGS: dict[Any, bool] = {"true": True, "1": True, 1: True, "false": False, "0": False, 0: False}
_WRAPPERS: dict[str, Coercion] = {
    "stringValue": lambda value: value if isinstance(value, str) else None,
    "intValue": lambda value: None if isinstance(value, dict) else number(value),
    "doubleValue": lambda value: None if isinstance(value, dict) else number(value),
    "boolValue": lambda value: None if isinstance(value, dict) else flag(value),
}
_NESTS: dict[str, Callable[[Any, int], Any]] = {"arrayValue": _items, "kvlistValue": _pairs}
