import hashlib
import json
from datetime import UTC, datetime

import pytest

from ingest.events.attribute_map import is_content
from ingest.events.coerce import epoch_ms
from ingest.events.mapper import Mapper, attribute_map, names_of, resource_fields
from ingest.files.json_records import InvalidRecord
from tests.ingest.batches import IDENTITY, RESOURCE, SCOPE, START, attributes

SEQUENCED = {"event.sequence": "7"}


def mapped(event_type="api_request", resource=RESOURCE, scope=SCOPE, drop=(), **more):
    given = {
        key: value
        for key, value in attributes(event_type, **more).items()
        if key not in drop and value is not None
    }
    return Mapper("cloudwatch").event(given, resource, scope)


def extra(event):
    return {item["k"]: item["v"] for item in event.get("extra", ())}


def test_a_request_becomes_exactly_this_document():
    assert mapped(**SEQUENCED, request_id="req_1") == {
        "id": hashlib.sha256(
            f'["e1","session-1","api_request",{epoch_ms(START)},7]'.encode()
        ).hexdigest()[:32],
        "timestamp": datetime(2026, 1, 20, 13, 5, tzinfo=UTC),
        "event_type": "api_request",
        "source": "cloudwatch",
        "user_id": "account-1",
        "email": "ada@example.com",
        "install_id": "install-1",
        "organization_id": "org-1",
        "session_id": "session-1",
        "department": "Data Engineering",
        "terminal": "vscode",
        "os": "darwin",
        "os_version": "24.6.0",
        "arch": "amd64",
        "host_name": "laptop",
        "client_version": "2.1.59",
        "service_name": "claude-code-None",
        "product": "claude_code",
        "labels": [{"k": "user.serial", "v": "V3NC"}],
        "sequence": 7,
        "model": "claude-opus-4-6",
        "input_tokens": 42,
        "output_tokens": 1085,
        "cache_read_tokens": 20932,
        "cache_creation_tokens": 7829,
        "cost_usd": 0.25,
        "duration_ms": 6889,
        "request_id": "req_1",
        "usage_key": "req:req_1",
    }


NUMBERS = {
    "input_tokens": 42, "output_tokens": 1085, "cache_read_tokens": 20932,
    "cache_creation_tokens": 7829, "cost_usd": 1, "duration_ms": 6889, "event.sequence": 7,
}  # fmt: skip
AS_TEXT = {key: str(value) for key, value in NUMBERS.items()}
WRAPPED = {key: {"intValue": value} for key, value in NUMBERS.items()}
COLLECTED = {key: {"intValue": str(value)} for key, value in NUMBERS.items()}
AS_DOUBLE = NUMBERS | {"cost_usd": {"doubleValue": 1.0}}


@pytest.mark.parametrize("sequenced", [True, False])
def test_one_event_is_one_document_however_its_numbers_were_typed(sequenced):
    drop = () if sequenced else ("event.sequence",)
    typings = (AS_TEXT, NUMBERS, WRAPPED, COLLECTED, AS_DOUBLE)
    documents = [mapped(drop=drop, **typing) for typing in typings]
    assert all(document == documents[0] for document in documents)
    types = {tuple(sorted((k, type(v).__name__) for k, v in d.items())) for d in documents}
    assert len(types) == 1


def test_an_empty_wrapper_loses_its_own_value_and_nothing_else():
    whole = mapped(**NUMBERS)
    broken = mapped(**NUMBERS | {"cost_usd": {"doubleValue": {}}})
    assert whole.pop("cost_usd") == 1.0
    assert broken == whole


def test_a_cost_in_millionths_counts_where_no_other_was_sent():
    assert mapped(cost_usd=None, cost_usd_micros=1500)["cost_usd"] == 0.0015
    assert mapped(cost_usd="0", cost_usd_micros=1500)["cost_usd"] == 0.0
    assert "cost_usd" not in mapped(cost_usd=None, cost_usd_micros=-5)
    assert "cost_usd" not in mapped(cost_usd="-1")


