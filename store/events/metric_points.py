"""Metric points in buckets: one document per session and UTC hour.

A client repeats the attributes of a series on every point that it sends. A bucket stores them once
per series, beside the times and values of its points, and is written by the same rules as a bucket
of events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson
from pymongo.database import Database

from store.events.bucket import BucketType
from store.events.bucket_key import BucketKey, is_sessionless
from store.events.documents import MetricBucket, MetricSeries, Point
from store.events.write import Written, write

COLLECTION = "metric_points"
DELTA = 1
CUMULATIVE = 2
EDIT_DECISION = "code_edit_tool.decision"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What differs from point to point of one series; `id` and `timestamp` follow from the others
_OF_POINT = {"id", "timestamp", "start_unix_nano", "time_unix_nano", "value"}


def point_id(series: str, start_unix_nano: int, time_unix_nano: int) -> str:
    """Return the id of a point: its series and the span of time that it covers."""
    return f"{series}-{start_unix_nano}-{time_unix_nano}"


def point_time(time_unix_nano: int) -> datetime:
    """Return the instant of a point in whole milliseconds."""
    return _EPOCH + timedelta(milliseconds=time_unix_nano // 1_000_000)


def write_points(db: Database, points: Iterable[Point]) -> Written:
    """Store metric points exactly once, whatever is there already.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    points : iterable of dict
        `id` (of `point_id`), `series` (digest of the metric's name and all
        attributes of the point), `metric`, `value`, `temporality`,
        `start_unix_nano`, `time_unix_nano`, `timestamp` (of `point_time`),
        `source`, and the attributes of the metric.

    Returns
    -------
    Written
        Counts, rejected points, and the ids of the buckets that differ now, which
        `refresh` needs.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    return write(db, POINTS, points)


def pack(key: str, points: Iterable[Point], version: int = 1) -> MetricBucket:
    """Build a bucket from its points, in an order that only the points decide."""
    hour_and_session = BucketKey.parse(key)
    omitted = _OF_POINT if hour_and_session.is_sessionless else _OF_POINT | {"session_id"}
    groups: dict[bytes, list[Point]] = {}
    for point in sorted(points, key=lambda point: (point["time_unix_nano"], str(point["id"]))):
        header = {name: value for name, value in point.items() if name not in omitted}
        groups.setdefault(orjson.dumps(header, option=orjson.OPT_SORT_KEYS), []).append(point)
    return {
        "_id": key,
        "day": hour_and_session.day,
        "session_id": hour_and_session.session,
        "version": version,
        "series": [_series(orjson.loads(header), groups[header]) for header in sorted(groups)],
    }


def unpack(bucket: MetricBucket) -> list[Point]:
    """Return the points of a bucket as they were given to `write_points`."""
    shared = {} if is_sessionless(bucket["session_id"]) else {"session_id": bucket["session_id"]}
    points: list[dict[str, Any]] = [
        {
            **header,
            **shared,
            "id": point_id(header["series"], start, time),
            "timestamp": point_time(time),
            "start_unix_nano": start,
            "time_unix_nano": time,
            "value": value,
        }
        for header, spans in series_of(bucket)
        for start, time, value in spans
    ]
    return cast(list[Point], points)


def series_of(
    bucket: MetricBucket,
) -> Iterator[tuple[dict[str, Any], Iterable[tuple[int, int, float]]]]:
    """Yield the series of a bucket: the common fields, and (start, time, value) of each point."""
    for stored in bucket["series"]:
        header = {name: value for name, value in stored.items() if name not in _ARRAYS}
        yield header, zip(stored["starts"], stored["times"], stored["values"], strict=True)


def has_points(db: Database) -> bool:
    """Return whether the store has any metrics; most have none."""
    return db[COLLECTION].find_one({}, {"_id": 1}) is not None


_ARRAYS = ("starts", "times", "values")


def _series(header: dict[str, Any], points: list[Point]) -> MetricSeries:
    series = {
        **header,
        "starts": [point["start_unix_nano"] for point in points],
        "times": [point["time_unix_nano"] for point in points],
        "values": [point["value"] for point in points],
    }
    return cast(MetricSeries, series)


POINTS = BucketType(COLLECTION, pack, unpack)
