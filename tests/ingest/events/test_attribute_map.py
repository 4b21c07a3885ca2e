from ingest.events.attribute_map import SHARED, SHARED_FALLBACKS, STANDARD, fields_of, is_content


def test_every_fallback_fills_a_field_that_something_better_fills_too():
    better = {name for name, _ in SHARED.values()}
    assert {name for name, _ in SHARED_FALLBACKS.values()} <= better


def test_tokens_and_cost_are_read_from_requests_alone():
    for name in ("input_tokens", "output_tokens", "cache_read_tokens", "cost_usd"):
        assert name in fields_of("api_request")
        assert name not in fields_of("subagent_completed")


def test_content_never_has_a_field():
    for event_type in ("user_prompt", "tool_result", "api_request_body", "anything"):
        known = fields_of(event_type)
        assert all(known[name] is None for name in ("prompt", "body", "tool_input"))
    assert fields_of("assistant_response")["response"] is None
    assert "response" not in fields_of("feedback_survey")


def test_measures_are_not_standard_so_that_they_make_ids():
    assert not STANDARD & {"model", "input_tokens", "cost_usd", "tool_name", "prompt", "decision"}
    assert {"session.id", "user.email", "terminal.type", "event.sequence"} <= STANDARD


def test_content_is_recognised_by_whole_words_of_a_name():
    assert is_content("last.Prompt")
    assert not is_content("promptness")
    assert not is_content("context_size")
