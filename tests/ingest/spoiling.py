"""Ways to spoil a good file: bytes that flip, vanish, move or repeat, and JSON of other shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st


def _nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + '"x"' + closing * depth


ODD_VALUES = (
    *("null", "true", "0", "-1", "1.5", "1e308", "1e999", "1e-400", "NaN", "-Infinity"),
    *(str(2**63), str(2**64 - 1), str(-(2**63)), str(2**80), "9" * 5000),
    *('""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\u0661"', '"' + "x" * 70_000 + '"'),
    *('"-5"', '"NaN"', '"1e999"', '"' + "9" * 5000 + '"', '"$x"', '"a.b"', '"u:x"', '"a|b"'),
    *('"1970-01-01T00:00:00Z"', '"2099-12-31T23:59:59.999999Z"', '"2026-02-30"', '"soon"'),
    *('"9999-12-31T23:59:59-23:59"', '"0001-01-01T00:00:00+23:59"'),
    *("[]", "{}", "[[]]", "[{}]", '{"": {}}', '{"$set": 1}', '{"a.b": 1}', '{"a\\u0000b": 1}'),
    *('{"a": 1, "a": 2}', '{"doubleValue": {}}', '{"intValue": []}', '{"stringValue": 5}'),
    *('{"arrayValue": null}', '{"kvlistValue": {"values": [{"key": 1}]}}'),
    "[" + ", ".join(['"' + "y" * 300 + '"'] * 64) + "]",
    *(_nested("[", "]", depth) for depth in (120, 300, 900, 1100)),
    *(_nested('{"a": ', "}", depth) for depth in (120, 300, 900)),
    *(_nested('{"arrayValue": {"values": [', "]}}", depth) for depth in (120, 330)),
    _nested('{"kvlistValue": {"values": [{"key": "k", "value": ', "}]}}", 200),
    _nested('{"intValue": ', "}", 900),
)
"""JSON that is unexpected where a value should be."""

_ODD_NAMES = ("", "\0", "$a", "a.b", "prompt", "session.id", "type", "x" * 5000)
_MARK = re.compile(r'"@@(\d+)@@"')


@st.composite
def spoilt_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Strategy: the content with a few edits anywhere."""
    edits = st.tuples(
        st.sampled_from(["flip", "insert", "drop", "cut", "move", "repeat"]),
        st.integers(0, len(content) - 1),
        st.integers(0, len(content) - 1),
        st.integers(1, 400),
        st.binary(min_size=1, max_size=8),
    )
    for how, here, there, length, some in draw(st.lists(edits, min_size=1, max_size=4)):
        piece = content[here : here + length]
        before, behind = content[:here], content[here:]
        content = {
            "flip": before + some[:1] + behind[1:],
            "insert": before + some + behind,
            "drop": before + behind[length:],
            "cut": before,
            "move": content[:there] + piece + content[there:],
            "repeat": before + piece * 40 + behind,
        }[how]
    return content


@st.composite
def spoilt_json(draw: st.DrawFn, content: bytes) -> bytes:
    """Strategy: JSON, or lines of it, with a few values, names or elements of another kind."""
    try:
        whole = json.loads(content)
    except ValueError:
        lines = content.splitlines()
        number = draw(st.integers(0, len(lines) - 1))
        lines[number] = draw(spoilt_json(lines[number]))
        return b"\n".join(lines) + b"\n"
    for _ in range(draw(st.integers(1, 3))):
        whole = _changed(draw, whole)
    return _written(whole).encode()


def _changed(draw: st.DrawFn, tree: Any) -> Any:
    """Change one place of a tree; inside a text of JSON it is a place in there."""
    places = list(_places(tree))
    place = places[draw(st.integers(0, len(places) - 1))]
    odd = f"@@{draw(st.integers(0, len(ODD_VALUES) - 1))}@@"
    if place is None:
        return odd
    holder, key = place
    inner = _json_in(holder[key])
    how = draw(st.sampled_from(["replace", "replace", "rename", "remove", "add"]))
    if inner is not None:
        holder[key] = _written(_changed(draw, inner))
    elif how == "replace" or not isinstance(holder, dict):
        holder[key] = odd
    else:
        moved = holder[key] if how == "add" else holder.pop(key)
        if how != "remove":
            holder[draw(st.sampled_from(_ODD_NAMES))] = moved if how == "rename" else odd
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any] | None]:
    yield None
    yield from _inside(tree)


def _inside(tree: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(tree, dict | list):
        return
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield tree, key
        yield from _inside(value)


def _json_in(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith("{"):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):  # spoilt before
        return None


def _written(tree: Any) -> str:
    return _MARK.sub(lambda mark: ODD_VALUES[int(mark[1])], json.dumps(tree))
