import pytest

from ingest.formats.transcripts.calls import OPEN_CALLS, token_fields
from tests.ingest.transcript_lines import (
    START,
    events_of,
    prompt,
    reply,
    stamp,
    tool_result,
    tool_use,
    usage,
    write,
)


def requests(folder, *lines, **place):
    return events_of(write(folder, *lines, **place), "api_request")


def test_lines_of_one_call_count_once_with_the_largest_output(tmp_path):
    (request,) = requests(
        tmp_path,
        reply(at=1, output=5, input=10, read=1000, created=200),
        reply(at=2, output=5, input=10, read=1000, created=200),
        reply(at=3, output=250, input=10, read=1000, created=200, stop_reason="tool_use"),
    )
    assert request["output_tokens"] == 250
    assert request["input_tokens"] == 10
    assert request["cache_read_tokens"] == 1000
    assert request["cache_creation_tokens"] == 200
    assert request["timestamp"].isoformat() == "2026-09-14T10:00:01+00:00"
    assert request["usage_key"] == "req:req_1"
    assert request["dedupe_rank"] == [1, 250, 1460, 0]
    assert request["extra"] == [{"k": "stop_reason", "v": "tool_use"}]


def test_the_order_of_lines_decides_nothing(tmp_path):
    lines = [reply(at=1, output=5, uuid="1"), reply(at=2, output=250, uuid="2")]
    forward = requests(tmp_path / "forward", *lines)
    assert requests(tmp_path / "backward", *reversed(lines)) == forward


def test_a_line_without_a_request_id_continues_the_message(tmp_path):
    (request,) = requests(
        tmp_path,
        reply("msg_9", None, 1, output=5, input=10, uuid="first"),
        reply("msg_9", None, 2, output=50, input=10),
    )
    assert request["output_tokens"] == 50
    assert request["usage_key"] == "msg:msg_9:first"
    assert "request_id" not in request


def test_a_tool_result_between_two_lines_of_a_message_splits_no_call(tmp_path):
    (request,) = requests(
        tmp_path,
        reply("msg_9", None, 1, [tool_use()], output=5, input=10, read=900),
        tool_result(at=2),
        reply("msg_9", None, 3, [tool_use("toolu_2")], output=50, input=10, read=900),
    )
    assert request["output_tokens"] == 50


def test_a_prompt_that_grows_on_the_next_line_splits_no_call(tmp_path):
    (request,) = requests(
        tmp_path,
        reply("msg_9", None, 1, [tool_use()], output=5, input=10),
        tool_result(at=2),
        reply("msg_9", None, 3, output=5, input=10),
        reply("msg_9", None, 4, output=50, input=12),
    )
    assert (request["input_tokens"], request["output_tokens"]) == (12, 50)


def test_a_side_conversation_ranks_below_its_parent(tmp_path):
    (request,) = requests(tmp_path, reply(output=900, isSidechain=True))
    assert request["dedupe_rank"] == [0, 900, 900, 0]
    assert request["is_sidechain"] is True


def test_a_gateway_with_one_constant_message_id_makes_as_many_calls_as_there_are(tmp_path):
    events = requests(
        tmp_path,
        prompt("one"),
        reply("gateway", None, 1, output=5, input=100),
        reply("gateway", None, 2, output=50, input=100),
        prompt("two", 10),
        reply("gateway", None, 11, output=30, input=170),
        tool_result(at=12),
        reply("gateway", None, 13, output=7, input=210),
    )
    assert [request["output_tokens"] for request in events] == [50, 30, 7]
    assert len({request["id"] for request in events}) == 3


def test_lines_without_any_id_are_calls_of_their_own(tmp_path):
    events = requests(tmp_path, reply(None, None, 1, output=1), reply(None, None, 2, output=2))
    assert [request["output_tokens"] for request in events] == [1, 2]


