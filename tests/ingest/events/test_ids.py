import hashlib

import pytest

from ingest.events.ids import Ordinals, content_id, digest, usage_key


def test_an_id_is_a_hash_over_the_compact_json_of_its_parts():
    text = '["e1","session-1","api_request",1768914300000,7]'
    expected = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert content_id("e1", "session-1", "api_request", 1768914300000, 7) == expected


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": "x"}) == digest({"b": "x", "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_ordinals_number_equals():
    ordinals = Ordinals()
    assert [ordinals.next(key) for key in "aabab"] == [0, 1, 0, 2, 1]


def test_ordinals_forget_what_is_long_past_and_remember_what_is_near():
    ordinals = Ordinals(remembered=10)
    for number in range(100):
        assert ordinals.next(f"key {number}") == 0
        assert ordinals.next(f"key {number}") == 1


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"event_type": "api_request", "request_id": "req_1"}, "req:req_1"),
        ({"event_type": "api_error", "request_id": "req_1"}, "req:req_1"),
        ({"event_type": "tool_result", "tool_use_id": "toolu_1"}, "tool:toolu_1"),
        ({"event_type": "tool_decision", "tool_use_id": "toolu_1"}, None),
        ({"event_type": "user_prompt"}, "uuid:m-1"),
        ({"event_type": "api_request"}, None),
    ],
)
def test_what_a_transcript_would_call_it(event, key):
    assert usage_key(event, "m-1") == key


def test_a_prompt_without_a_message_has_no_key():
    assert usage_key({"event_type": "user_prompt"}) is None
