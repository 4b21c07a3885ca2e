"""One point of a metric to one canonical point.

Tokens, cost and sessions come from events; metrics are the only source of lines of code, commits,
pull requests, active time and the languages of edits. Both are kept, and never added together.
"""

from typing import Any

from ingest.events.attribute_map import METRIC_POINT
from ingest.events.coerce import MOST, count, instant_of_nanos, shown, text
from ingest.events.ids import digest
from ingest.events.mapper import PREFIX, Mapper, normal
from ingest.files.json_records import InvalidRecord
from ingest.otlp.decode import Record
from store.events.metric_points import CUMULATIVE, DELTA, point_id, point_time

Point = dict[str, Any]


def map_point(record: Record, mapper: Mapper) -> Point:
    """Map one point of a sum.

    Parameters
    ----------
    record : Record
        A point with its resource and scope.
    mapper : Mapper
        That of the file or request.

    Raises
    ------
    InvalidRecord
        If the point has no name, no time or no value, one beyond `MOST`, or a counter a
        negative one.
    """
    sent, attributes = record.record, record.record["attributes"]
    metric, time, value = text(sent["metric"]), nanoseconds(sent["time"]), sent["value"]
    if metric is None:
        raise InvalidRecord("metric without a name")
    if time is None:
        raise InvalidRecord("metric point without a valid time")
    if value is None:
        raise InvalidRecord("metric point without a value")
    if value < 0 and sent["is_monotonic"]:
        raise InvalidRecord("counter that counts backwards")
    if abs(value) > MOST:
        raise InvalidRecord("metric point with a value that nothing can have")
    metric = metric.removeprefix(PREFIX)
    start = nanoseconds(sent["start"]) or 0
    point = mapper.described(METRIC_POINT, attributes, record.resource, record.scope)
    series = digest([metric, {key: normal(value) for key, value in attributes.items()}])
    del point["event_type"]
    return point | {
        "id": point_id(series, start, time),
        "series": series,
        "metric": metric,
        **({"unit": unit} if (unit := text(sent["unit"])) else {}),
        "value": value,
        "temporality": _temporality(sent["temporality"]),
        "is_monotonic": bool(sent["is_monotonic"]),
        "timestamp": point_time(time),
        "start_unix_nano": start,
        "time_unix_nano": time,
        "source": mapper.source,
    }


def nanoseconds(value: Any) -> int | None:
    """Read epoch nanoseconds, a number or text, if they are a plausible time."""
    return int(value) if instant_of_nanos(value) else None


def _temporality(value: Any) -> int:
    # The number of the enum as OTLP demands, or its name as some writers have it
    is_cumulative = count(value) == CUMULATIVE or shown(value).upper().endswith("CUMULATIVE")
    return CUMULATIVE if is_cumulative else DELTA
