"""OTLP records to documents: one event whatever the typing, the encoding and the transport."""

from __future__ import annotations

import orjson
import pytest

from ingest.events.mapper import Mapper
from ingest.formats.cloudwatch import map_batch
from ingest.otlp.decode import LOGS, json_payload, json_records, protobuf_records
from ingest.otlp.map import map_records
from ingest.record_kinds import EVENT, POINT, REJECT, SKIPPED
from tests.ingest.batches import batch, log_event
from tests.ingest.otlp_bodies import (
    api_request,
    json_logs,
    json_metrics,
    json_value,
    point,
    protobuf_logs,
)


def of_json(body, source="otlp"):
    return list(map_records(json_records(json_payload(body)), Mapper(source)))


def only_event(body, source="otlp"):
    ((kind, event),) = of_json(body, source)
    assert kind == EVENT
    return event


def as_text(value):
    return {"stringValue": str(value)}


def as_the_collector_does(value):
    return {"intValue": str(value)} if type(value) is int else json_value(value)


def without(event, *names):
    return {name: value for name, value in event.items() if name not in names}


@pytest.mark.parametrize("wrap", [as_text, as_the_collector_does])
def test_an_event_is_the_same_however_its_numbers_are_typed(wrap):
    expected = only_event(json_logs(api_request()))
    assert only_event(json_logs(api_request(), wrap=wrap)) == expected
    assert expected["input_tokens"] == 387
    assert expected["cost_usd"] == 0.25
    assert expected["email"] == "ada@example.com"


def test_an_event_is_the_same_in_json_and_in_protobuf():
    expected = only_event(json_logs(api_request()))
    ((_, event),) = map_records(
        protobuf_records(protobuf_logs(api_request()), LOGS), Mapper("otlp")
    )
    assert event == expected


def test_a_cost_that_is_whole_or_missing_changes_nothing_but_the_cost():
    expected = only_event(json_logs(api_request()))
    whole = only_event(json_logs(api_request(cost_usd=1)))
    assert without(whole, "cost_usd") == without(expected, "cost_usd")
    assert whole["cost_usd"] == 1.0
    broken = json_logs(api_request()).replace(b'{"doubleValue":0.25}', b'{"doubleValue":{}}')
    assert only_event(broken) == without(expected, "cost_usd")


def test_the_id_does_not_depend_on_the_transport():
    live = only_event(json_logs(api_request()))
    message = orjson.dumps({"attributes": api_request(), "resource": {}}).decode()
    document = batch(log_event({}))
    document["logEvents"][0]["message"] = message
    ((_, event),) = map_batch(document, 1, Mapper("cloudwatch"))
    assert event["id"] == live["id"]
    assert only_event(json_logs(api_request()), "collector")["id"] == live["id"]


def test_equal_events_without_a_sequence_are_numbered_alike_in_every_delivery():
    old = api_request(event__sequence=None, request_id=None)
    first = [event["id"] for _, event in of_json(json_logs(old, old))]
    assert len(set(first)) == 2
    assert [event["id"] for _, event in of_json(json_logs(old, old))] == first


def record(**fields):
    log = {"resourceLogs": [{"scopeLogs": [{"logRecords": [fields]}]}]}
    ((kind, document),) = of_json(orjson.dumps(log))
    return kind, document


def test_the_name_is_that_of_the_attribute_else_of_the_record_else_its_body():
    time = "1768910400000000000"
    kind, event = record(timeUnixNano=time, eventName="claude_code.auth", body={"stringValue": "x"})
    assert (kind, event["event_type"]) == (EVENT, "auth")
    _, event = record(timeUnixNano=time, body={"stringValue": "claude_code.compaction"})
    assert event["event_type"] == "compaction"


def test_a_sentence_in_the_body_is_no_name():
    kind, reject = record(timeUnixNano="1768910400000000000", body={"stringValue": "I said this"})
    assert (kind, reject.reason) == (REJECT, "event without a name")
    assert "said" not in reject.excerpt


def test_the_time_is_the_first_that_is_known():
    name = [{"key": "event.name", "value": {"stringValue": "auth"}}]
    _, event = record(attributes=name, timeUnixNano="0", observedTimeUnixNano=1768910400125000000)
    assert event["timestamp"].isoformat() == "2026-01-20T12:00:00.125000+00:00"
    kind, reject = record(attributes=name)
    assert (kind, reject.reason) == (REJECT, "event without a valid time")


def test_points_of_sums_are_points_and_others_are_skipped():
    ((kind, document),) = of_json(json_metrics("claude_code.commit.count", point()))
    assert (kind, document["metric"]) == (POINT, "commit.count")
    assert of_json(json_metrics("app.latency", point(), kind="histogram")) == [
        (SKIPPED, "points of a histogram")
    ]


def test_codex_input_is_counted_without_what_was_cached():
    event = only_event(
        json_logs(
            {
                "event.name": "codex.sse_event",
                "event.timestamp": "2026-01-20T12:00:00.125Z",
                "conversation.id": "conversation-1",
                "kind": "response.completed",
                "input_token_count": "1000",
                "cached_token_count": "900",
                "output_token_count": "50",
            }
        )
    )
    assert event["event_type"] == "codex.sse_event"
    assert event["session_id"] == "conversation-1"
    tokens = ("input_tokens", "cache_read_tokens", "output_tokens")
    assert [event[name] for name in tokens] == [100, 900, 50]