@pytest.mark.parametrize(
    ("event_type", "sent", "expected"),
    [
        (
            "user_prompt",
            {"prompt": "secret", "prompt_text": "secret", "prompt_length": "59",
             "prompt.id": "p-1", "command_name": "compact", "command_source": "builtin",
             "message.uuid": "m-1"},
            {"prompt_length": 59, "prompt_id": "p-1", "command_name": "compact",
             "command_source": "builtin", "usage_key": "uuid:m-1"},
        ),
        (
            "assistant_response",
            {"response": "secret", "response_length": "12", "model": "claude-opus-5",
             "request_id": "req_1"},
            {"model": "claude-opus-5", "request_id": "req_1"},
        ),
        (
            "api_error",
            {"model": "claude-opus-5[1m]", "error": "Overloaded", "status_code": 529,
             "duration_ms": 12, "attempt": "11", "speed": "fast", "effort": "high"},
            {"model": "claude-opus-5", "is_long_context": True, "error_message": "Overloaded",
             "status_code": 529, "error_type": "http_529", "duration_ms": 12, "attempt": 11,
             "speed": "fast", "effort": "high"},
        ),
        (
            "api_retries_exhausted",
            {"error": "timed out", "total_attempts": 11, "total_retry_duration_ms": 90},
            {"error_message": "timed out", "error_type": "timeout", "attempt": 11,
             "duration_ms": 90},
        ),
        (
            "tool_decision",
            {"tool_name": "Bash", "decision": "reject", "source": "user_reject",
             "tool_use_id": "toolu_1"},
            {"tool_name": "Bash", "decision": "reject", "decision_source": "user_reject",
             "tool_use_id": "toolu_1"},
        ),
        (
            "tool_result",
            {"tool_name": "Bash", "success": "false", "duration_ms": "584",
             "decision_type": "accept", "decision_source": "config", "tool_use_id": "toolu_1",
             "tool_input_size_bytes": "10", "tool_result_size_bytes": "20"},
            {"tool_name": "Bash", "is_success": False, "error_type": "tool_failed",
             "duration_ms": 584, "decision": "accept", "decision_source": "config",
             "tool_use_id": "toolu_1", "tool_input_bytes": 10, "tool_result_bytes": 20,
             "usage_key": "tool:toolu_1"},
        ),
        (
            "tool_result",
            {"tool_name": "mcp_tool", "success": True, "mcp_server_scope": "user",
             "tool_parameters": '{"mcp_server_name":"db","mcp_tool_name":"query",'
             '"full_command":"secret"}'},
            {"tool_name": "mcp_tool", "is_success": True, "mcp_server": "db", "mcp_tool": "query"},
        ),
        (
            "tool_result",
            {"tool_name": "Edit", "success": "true", "tool_parameters": '{"cut',
             "tool_input": '{"file_path":"/src/a.py","old_string":"secret"}'},
            {"tool_name": "Edit", "is_success": True, "language": "Python"},
        ),
        (
            "tool_result",
            {"tool_name": "Edit", "success": "false", "error_type": "Error:ENOENT"},
            {"tool_name": "Edit", "is_success": False, "error_type": "Error:ENOENT"},
        ),
        (
            "auth",
            {"action": "login", "success": "false", "status_code": "401",
             "error_category": "expired"},
            {"is_success": False, "status_code": 401, "error_type": "expired"},
        ),
        ("compaction", {"success": "true", "pre_tokens": "5"}, {"is_success": True}),
        ("at_mention", {"success": "true", "mention_type": "file"}, {"is_success": True}),
        ("internal_error", {"error_name": "TypeError"}, {"error_type": "TypeError"}),
        ("mcp_server_connection", {"server_name": "db", "status": "failed"}, {"mcp_server": "db"}),
        ("hook_execution_complete", {"total_duration_ms": "3"}, {"duration_ms": 3}),
        (
            "subagent_completed",
            {"agent_type": "Explore", "total_tokens": 9000, "duration_ms": 5},
            {"agent_name": "Explore", "duration_ms": 5},
        ),
        (
            "api_request",
            {"agent.name": "a", "skill.name": "s", "plugin.name": "p", "mcp_server.name": "m",
             "mcp_tool.name": "t", "query_source": "compact", "ttft_ms": 12},
            {"agent_name": "a", "skill_name": "s", "plugin_name": "p", "mcp_server": "m",
             "mcp_tool": "t", "query_source": "compact", "ttft_ms": 12},
        ),
        ("hook_plugin_metrics", {"cost_usd": "5", "duration_ms": 3, "error": 1}, {}),
        ("brand_new_event", {"input_tokens": 5, "shape": "round"}, {}),
    ],
)  # fmt: skip
def test_each_kind_of_event_keeps_facts_and_drops_content(event_type, sent, expected):
    plain = mapped(event_type)
    event = mapped(event_type, **sent)
    own = {
        key: value
        for key, value in event.items()
        if key not in ("id", "extra") and plain.get(key) != value
    }
    assert own == expected
    assert "secret" not in json.dumps(event, default=str)


