"""CloudWatch batches with valid defaults, so that a test shows only what it is about."""

import gzip
import json
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 20, 13, 5, tzinfo=UTC)
RESOURCE = {
    "host.arch": "x86_64",
    "host.name": "laptop",
    "os.type": "darwin",
    "os.version": "24.6.0",
    "service.name": "claude-code-None",
    "service.version": "2.1.50",
    "user.email": "",
    "user.practice": "Data Engineering",
    "user.serial": "V3NC",
}
SCOPE = {"name": "com.anthropic.claude_code.events", "version": "2.1.59"}
IDENTITY = {
    "organization.id": "org-1",
    "session.id": "session-1",
    "terminal.type": "vscode",
    "user.account_uuid": "account-1",
    "user.email": "Ada@Example.com",
    "user.id": "install-1",
}
REQUEST = {
    "model": "claude-opus-4-6",
    "input_tokens": "42",
    "output_tokens": "1085",
    "cache_read_tokens": "20932",
    "cache_creation_tokens": "7829",
    "cost_usd": "0.25",
    "duration_ms": "6889",
}


def stamp(offset_ms=0):
    moment = START + timedelta(milliseconds=offset_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def attributes(event_type="api_request", offset_ms=0, **more):
    own = REQUEST if event_type == "api_request" else {}
    head = {"event.name": event_type, "event.timestamp": stamp(offset_ms)}
    return IDENTITY | head | own | more


def message(event_type="api_request", offset_ms=0, resource=RESOURCE, **more):
    return {
        "body": f"claude_code.{event_type}",
        "attributes": attributes(event_type, offset_ms, **more),
        "scope": SCOPE,
        "resource": resource,
    }


def log_event(content, event_id="1", timestamp=None):
    text = content if isinstance(content, str) else json.dumps(content)
    at = int(START.timestamp() * 1000) if timestamp is None else timestamp
    return {"id": event_id, "timestamp": at, "message": text}


def batch(*log_events, stream="otel-collector", kind="DATA_MESSAGE"):
    return {
        "messageType": kind,
        "owner": "123456789012",
        "logGroup": "/claude-code/telemetry",
        "logStream": stream,
        "subscriptionFilters": ["logs-to-s3"],
        "logEvents": list(log_events),
    }


def session(name, events=10, offset_ms=0, user="ada"):
    """Return log events of one session: a prompt, then requests and tools in turn."""
    person = {
        "session.id": name,
        "user.account_uuid": f"account-{user}",
        "user.email": f"{user}@example.com",
        "user.id": f"install-{user}",
    }
    kinds = ["user_prompt", "api_request", "tool_decision", "tool_result", "api_error"]
    own = {
        "user_prompt": {"prompt_length": "12", "prompt": "<REDACTED>"},
        "tool_decision": {"tool_name": "Edit", "decision": "accept", "source": "config"},
        "tool_result": {"tool_name": "Edit", "success": "false", "duration_ms": "15"},
        "api_error": {"error": "Request was aborted.", "status_code": "undefined"},
    }
    return [
        log_event(
            message(kind, offset_ms + number * 60_000, **person, **own.get(kind, {})),
            event_id=f"{name}-{number}",
        )
        for number, kind in ((number, kinds[number % len(kinds)]) for number in range(events))
    ]


def jsonl(*batches):
    return b"".join(json.dumps(one).encode() + b"\n" for one in batches)


def zipped(content):
    return gzip.compress(content, mtime=0)
