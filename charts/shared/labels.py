"""Labels of stored names: tools, errors, permission decisions, HTTP statuses."""

from __future__ import annotations

import re

from charts.shared.palette import TOOL_KINDS, UNNAMED

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

UNATTRIBUTED = "Unattributed"
"""Label of what names no user or no project."""

_SPELLINGS = {
    "api": "API",
    "devops": "DevOps",
    "mcp": "MCP",
    "id": "ID",
    "p50": "p50",
    "p95": "p95",
}

RUN, READ, EDIT, PLAN, WEB, AGENTS, MCP, ASK = TOOL_KINDS

_KINDS = {
    **dict.fromkeys(("Bash", "BashOutput", "KillShell", "KillBash", "PowerShell", "Monitor"), RUN),
    **dict.fromkeys(("Read", "Grep", "Glob", "LS", "NotebookRead", "LSP", "ToolSearch"), READ),
    **dict.fromkeys(("Edit", "MultiEdit", "Write", "NotebookEdit"), EDIT),
    **dict.fromkeys(("WebFetch", "WebSearch"), WEB),
    **dict.fromkeys(("Task", "Agent", "TaskOutput", "TaskStop", "Skill", "SlashCommand"), AGENTS),
    **dict.fromkeys(("AskUserQuestion",), ASK),
}
_PLANS = ("Todo", "Task", "EnterPlan", "ExitPlan")

_DECIDERS = {
    "config": "Auto (rule)",
    "hook": "Auto (hook)",
    "user_temporary": "User, once",
    "user_permanent": "User, always",
    "user_reject": "User denied",
    "user_abort": "User interrupted",
    "unknown": "Unknown",
}

_SYSTEMS = {"darwin": "macOS", "linux": "Linux", "win32": "Windows", "windows": "Windows"}

_STATUSES = {
    200: "OK",
    201: "created",
    202: "accepted",
    204: "no content",
    301: "moved",
    302: "found",
    304: "not modified",
    400: "bad request",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    408: "request timeout",
    409: "conflict",
    413: "payload too large",
    422: "unprocessable",
    429: "rate limit",
    500: "server error",
    502: "bad gateway",
    503: "unavailable",
    504: "gateway timeout",
    529: "overloaded",
}

_ERRORS = {
    "ENOENT": "No such file",
    "EACCES": "Permission denied",
    "EPERM": "Operation not permitted",
    "EISDIR": "Is a directory",
    "ETIMEDOUT": "Timed out",
    "ECONNREFUSED": "Connection refused",
    "ECONNRESET": "Connection reset",
    "rate_limit": "Rate limit",
    "aborted": "Cancelled by user",
    "AbortError": "Tool aborted",
    "credentials": "Authentication failed",
    "connection": "Connection failed",
}


def humanize(name: str) -> str:
    """Turn a stored name such as ``senior_dev`` into words for a reader."""
    if not name.islower():
        return name
    parts = [_SPELLINGS.get(part, part) for part in name.split("_")]
    return " ".join(
        [parts[0] if parts[0] in _SPELLINGS.values() else parts[0].capitalize(), *parts[1:]]
    )


def tool_label(tool: str) -> str:
    """Return the label of a tool: ``mcp__github__search`` is Github: search."""
    server, _, name = tool.removeprefix("mcp__").partition("__")
    if tool.startswith("mcp__") and name:
        return f"{humanize(server)}: {humanize(name).lower()}"
    return humanize(tool)


def tool_kind(tool: str) -> str:
    """Return the kind of a tool, of `TOOL_KINDS`."""
    if tool.startswith("mcp"):
        return MCP
    return _KINDS.get(tool) or (PLAN if tool.startswith(_PLANS) else UNNAMED[1])


def system_label(system: str) -> str:
    """Return the usual name of an operating system: ``darwin`` is macOS."""
    return _SYSTEMS.get(system.lower(), system)


def decider_label(source: str) -> str:
    """Return the label of the source of a permission decision."""
    return _DECIDERS.get(source, humanize(source))


def status_label(status: int | None) -> str:
    """Return an HTTP status with its meaning: 404 not found."""
    if status is None:
        return "Not recorded"
    return f"{status} {_STATUSES.get(status, '')}".strip()


def error_label(error: str) -> str:
    """Return the label of an error: ``http_429`` is HTTP 429 rate limit."""
    if status := re.fullmatch(r"http_(\d{3})", error):
        return f"HTTP {status_label(int(status[1]))}"
    name = error.removeprefix("Error:")
    return _ERRORS.get(name) or _split_words(name)


def _split_words(name: str) -> str:
    """Return ``ShellError`` as Shell error; codes such as ``ENOSPC`` stay as they are."""
    if name.isupper() or name.islower():
        return humanize(name)
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name) or [name]
    first = parts[0].upper() if parts[0].lower() == "mcp" else parts[0].capitalize()
    return " ".join([first, *(part if part.isupper() else part.lower() for part in parts[1:])])