def test_copies_in_another_session_carry_the_same_ids(tmp_path):
    line = reply(output=9)
    (one,) = requests(tmp_path, line)
    (other,) = requests(tmp_path, {**line, "sessionId": "fork"}, name="fork.jsonl")
    assert one["id"] == other["id"]
    assert one["usage_key"] == other["usage_key"]
    assert one["session_id"] != other["session_id"]


def test_one_request_id_for_two_messages_is_two_calls(tmp_path):
    events = requests(tmp_path, reply("msg_1", "req"), reply("msg_2", "req", 1))
    assert len({request["id"] for request in events}) == 2


def test_only_so_many_calls_are_held_and_a_late_line_makes_the_same_event_again(tmp_path):
    others = [reply(f"msg_{n}", f"req_{n}", n) for n in range(2, OPEN_CALLS + 3)]
    late = reply("msg_1", "req_1", 900, output=80)
    events = requests(tmp_path, reply("msg_1", "req_1", 0, output=5), *others, late)
    first, last = (request for request in events if request["message_id"] == "msg_1")
    assert first["id"] == last["id"]
    assert first["dedupe_rank"] < last["dedupe_rank"]


def test_an_advisor_inside_a_call_is_a_call_of_its_own(tmp_path):
    rounds = [
        {"type": "message", "input_tokens": 3, "output_tokens": 40},
        {"type": "advisor_message", "model": "claude-fable-5-2", "output_tokens": 60},
        {"type": "advisor_message", "model": None, "output_tokens": 70},
        "torn",
    ]
    call, advisor = requests(tmp_path, reply(output=40, input=3, usage={"iterations": rounds}))
    assert (call["model"], call["output_tokens"]) == ("claude-opus-5-5", 40)
    assert (advisor["model"], advisor["output_tokens"]) == ("claude-fable-5-2", 60)
    assert advisor["query_source"] == "advisor"
    assert call["id"] != advisor["id"]
    assert call["usage_key"] != advisor["usage_key"]


def test_cache_writes_keep_their_one_hour_part():
    split = {"ephemeral_5m_input_tokens": 50, "ephemeral_1h_input_tokens": 150}
    tokens = token_fields(usage(created=200, cache_creation=split))
    assert tokens["cache_creation_tokens"] == 200
    assert tokens["cache_creation_1h_tokens"] == 150


def test_clients_that_sent_0_above_the_split_are_believed_below_it():
    split = {"ephemeral_5m_input_tokens": 50, "ephemeral_1h_input_tokens": 150}
    assert token_fields(usage(created=0, cache_creation=split))["cache_creation_tokens"] == 200


@pytest.mark.parametrize("value", [None, -1, "many", {}, [], float("nan")])
def test_tokens_that_make_no_sense_are_absent(value):
    assert "output_tokens" not in token_fields(usage(output=value))


def test_what_old_clients_reported_is_the_cost(tmp_path):
    (request,) = requests(tmp_path, reply(costUSD=0.12))
    assert request["cost_usd"] == 0.12


def test_facts_of_the_call_are_kept(tmp_path):
    more = {
        "speed": "standard",
        "service_tier": "batch",
        "inference_geo": "us",
        "server_tool_use": {"web_search_requests": 2},
        "output_tokens_details": {"thinking_tokens": 20},
    }
    (request,) = requests(tmp_path, reply(model=" m[1m] ", effort="high", output=1, usage=more))
    assert (request["model"], request["is_long_context"]) == ("m", True)
    assert (request["effort"], request["speed"]) == ("high", "normal")
    assert {item["k"]: item["v"] for item in request["extra"]} == {
        "inference_geo": "us",
        "service_tier": "batch",
        "thinking_tokens": 20,
        "web_search_requests": 2,
    }


def test_the_oldest_lines_have_neither_type_nor_uuid(tmp_path):
    bare = {
        "timestamp": stamp(),
        "sessionId": "alpha",
        "message": {"id": "msg", "model": "claude-sonnet-4-20250514", "usage": usage(output=50)},
        "requestId": "req",
        "costUSD": 0.12,
    }
    (request,) = requests(tmp_path, bare)
    assert request["output_tokens"] == 50
    assert request["timestamp"] == START
