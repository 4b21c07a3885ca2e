"""Which attribute of a Claude Code event becomes which field: the mapping, kept as data.

A field is `(name, coercion)`. Where several attributes may fill one field, the one listed as a
fallback only counts when the better one was not sent.
"""

import re
from functools import lru_cache

from ingest.events.coerce import (
    TEXT_LIMIT,
    Coercion,
    amount,
    bounded,
    count,
    flag,
    lower,
    ordinal,
    status,
    text,
)

Field = tuple[str, Coercion]


def message(value: object) -> str | None:
    """Read an error message."""
    return bounded(value, 300)


def _architecture(value: object) -> str | None:
    name = lower(value)
    return {"x86_64": "amd64", "x64": "amd64", "aarch64": "arm64"}.get(name or "", name)


# Who, where and with what: found on the resource, on the event, or on both (the event wins)
SHARED: dict[str, Field] = {
    "user.account_uuid": ("account_uuid", text),
    "user.account_id": ("account_id", text),
    "user.email": ("email", lower),
    "user.id": ("install_id", text),
    "user.full_name": ("name", text),
    "organization.id": ("organization_id", text),
    "department": ("department", text),
    "team": ("team", text),
    "level": ("level", text),
    "location": ("location", text),
    "project": ("project", text),
    "terminal.type": ("terminal", text),
    "os.type": ("os", lower),
    "os.version": ("os_version", text),
    "host.arch": ("arch", _architecture),
    "host.name": ("host_name", text),
    "app.version": ("client_version", text),
    "app.entrypoint": ("entrypoint", text),
    "service.name": ("service_name", text),
    "vcs.ref.head.name": ("branch", text),
}
SHARED_FALLBACKS: dict[str, Field] = {
    "user.practice": ("department", text),
    "user.department": ("department", text),
    "team.id": ("team", text),
    "team.name": ("team", text),
    "user.level": ("level", text),
    "user.location": ("location", text),
    "project.name": ("project", text),
    "project.id": ("project", text),
    "service.version": ("client_version", text),
}

_EVERY_EVENT: dict[str, Field] = {
    "session.id": ("session_id", text),
    "event.sequence": ("sequence", ordinal),
    "prompt.id": ("prompt_id", text),
    "message.id": ("message_id", text),
    "request_id": ("request_id", text),
    "model": ("model", text),
    "duration_ms": ("duration_ms", count),
    "ttft_ms": ("ttft_ms", count),
    "error": ("error_message", message),
    "error_type": ("error_type", text),
    "error.type": ("error_type", text),
    "status_code": ("status_code", status),
    "attempt": ("attempt", count),
    "tool_name": ("tool_name", text),
    "tool_use_id": ("tool_use_id", text),
    "query_source": ("query_source", text),
    "speed": ("speed", text),
    "effort": ("effort", text),
    "language": ("language", text),
    "agent.name": ("agent_name", text),
    "skill.name": ("skill_name", text),
    "plugin.name": ("plugin_name", text),
    "mcp_server.name": ("mcp_server", text),
    "mcp_tool.name": ("mcp_tool", text),
}

METRIC_POINT = "metric_point"

# Names that mean something of their own on one kind of event
_EVENT: dict[str, dict[str, Field]] = {
    "user_prompt": {
        "prompt_length": ("prompt_length", count),
        "command_name": ("command_name", text),
        "command_source": ("command_source", text),
    },
    # Tokens and cost count once, here: elsewhere the same names are sizes or repetitions
    "api_request": {
        "input_tokens": ("input_tokens", count),
        "output_tokens": ("output_tokens", count),
        "cache_read_tokens": ("cache_read_tokens", count),
        "cache_creation_tokens": ("cache_creation_tokens", count),
        "cost_usd": ("cost_usd", amount),
    },
    "api_retries_exhausted": {
        "total_attempts": ("attempt", count),
        "total_retry_duration_ms": ("duration_ms", count),
    },
    "tool_decision": {
        "decision": ("decision", text),
        "source": ("decision_source", text),
    },
    "tool_result": {
        "success": ("is_success", flag),
        "decision_type": ("decision", text),
        "decision_source": ("decision_source", text),
        "tool_input_size_bytes": ("tool_input_bytes", count),
        "tool_result_size_bytes": ("tool_result_bytes", count),
    },
    # Not an event: what the points of a metric say besides
    METRIC_POINT: {
        "type": ("type", text),
        "decision": ("decision", text),
        "source": ("decision_source", text),
        "start_type": ("start_type", text),
    },
    "auth": {"success": ("is_success", flag), "error_category": ("error_type", text)},
    "compaction": {"success": ("is_success", flag)},
    "at_mention": {"success": ("is_success", flag)},
    "mcp_server_connection": {"server_name": ("mcp_server", text)},
    "internal_error": {"error_name": ("error_type", text)},
    "hook_execution_complete": {"total_duration_ms": ("duration_ms", count)},
    "subagent_completed": {"agent_type": ("agent_name", text)},
}

# Read by the mapping itself: no field of their own, and not "unmapped" either
_HANDLED = {"event.name", "event.timestamp", "cost_usd_micros", "workspace.host_paths"}
_REPOSITORY = {"vcs.repository.url.full", "vcs.owner.name", "vcs.repository.name"}

# What people and the model wrote, and what tools read and ran: never kept
_CONTENT = {
    "prompt", "prompt_text", "body", "body_ref", "tool_input", "tool_parameters",
    "hook_definitions", "managed_settings.settings", "full_command", "bash_command",
}  # fmt: skip
_CONTENT_OF_EVENT = {"assistant_response": {"response"}}
_CONTENT_WORDS = re.compile(
    r"(?:^|[._])(?:prompt|response|content|text|body|command|input|output|arguments|message)s?"
    r"(?:$|[._])"
)
# Third parties choose these keys, so "cost_usd" among them is not ours
_FREE_KEYS = {"hook_plugin_metrics"}

STANDARD = frozenset(
    {*SHARED, *SHARED_FALLBACKS, *_REPOSITORY, *_HANDLED}
    | {
        "session.id", "event.sequence", "prompt.id", "ccr.session.id", "user.groups",
        "identity.source", "vcs.provider.name", "workflow.run_id", "workflow.name",
        "message.uuid", "client_request_id", "wsl.version", "enduser.id",
    }
) - {"cost_usd_micros"}  # fmt: skip
"""Attributes that say where an event comes from, not what happened."""


@lru_cache(maxsize=1024)  # names come from files
def fields_of(event_type: str) -> dict[str, Field | None]:
    """Return the fields of one kind of event by attribute; None for what is handled apart."""
    handled: dict[str, Field | None] = dict.fromkeys(_HANDLED | _REPOSITORY | _CONTENT)
    handled |= dict.fromkeys(_CONTENT_OF_EVENT.get(event_type, ()))
    if event_type in _FREE_KEYS:
        known = {name: _EVERY_EVENT[name] for name in ("session.id", "event.sequence", "prompt.id")}
        return {**SHARED, **known, **handled}
    return {**SHARED, **_EVERY_EVENT, **_EVENT.get(event_type, {}), **handled}


def is_content(name: str) -> bool:
    """Return whether the name of an unmapped attribute suggests content of a conversation.

    So does a name that is longer than any name: it may be content itself.
    """
    return len(name) > TEXT_LIMIT or _is_content(name)


@lru_cache(maxsize=4096)
def _is_content(name: str) -> bool:
    return bool(_CONTENT_WORDS.search(name.lower()))