def test_what_has_no_field_is_kept_as_sent():
    event = mapped(
        "brand_new_event",
        input_tokens=5, shape="round", ratio="0.5", is_new=True, blank="",
        parts={"arrayValue": {"values": [{"stringValue": "a"}]}}, nothing={},
    )  # fmt: skip
    assert extra(event) == {
        "input_tokens": 5, "shape": "round", "ratio": "0.5", "is_new": True, "parts": ["a"],
    }  # fmt: skip
    assert [item["k"] for item in event["extra"]] == sorted(extra(event))


def test_free_keys_of_plugins_never_become_our_own_fields():
    event = mapped("hook_plugin_metrics", cost_usd="5", duration_ms=3)
    assert extra(event) == {"cost_usd": "5", "duration_ms": 3}


@pytest.mark.parametrize(
    "name", ["new_prompt_draft", "response.text", "user.message", "contents_text", "tool_inputs"]
)  # fmt: skip
def test_an_unmapped_attribute_is_dropped_if_it_may_be_content(name):
    assert is_content(name)
    assert "extra" not in mapped(**{name: "secret"})
    assert extra(mapped(**{name: "12"})) == {name: "12"}


def test_long_values_are_cut():
    event = mapped("brand_new_event", note="x" * 1000, error="y" * 1000)
    assert len(extra(event)["note"]) == 256
    assert len(event["error_message"]) == 300


