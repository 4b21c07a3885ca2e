"""Points of metrics: one id per series and span of time, whatever the encoding."""

from __future__ import annotations

import pytest

from ingest.events.mapper import Mapper
from ingest.events.metric_points import map_point
from ingest.files.json_records import InvalidRecord
from ingest.otlp.decode import METRICS, json_payload, json_records, protobuf_records
from store.events.metric_points import CUMULATIVE, DELTA
from tests.ingest.otlp_bodies import NANOS, json_metrics, point, protobuf_metrics

LINES = "claude_code.lines_of_code.count"


def of_json(*points, name=LINES, temporality=1):
    body = json_metrics(name, *points, temporality=temporality)
    mapper = Mapper("otlp")
    return [map_point(record, mapper) for record in json_records(json_payload(body))]


def test_a_point_holds_what_was_sent():
    (mapped,) = of_json(point(value=12.0, type="added", model="claude-opus-4-6[1m]"))
    assert (
        mapped.items()
        >= {
            "metric": "lines_of_code.count",
            "value": 12.0,
            "type": "added",
            "model": "claude-opus-4-6",
            "session_id": "session-a",
            "user_id": "ada@example.com",
            "temporality": DELTA,
            "time_unix_nano": NANOS,
            "client_version": "2.1.138",
            "source": "otlp",
        }.items()
    )
    assert mapped["timestamp"].isoformat() == "2026-01-20T12:00:00+00:00"
    assert not {"event_type", "extra"} & set(mapped)


def test_a_point_is_the_same_in_json_and_in_protobuf():
    points = [point(value=3), point(1, value=2.5, type="added", source="config")]
    records = protobuf_records(protobuf_metrics(LINES, *points), METRICS)
    mapper = Mapper("otlp")
    assert [map_point(record, mapper) for record in records] == of_json(*points)


def test_points_of_one_series_share_it_and_differ_in_id():
    first, second = of_json(point(0), point(1))
    assert first["series"] == second["series"]
    assert first["id"] != second["id"]
    (other,) = of_json(point(0, type="added"))
    assert other["series"] != first["series"]


def test_typing_does_not_split_a_series():
    (one,) = of_json(point(number=3, flag=True))
    (other,) = of_json(point(number="3", flag="true"))
    assert one["series"] == other["series"]


@pytest.mark.parametrize(
    ("sent", "read"), [(0, DELTA), (1, DELTA), (2, CUMULATIVE), ("2", CUMULATIVE), (None, DELTA)]
)
def test_only_a_counter_declared_cumulative_is_cumulative(sent, read):
    (mapped,) = of_json(point(), temporality=sent)
    assert mapped["temporality"] == read
    (mapped,) = of_json(point(), temporality="AGGREGATION_TEMPORALITY_CUMULATIVE")
    assert mapped["temporality"] == CUMULATIVE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": {}}, "metric point without a value"),
        ({"time": 0}, "metric point without a valid time"),
        ({"time": "soon"}, "metric point without a valid time"),
    ],
)
def test_a_point_without_value_or_time_is_rejected(changes, reason):
    with pytest.raises(InvalidRecord, match=reason):
        of_json(point() | changes)


def test_a_metric_without_a_name_is_rejected():
    with pytest.raises(InvalidRecord, match="metric without a name"):
        of_json(point(), name="")


def test_a_point_without_a_start_is_kept():
    (mapped,) = of_json(point() | {"start": 0})
    assert mapped["start_unix_nano"] == 0


def test_metrics_of_others_keep_their_whole_name():
    (mapped,) = of_json(point(), name="gemini_cli.session.count")
    assert mapped["metric"] == "gemini_cli.session.count"
