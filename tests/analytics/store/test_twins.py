"""Which of several reports of one call counts."""

from __future__ import annotations

from analytics.store.buckets import pack
from analytics.store.twins import can_hold_twins, find_twins
from tests.factories import make_request


def bucket(key, *events):
    return pack(f"2026-01-20T12|{key}", events)


def test_telemetry_outranks_a_transcript():
    transcript = make_request(source="transcript", usage_key="req:1", dedupe_rank=[1, 900])
    telemetry = make_request(source="otlp", usage_key="req:1")
    one = bucket("a", transcript, telemetry)
    assert find_twins([one]) == {(one["_id"], transcript["id"])}


def test_the_more_complete_transcript_record_counts():
    early = make_request(source="transcript", usage_key="msg:1", dedupe_rank=[1, 5])
    final = make_request(source="transcript", usage_key="msg:1", dedupe_rank=[1, 90])
    one = bucket("a", early, final)
    assert find_twins([one]) == {(one["_id"], early["id"])}


def test_of_equal_copies_exactly_one_counts():
    copy = make_request(source="transcript", usage_key="msg:1")
    buckets = [bucket("b", copy), bucket("a", copy)]
    assert find_twins(buckets) == {("2026-01-20T12|b", copy["id"])}


def test_different_kinds_of_event_are_no_twins():
    request = make_request(usage_key="req:1")
    error = {**make_request(usage_key="req:1"), "event_type": "api_error", "id": "f" * 32}
    assert find_twins([bucket("a", request, error)]) == set()


def test_events_without_a_key_are_no_twins():
    assert find_twins([bucket("a", make_request(), make_request(sequence=1))]) == set()


def test_only_transcripts_make_a_second_look_worth_while():
    assert not can_hold_twins([bucket("a", make_request(source="otlp"))])
    assert can_hold_twins([bucket("a", make_request(source="transcript"))])
