"""Other agents' token counts are converted to disjoint parts."""

from ingest.events.other_agents import add_other_agent_fields, is_other_agent


def converted(**attributes):
    event = {}
    add_other_agent_fields(event, {key.replace("__", "."): v for key, v in attributes.items()})
    return event


def test_only_codex_and_gemini_are_neighbours():
    assert is_other_agent("codex.api_request")
    assert is_other_agent("gemini_cli.api_response")
    assert not is_other_agent("api_request")


def test_cached_tokens_are_taken_out_of_the_input():
    assert converted(input_token_count="10", cached_token_count="4") == {
        "input_tokens": 6,
        "cache_read_tokens": 4,
    }
    assert converted(input_token_count=10, cached_content_token_count=12)["input_tokens"] == 0


def test_what_is_not_sent_stays_absent():
    assert converted() == {}
    assert converted(output_token_count=3) == {"output_tokens": 3}


def test_a_conversation_is_a_session():
    assert converted(conversation__id="c") == {"session_id": "c"}
