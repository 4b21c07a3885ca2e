"""Changes of OpenTelemetry counters, by the local day on which they count.

A delta point counts on the day of its time. A cumulative one counts what it adds to the point
before it of the same series and start; the first of a start counts in full, since a counter begins
at 0. Tokens, cost and sessions are added up here too, but never together with those of events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from store.events.bucket_key import BucketKey, is_sessionless
from store.events.documents import MetricBucket
from store.events.metric_points import CUMULATIVE, EDIT_DECISION, point_time, series_of
from store.time_zone import local_hour, local_hour_of_utc

Header = Mapping[str, Any]
Change = tuple[Header, str, float]


def is_measured(buckets: Iterable[MetricBucket]) -> bool:
    """Return whether the metrics of a session report its edit decisions.

    Then those of its events do not count: they are the same, but only metrics have the language.
    """
    return any(
        series["metric"] == EDIT_DECISION
        for bucket in buckets
        if not is_sessionless(bucket["session_id"])
        for series in bucket["series"]
    )


def counted_points(buckets: Iterable[MetricBucket], zone: ZoneInfo) -> Iterator[Change]:
    """Yield each change of a counter of one session: its attributes, local day and value.

    Parameters
    ----------
    buckets : iterable of dict
        All buckets of metric points of the session.
    zone : zoneinfo.ZoneInfo
        Reporting time zone.
    """
    counters: defaultdict[tuple[str, int], list[tuple[int, float, Header]]] = defaultdict(list)
    for bucket in sorted(buckets, key=lambda bucket: str(bucket["_id"])):
        session = bucket["session_id"]
        shared = {} if is_sessionless(session) else {"session_id": session}
        local = local_hour_of_utc(BucketKey.parse(bucket["_id"]).hour, zone)
        for series, points in series_of(bucket):
            header = {**series, **shared}
            if header["temporality"] == CUMULATIVE:
                for start, time, value in points:
                    counters[header["series"], start].append((time, value, header))
                continue
            for _, time, value in points:
                if value:
                    yield header, local[0] if local else _day(time, zone), value
    for points_of_start in counters.values():
        yield from _increases(points_of_start, zone)


def _increases(points: list[tuple[int, float, Header]], zone: ZoneInfo) -> Iterator[Change]:
    before = 0.0
    for time, value, header in sorted(points, key=lambda point: point[:2]):
        # A counter that only grows and is smaller now restarted without a new start time
        restarted = header["is_monotonic"] and value < before
        if change := value if restarted else value - before:
            yield header, _day(time, zone), change
        before = value


def _day(time_unix_nano: int, zone: ZoneInfo) -> str:
    return local_hour(point_time(time_unix_nano), zone)[0]
