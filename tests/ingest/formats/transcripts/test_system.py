import pytest

from tests.ingest.transcript_lines import START, events_of, line, others_of, prompt, stamp, write


def failure(content="API Error", **fields):
    message = {
        "model": "<synthetic>",
        "role": "assistant",
        "content": [{"type": "text", "text": content}],
    }
    return line("assistant", isApiErrorMessage=True, message=message, **fields)


@pytest.mark.parametrize(
    ("fields", "error_type", "status"),
    [
        ({"apiErrorStatus": 429, "error": "rate_limit"}, "http_429", 429),
        ({"content": "API Error: 529 overloaded"}, "http_529", 529),
        ({"content": "API Error (500 oops)"}, "http_500", 500),
        ({"error": "authentication_failed"}, "authentication_failed", None),
        ({"content": "API Error: Connection error."}, "connection", None),
        ({"content": "API Error: Request was aborted."}, "aborted", None),
        ({"content": "Something else", "error": "A whole sentence."}, "unknown", None),
    ],
)
def test_a_failed_request_is_an_api_error(tmp_path, fields, error_type, status):
    (event,) = events_of(write(tmp_path, failure(**fields)))
    assert event["event_type"] == "api_error"
    assert event["error_type"] == error_type
    assert event.get("status_code") == status
    assert "error_message" not in event
    assert "model" not in event


def test_a_failed_request_has_the_key_of_the_one_in_telemetry(tmp_path):
    content = 'API Error: 529 {"request_id":"req_011CPvcxqSiJhLSmu8"}'
    (event,) = events_of(write(tmp_path, failure(content)))
    assert event["usage_key"] == "req:req_011CPvcxqSiJhLSmu8"


def test_a_retry_is_no_api_error(tmp_path):
    error = {"status": 529, "message": "overloaded by secret"}
    (event,) = events_of(
        write(tmp_path, line("system", subtype="api_error", error=error, retryAttempt=2))
    )
    assert event["event_type"] == "api_retry"
    assert (event["attempt"], event["status_code"], event["error_type"]) == (2, 529, "http_529")
    assert "secret" not in repr(event)


def test_a_retry_without_a_status_is_classified(tmp_path):
    error = {"cause": {"code": "ECONNRESET"}}
    (event,) = events_of(write(tmp_path, line("system", subtype="api_error", error=error)))
    assert event["error_type"] == "connection"


def test_a_compaction_has_its_size(tmp_path):
    facts = {"trigger": "manual", "preTokens": 139_314, "postTokens": 14_129, "durationMs": 4200}
    boundary = line("system", subtype="compact_boundary", compactMetadata=facts)
    (event,) = events_of(write(tmp_path, boundary))
    assert event["event_type"] == "compaction"
    assert event["duration_ms"] == 4200
    assert {item["k"] for item in event["extra"]} == {"trigger", "pre_tokens", "post_tokens"}


def test_a_turn_has_its_duration(tmp_path):
    turn = line("system", subtype="turn_duration", durationMs=9000)
    (event,) = events_of(write(tmp_path, turn))
    assert (event["event_type"], event["duration_ms"]) == ("turn_duration", 9000)


def test_other_system_lines_are_counted(tmp_path):
    file = write(tmp_path, prompt(), line("system", subtype="stop_hook_summary"), line("system"))
    assert others_of(file, "skipped") == [
        "line of type system/stop_hook_summary",
        "line of type system/-",
    ]


def cost_state(session="s", cost=0.03, **fields):
    figures = {"inputTokens": 520, "outputTokens": 380, "costUSD": cost}
    models = {"claude-opus-5-5[1m]": figures, "claude-haiku-4-5": {"costUSD": 0.0005}}
    return {"type": "cost-state", "sessionId": session, "modelUsage": models, **fields}


def test_the_last_cost_state_of_a_session_is_kept_by_model_at_the_time_before_it(tmp_path):
    file = write(
        tmp_path, prompt(at=7), cost_state(cost=0.01), cost_state(cost=0.03), cost_state("t")
    )
    opus, haiku, *other = events_of(file, "cost_state")
    assert (opus["model"], opus["is_long_context"]) == ("claude-opus-5-5", True)
    assert (opus["cost_usd"], opus["input_tokens"], opus["output_tokens"]) == (0.03, 520, 380)
    assert opus["timestamp"].isoformat() == "2026-09-14T10:00:07+00:00"
    assert haiku["cost_usd"] == 0.0005
    assert {event["session_id"] for event in other} == {"t"}


def test_only_so_many_cost_states_are_held(tmp_path, monkeypatch):
    monkeypatch.setattr("ingest.formats.transcripts.system.MAX_COST_STATES", 2)
    file = write(tmp_path, prompt(), *(cost_state(f"s-{number}") for number in range(5)))
    assert len({event["session_id"] for event in events_of(file, "cost_state")}) == 5


def test_cost_states_of_one_session_in_two_files_are_one_event_and_the_larger_wins(tmp_path):
    (early, _) = events_of(write(tmp_path / "a", prompt(), cost_state(cost=0.01)), "cost_state")
    (late, _) = events_of(write(tmp_path / "b", prompt(), cost_state(cost=0.03)), "cost_state")
    assert early["id"] == late["id"]
    assert early["dedupe_rank"] < late["dedupe_rank"]


def test_a_cost_state_before_any_time_is_as_old_as_its_process(tmp_path):
    start = int(START.timestamp() * 1000)
    file = write(tmp_path, cost_state(startTime=start), {"type": "cost-state", "totalCostUSD": 1})
    (event, _) = events_of(file)
    assert event["timestamp"] == START
    assert [reject.reason for reject in others_of(file, "reject")] == ["line without a valid time"]


def test_a_cost_state_without_models_keeps_its_sum(tmp_path):
    bare = {"type": "cost-state", "totalCostUSD": 0.25, "startTime": None}
    (event,) = events_of(write(tmp_path, prompt(), bare), "cost_state")
    assert event["cost_usd"] == 0.25
    assert "model" not in event
    assert stamp() == "2026-09-14T10:00:00.000Z"
