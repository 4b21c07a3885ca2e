"""What follows from several attributes of an event together, or from inside one of them."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from ingest.events.coerce import Coercion, plain, shown, text
from ingest.events.languages import language_of_input
from ingest.files.json_records import is_dense

Event = dict[str, Any]

PLACES = {"vcs.repository.name", "workspace.host_paths"}
"""Attributes from which `project` derives fields."""

_EDIT_TOOLS = {"Edit", "MultiEdit", "Write", "NotebookEdit"}
_FAILURES = {"api_error", "api_retries_exhausted"}
_ERROR_CLASSES = (
    ("aborted", re.compile(r"abort|cancel|interrupt")),
    ("rate_limit", re.compile(r"rate.?limit|too many requests|overloaded|quota")),
    ("credentials", re.compile(r"credential|api.?key|unauthori|authenticat|forbidden|oauth|login")),
    ("timeout", re.compile(r"time.?out|timed out|deadline")),
    ("connection", re.compile(r"connect|econn|network|socket|enotfound|eai_again|fetch|dns|tls")),
)
_PRODUCTS = (
    ("claude-code-desktop", "claude_code_desktop"),
    ("codex", "codex_cli"),
    ("gemini", "gemini_cli"),
)
_TOOL_PARAMETERS = {
    "mcp_server_name": "mcp_server",
    "mcp_tool_name": "mcp_tool",
    "skill_name": "skill_name",
    "subagent_type": "agent_name",
}


def error_type(event: Event) -> str | None:
    """Return the kind of a failure; None where nothing failed."""
    if event["event_type"] == "tool_result":
        return "tool_failed" if event.get("is_success") is False else None
    if event["event_type"] not in _FAILURES:
        return None
    if "status_code" in event:
        return f"http_{event['status_code']}"
    return error_class(event.get("error_message", ""))


def error_class(message: str) -> str:
    """Return the kind of a failure without a status from its message."""
    message = message.lower()
    return next((name for name, words in _ERROR_CLASSES if words.search(message)), "unknown")


def project(event: Event, attributes: Mapping[str, Any]) -> Event:
    """Return repository and project of an event."""
    fields = repository(attributes)
    paths = plain(attributes.get("workspace.host_paths"))
    if "project" not in fields and isinstance(paths, list) and paths:
        path = shown(paths[0]).replace("\\", "/").rstrip("/")
        put(fields, "project", text, path.rpartition("/")[2])
    if "project" in event:
        fields.pop("project", None)
    return fields


def repository(values: Mapping[str, Any]) -> Event:
    """Return repository and project from the attributes of version control."""
    name = text(values.get("vcs.repository.name"))
    if not name:
        return {}
    owner = text(values.get("vcs.owner.name"))
    whole = text(f"{owner}/{name}") if owner else name
    return {"project": name, "repository": whole}


def add_tool_facts(event: Event, attributes: Mapping[str, Any]) -> None:
    """Take names, never content, from a tool's parameters and input."""
    if isinstance(given := plain(attributes.get("tool_parameters")), str):
        parameters = _parsed(given)
        for key, name in _TOOL_PARAMETERS.items():
            put(event, name, text, parameters.get(key))
    if "language" not in event and event.get("tool_name") in _EDIT_TOOLS:
        given = plain(attributes.get("tool_input"))
        if isinstance(given, str) and (language := language_of_input(given)):
            event["language"] = language


def _parsed(json_text: str) -> dict[str, Any]:
    raw = json_text.encode("utf-8", "replace")
    if is_dense(raw):
        return {}
    try:
        parsed = orjson.loads(raw)
    except orjson.JSONDecodeError:  # cut by the client
        return {}
    return parsed if isinstance(parsed, dict) else {}


def product(service_name: str) -> str:
    """Return the product of a service name."""
    matches = (name for start, name in _PRODUCTS if service_name.startswith(start))
    return next(matches, "claude_code")


def put(fields: Event, name: str, coerce: Coercion, value: Any) -> None:
    """Set a field unless the value means nothing."""
    if (coerced := coerce(value)) is not None:
        fields[name] = coerced
