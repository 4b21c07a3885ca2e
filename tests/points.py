"""Metric points with valid defaults."""

from __future__ import annotations

from typing import Any

from store.events.metric_points import DELTA, point_id, point_time
from tests.factories import NOON, event_id

MINUTE = 60_000_000_000
NOON_NANOS = int(NOON.timestamp()) * 1_000_000_000

Point = dict[str, Any]


def make_point(metric: str = "lines_of_code.count", *, minute: int = 0, **fields: Any) -> Point:
    """Return one valid point; a field given as None is left out.

    A delta is of the minute that ends so many minutes after noon.
    """
    defaults: Point = {
        "metric": metric,
        "value": 1,
        "temporality": DELTA,
        "is_monotonic": True,
        "start_unix_nano": NOON_NANOS + (minute - 1) * MINUTE,
        "time_unix_nano": NOON_NANOS + minute * MINUTE,
        "source": "otlp",
        "session_id": "session-a",
        "user_id": "user-ada",
        "email": "ada@example.com",
    }
    point = {name: value for name, value in (defaults | fields).items() if value is not None}
    names = ("metric", "session_id", "user_id", "type", "decision", "language", "model")
    point.setdefault("series", event_id([point.get(name) for name in names]))
    start, time = point["start_unix_nano"], point["time_unix_nano"]
    return {**point, "id": point_id(point["series"], start, time), "timestamp": point_time(time)}


def make_counter(value: float, *, minute: int, started: int = 0, **fields: Any) -> Point:
    """Return a cumulative point of a process that started some minutes after noon."""
    start = NOON_NANOS + started * MINUTE
    return make_point(minute=minute, value=value, temporality=2, start_unix_nano=start, **fields)