@pytest.mark.parametrize(
    ("error", "error_type"),
    [
        ("Request was aborted.", "aborted"),
        ("This request would exceed your account's rate limit.", "rate_limit"),
        ("Could not load credentials from any providers", "credentials"),
        ("Connection timed out", "timeout"),
        ("connect ECONNREFUSED 10.0.0.1:443", "connection"),
        ("fetch failed", "connection"),
        ("Something else", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_error_without_a_status_is_classed_by_its_message(error, error_type):
    event = mapped("api_error", error=error, status_code="undefined")
    assert event["error_type"] == error_type
    assert "status_code" not in event


def test_success_is_not_a_word_for_decisions_and_prompts():
    for event_type in ("tool_decision", "user_prompt", "api_request", "api_error"):
        assert "is_success" not in mapped(event_type, success="true")


PERSON = ("user.account_uuid", "user.email", "user.id")


@pytest.mark.parametrize(
    ("drop", "more", "user_id"),
    [
        ((), {}, "account-1"),
        (PERSON[:1], {}, "ada@example.com"),
        (PERSON[:2], {}, "install-1"),
        (PERSON[:2], {"enduser.id": "Bob@Example.com"}, "bob@example.com"),
        (PERSON[:2], {"enduser.id": "bob"}, "install-1"),
        (PERSON, {}, None),
    ],
)
def test_the_person_is_the_account_else_the_address_else_the_installation(drop, more, user_id):
    assert mapped(drop=drop, **more).get("user_id") == user_id


def test_without_session_and_person_an_event_is_still_an_event():
    event = mapped(drop=tuple(IDENTITY), resource={}, scope={})
    assert event["model"] == "claude-opus-4-6"
    assert not {"session_id", "user_id", "email"} & event.keys()


def test_custom_resource_attributes_describe_the_team_and_the_rest_become_labels():
    resource = {
        "department": "Finance", "team.id": "payments", "level": "L5", "location": "Berlin",
        "project": "invoices", "cost_center": "eng-1", "user.practice": "ignored",
        "enduser.id": "eve@example.com", "wsl.version": "2", "service.name": "claude-code-desktop",
    }  # fmt: skip
    fields = resource_fields(resource)
    assert {key: fields[key] for key in ("department", "team", "level", "location", "project")} == {
        "department": "Finance", "team": "payments", "level": "L5", "location": "Berlin",
        "project": "invoices",
    }  # fmt: skip
    assert fields["product"] == "claude_code_desktop"
    assert [label["k"] for label in fields["labels"]] == [
        "cost_center", "enduser.id", "wsl.version",
    ]  # fmt: skip


def test_a_resource_in_wrapped_values_is_mapped_alike():
    wrapped = {key: {"stringValue": value} for key, value in RESOURCE.items()}
    assert resource_fields(wrapped) == resource_fields(RESOURCE)


def test_custom_attributes_repeated_on_the_event_are_not_kept_twice():
    resource = RESOURCE | {"cost_center": "eng-1"}
    assert "extra" not in mapped(resource=resource, cost_center="eng-1")


def test_attributes_of_the_event_precede_those_of_the_resource():
    event = mapped(**{"app.version": "2.2.0", "department": "Finance"})
    assert event["client_version"] == "2.2.0"
    assert event["department"] == "Finance"
    assert mapped(scope={})["client_version"] == "2.1.50"


def test_the_repository_names_the_project_unless_another_attribute_did():
    repository = {"vcs.owner.name": "acme", "vcs.repository.name": "shop"}
    assert mapped(**repository)["project"] == "shop"
    assert mapped(**repository)["repository"] == "acme/shop"
    assert mapped(**repository, project="till")["project"] == "till"
    paths = {"arrayValue": {"values": [{"stringValue": "/home/ada/shop/"}]}}
    assert mapped(**{"workspace.host_paths": paths})["project"] == "shop"
    assert mapped(resource=RESOURCE | repository)["repository"] == "acme/shop"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({"event.name": "api_request"}, "other"),
        ({"event.name": "claude_code.api_request"}, None),
        ({}, "claude_code.api_request"),
        ({}, "api_request"),
    ],
)
def test_the_name_is_found_in_the_attribute_else_in_the_record(sent, name):
    given = {**IDENTITY, "event.timestamp": "2026-01-20T13:05:00Z", **sent}
    assert Mapper("otlp").event(given, {}, {}, name=name)["event_type"] == "api_request"


def test_an_event_without_a_name_or_a_time_is_rejected():
    with pytest.raises(InvalidRecord, match="without a name"):
        mapped(drop=("event.name",))
    with pytest.raises(InvalidRecord, match="without a valid time"):
        mapped(drop=("event.timestamp",))


def test_the_time_of_the_transport_counts_where_the_event_has_no_valid_one():
    ms = epoch_ms(START)
    given = attributes() | {"event.timestamp": "yesterday"}
    assert Mapper("otlp").event(given, {}, {}, recorded_ms=str(ms))["timestamp"] == START
    later = Mapper("otlp").event(attributes(), {}, {}, recorded_ms=ms + 5000)
    assert later["timestamp"] == START


def test_with_a_sequence_the_id_depends_on_nothing_else():
    one = mapped(**SEQUENCED)
    other = mapped(resource={}, scope={}, event_type="api_request", model="other", **SEQUENCED)
    assert one["id"] == other["id"]
    assert one["id"] != mapped(**{"event.sequence": 8})["id"]
    assert one["id"] != mapped(offset_ms=1, **SEQUENCED)["id"]


def test_without_a_session_the_installation_owns_the_id():
    event = mapped(drop=("session.id",), **SEQUENCED)
    text = f'["e1","u:install-1","api_request",{epoch_ms(START)},7]'
    assert event["id"] == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_without_a_sequence_what_happened_makes_the_id_and_where_it_came_from_does_not():
    one = mapped()
    assert one["id"] == mapped(resource={}, scope={}, **{"terminal.type": "tmux"})["id"]
    assert one["id"] != mapped(output_tokens="1086")["id"]
    assert one["id"] != mapped(**{"session.id": "session-2"})["id"]


def test_equal_events_without_a_sequence_are_distinguished_by_their_order_or_the_transport():
    mapper = Mapper("cloudwatch")
    in_order = [mapper.event(attributes(), {}, {})["id"] for _ in range(3)]
    again = Mapper("cloudwatch")
    assert len(set(in_order)) == 3
    assert in_order == [again.event(attributes(), {}, {})["id"] for _ in range(3)]
    first, second = (mapper.event(attributes(), {}, {}, transport_id=n)["id"] for n in "12")
    assert first != second
    assert first == again.event(attributes(), {}, {}, transport_id="1")["id"]


def test_attributes_come_flat_or_as_a_list():
    listed = [{"key": "model", "value": {"stringValue": "m"}}]
    assert attribute_map(listed) == attribute_map({"model": "m"}) == {"model": "m"}
    assert attribute_map(None) == attribute_map("x") == {}


def test_a_rejected_event_is_described_by_names_alone():
    assert names_of({"prompt": "secret", "a": 1}) == "a, prompt"


def test_equal_resources_of_other_types_are_distinguished():
    mapper = Mapper("otlp")
    levels = [
        mapper.described("x", {}, {"level": level}, {}).get("level")
        for level in (1, 1.0, True, "1")
    ]
    assert levels == ["1", "1.0", None, "1"]
