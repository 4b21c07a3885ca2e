"""Deduplication of reports of one call."""

from __future__ import annotations

from store.events.bucket import pack
from store.events.duplicates import can_hold_duplicates, find_duplicates
from tests.factories import later, make_event, make_request


def bucket(key, *events):
    return pack(f"2026-01-20T12|{key}", events)


def test_telemetry_outranks_a_transcript():
    transcript = make_request(source="transcript", usage_key="req:1", dedupe_rank=[1, 900])
    telemetry = make_request(source="otlp", usage_key="req:1")
    one = bucket("a", transcript, telemetry)
    assert find_duplicates([one]) == {(one["_id"], transcript["id"])}


def test_the_more_complete_transcript_record_counts():
    early = make_request(source="transcript", usage_key="msg:1", dedupe_rank=[1, 5])
    final = make_request(source="transcript", usage_key="msg:1", dedupe_rank=[1, 90])
    one = bucket("a", early, final)
    assert find_duplicates([one]) == {(one["_id"], early["id"])}


def test_of_equal_copies_exactly_one_counts():
    copy = make_request(source="transcript", usage_key="msg:1")
    buckets = [bucket("b", copy), bucket("a", copy)]
    assert find_duplicates(buckets) == {("2026-01-20T12|b", copy["id"])}


def test_different_kinds_of_event_are_no_duplicates():
    request = make_request(usage_key="req:1")
    error = {**make_request(usage_key="req:1"), "event_type": "api_error", "id": "f" * 32}
    assert find_duplicates([bucket("a", request, error)]) == set()


def test_events_without_a_key_are_no_duplicates():
    assert find_duplicates([bucket("a", make_request(), make_request(sequence=1))]) == set()


def test_only_transcripts_make_a_second_look_worth_while():
    assert not can_hold_duplicates([bucket("a", make_request(source="otlp"))])
    assert can_hold_duplicates([bucket("a", make_request(source="transcript"))])


def test_one_request_id_for_two_messages_makes_no_duplicates():
    events = [
        make_request(source="transcript", usage_key="req:1", message_id=f"msg-{number}")
        for number in (1, 2)
    ]
    assert find_duplicates([bucket("a", *events)]) == set()


def test_what_a_side_conversation_repeats_of_its_parent_is_a_duplicate():
    shared = {"source": "transcript", "message_id": "msg-1"}
    parent = make_request(**shared, usage_key="req:1", dedupe_rank=[1, 20])
    replay = make_request(**shared, usage_key="req:2", dedupe_rank=[0, 20], is_sidechain=True)
    one = bucket("a", parent, replay)
    assert find_duplicates([one]) == {(one["_id"], replay["id"])}


def test_a_side_conversation_of_another_session_repeats_nothing():
    shared = {"source": "transcript", "message_id": "constant"}
    parent = make_request(**shared, usage_key="req:1", dedupe_rank=[1, 20])
    other = make_request(**shared, usage_key="req:2", dedupe_rank=[0, 20], is_sidechain=True)
    assert find_duplicates([bucket("a", parent), bucket("b", other)]) == set()


def test_a_prompt_without_a_key_in_common_is_known_by_its_prompt_id():
    typed = make_event("user_prompt", source="transcript", usage_key="uuid:1", prompt_id="p-1")
    again = make_event("user_prompt", source="transcript", usage_key="uuid:2", prompt_id="p-2")
    reported = make_event("user_prompt", source="otlp", prompt_id="p-1")
    one = bucket("a", typed, again, reported)
    assert find_duplicates([one]) == {(one["_id"], typed["id"])}


def test_reports_hours_apart_are_different_calls():
    morning = make_request(source="transcript", usage_key="req:1")
    evening = make_request(source="otlp", usage_key="req:1", timestamp=later(hours=1))
    assert find_duplicates([bucket("a", morning, evening)]) == set()


def test_whether_an_event_counts_depends_on_its_neighbourhood_only():
    reports = [
        make_request(source="transcript", usage_key="req:1", dedupe_rank=[1, rank], timestamp=at)
        for rank, at in [(30, later()), (20, later(minutes=50)), (10, later(minutes=100))]
    ]
    one = bucket("a", *reports)
    assert find_duplicates([one]) == {(one["_id"], report["id"]) for report in reports[1:]}
