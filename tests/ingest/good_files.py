"""A small good file of every format, to be spoilt; `SECRET` must never be stored."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.files.compression import zstd
from tests.ingest.batches import batch, jsonl, log_event, message, session, zipped
from tests.ingest.otlp_bodies import (
    api_request,
    json_logs,
    json_metrics,
    point,
    protobuf_logs,
    protobuf_metrics,
)
from tests.ingest.transcript_lines import line, prompt, reply, tool_result, tool_use
from tests.saas_factories import identity, raw

SECRET = "Anything that a user wrote to the agent, or the agent to a user"
"""What stands wherever a format has room for words."""

COMMITS = "claude_code.commit.count"
PATH = "-home-ada-shop/5f0d8a52-0b7e-4a63-9f6e-3f1d2c4b5a69.jsonl"

_PROMPT = {"prompt": SECRET, "prompt_length": "66"}
_TOOL = {
    "tool_name": "Edit", "success": "true", "tool_use_id": "toolu_1",
    "tool_input": json.dumps({"file_path": "/srv/a.py", "new_string": SECRET}),
    "tool_parameters": json.dumps({"bash_command": SECRET}),
}  # fmt: skip


def framed(*messages: bytes) -> bytes:
    """Put messages behind their lengths, as the collector writes them."""
    return b"".join(len(message).to_bytes(4, "big") + message for message in messages)


def packed(content: bytes) -> bytes:
    """Compress as the collector does."""
    return zstd.compress(content)


def _listed(sent: dict) -> dict:
    wrapped = [{"key": k, "value": {"stringValue": v}} for k, v in sent["attributes"].items()]
    return sent | {"attributes": wrapped, "resource": {"attributes": sent["resource"]}}


def _cloudwatch() -> bytes:
    log_events = [log_event(message("user_prompt", 5, **_PROMPT), "p"),
            log_event(message("tool_result", 6, **_TOOL), "t"),
            log_event(_listed(message("api_request", 7)), "l")]  # fmt: skip
    return jsonl(
        batch(*session("a", 5)),
        batch(kind="CONTROL_MESSAGE"),
        batch(*log_events, *session("b", 3, user="bob"), stream="tokenflow-generator"),
    )


def _transcript() -> bytes:
    wait = line("system", 9, subtype="turn_duration", durationMs=1200)
    facts = {"trigger": "auto", "preTokens": 9, "postTokens": 3}
    cost_state = {"type": "cost-state", "sessionId": "s", "modelUsage": {"m": {"inputTokens": 4}}}
    edit = tool_use("toolu_1", "Edit", file_path="/srv/a.py", new_string=SECRET)
    return jsonl(
        prompt(SECRET),
        reply("msg_1", "req_1", 1, [{"type": "text", "text": SECRET}], output=3, input=20),
        reply("msg_1", "req_1", 2, [edit], output=30, input=20, created=40),
        tool_result("toolu_1", SECRET, 3, report={"durationMs": 12, "stdout": SECRET}),
        reply("msg_2", "req_2", 4, [{"type": "thinking", "thinking": SECRET}], output=5, read=60),
        line("system", 8, subtype="compact_boundary", content=SECRET, compactMetadata=facts),
        wait,
        line("file-history-snapshot"),
        cost_state,
    )


def _saas() -> bytes:
    user, entry, token = (identity(name, 1) for name in ("users", "sessions", "tokens"))
    dataset = {
        "users": [raw("users", 1, permissions=["read"], created_at="2026-01-01T00:00:00")],
        "sessions": [raw("sessions", 1, user_id=user)],
        "tokens": [raw("tokens", 1, user_id=user, session_id=entry, scopes=["api"])],
        "requests": [
            raw("requests", number, session_id=entry, token_id=token, error_message="failed")
            for number in range(4)
        ],
        "audit_logs": [raw("audit_logs", 1, user_id=user)],
    }
    return json.dumps(dataset, indent=2).encode()


_SESSIONS = b"""session_id,user_id,project_type,os,editor,claude_version,started_at,ended_at,role
s1,ada,web,Linux,vscode,1.0.3,2026-01-20T12:00:00Z,2026-01-20T13:00:00Z,Engineer
s2,bob,api,Darwin,vim,1.0.3,2026-01-20T14:00:00Z,,Analyst
"""
_EVENTS = (
    b"event_id,session_id,user_id,project_type,event_type,timestamp,model,language,"
    b"input_tokens,output_tokens,latency_ms,success,error_type\n"
    b"e1,s1,ada,web,bug_fix,2026-01-20T12:00:01Z,claude-3,Python,10,20,900,true,\n"
    b'e2,s1,ada,"web, old",api_error,2026-01-20T12:00:02Z,claude-3,,0,0,0,false,timeout\n'
    b"e3,s2,bob,api,tool_result,2026-01-20T14:00:00Z,,Go,0,0,7,true,\n"
)
_PEOPLE = """email,full_name,practice,level,location,cost centre
ada@example.com,Ada Lovelace,Engineering,L5,London,17
bob@example.com,"Böb ""the"" Builder",Data,L3,Berlin,
""".encode()


def _json_lines() -> bytes:
    bodies = (
        json_logs(*(api_request(number) for number in range(3))),
        json_metrics(COMMITS, point(0), point(1, 2)),
        json_logs(api_request(7, event__name="user_prompt", prompt=SECRET)),
        json_metrics(COMMITS, point(2), kind="gauge"),
    )
    return b"".join(body + b"\n" for body in bodies)


def _messages() -> tuple[bytes, ...]:
    return (
        protobuf_logs(*(api_request(number) for number in range(3))),
        protobuf_metrics(COMMITS, point(0), point(1, 2)),
        protobuf_logs(api_request(7, event__name="user_prompt", prompt=SECRET)),
    )


def good_files() -> dict[str, bytes]:
    """Return the content of a good file by the path at which it would lie."""
    return {
        "cloudwatch.jsonl": _cloudwatch(),
        "cloudwatch-joined.json": _cloudwatch().replace(b"\n", b""),
        "cloudwatch.jsonl.gz": zipped(_cloudwatch()),
        "cloudwatch-utf-16.jsonl": _cloudwatch().decode().encode("utf-16"),
        "cloudwatch-utf-16-bare.jsonl": _cloudwatch().decode().encode("utf-16-le"),
        "collector.jsonl": _json_lines(),
        "collector.pb": framed(*_messages()),
        "collector-packed.pb": framed(*map(packed, _messages())),
        "collector.jsonl.zst": packed(_json_lines()),
        "body.pb": _messages()[0],
        PATH: _transcript(),
        "saas.json": _saas(),
        "sessions.csv": _SESSIONS,
        "events.csv": _EVENTS,
        "employees.csv": _PEOPLE,
    }


def write(folder: Path, name: str, content: bytes) -> Path:
    """Write a file where its format wants it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
