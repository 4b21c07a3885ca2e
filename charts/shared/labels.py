"""Names of tools, failures, decisions and endpoints as people say them."""

from __future__ import annotations

import re

from charts.shared.palette import TOOL_KINDS, UNNAMED
from charts.shared.theme import words

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
    "config": "By rule",
    "hook": "By hook",
    "user_temporary": "Person, once",
    "user_permanent": "Person, for good",
    "user_reject": "Person, refused",
    "user_abort": "Person, stopped it",
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
    401: "not signed in",
    403: "forbidden",
    404: "not found",
    408: "timed out",
    409: "conflict",
    413: "too large",
    422: "not valid",
    429: "rate limit",
    500: "server error",
    502: "bad gateway",
    503: "unavailable",
    504: "gateway timeout",
    529: "overloaded",
}

_ERRORS = {
    "ENOENT": "No such file",
    "EACCES": "No permission",
    "EPERM": "Not permitted",
    "EISDIR": "Is a folder",
    "ETIMEDOUT": "Timed out",
    "ECONNREFUSED": "Connection refused",
    "ECONNRESET": "Connection reset",
    "rate_limit": "Rate limit",
}


def tool_label(tool: str) -> str:
    """Name a tool: one of an MCP server stands behind its server's name."""
    server, _, name = tool.removeprefix("mcp__").partition("__")
    if tool.startswith("mcp__") and name:
        return f"{words(server)}: {words(name).lower()}"
    return words(tool)


def tool_kind(tool: str) -> str:
    """Tell what a tool is for."""
    if tool.startswith("mcp"):
        return MCP
    return _KINDS.get(tool) or (PLAN if tool.startswith(_PLANS) else UNNAMED[1])


def system_label(system: str) -> str:
    """Name an operating system as people do: ``darwin`` is macOS."""
    return _SYSTEMS.get(system.lower(), system)


def decider_label(source: str) -> str:
    """Say who decided on a permission, and for how long."""
    return _DECIDERS.get(source, words(source))


def status_label(status: int | None) -> str:
    """Write an HTTP status with what it means."""
    if status is None:
        return "Not recorded"
    return f"{status} {_STATUSES.get(status, '')}".strip()


def error_label(error: str) -> str:
    """Name a kind of failure: ``http_429`` is HTTP 429 rate limit."""
    if status := re.fullmatch(r"http_(\d{3})", error):
        return f"HTTP {status_label(int(status[1]))}"
    name = error.removeprefix("Error:")
    return _ERRORS.get(name) or _apart(name)


def _apart(name: str) -> str:
    """Write ``ShellError`` as Shell error; codes such as ``ENOSPC`` stay as they are."""
    if name.isupper() or name.islower():
        return words(name)
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name) or [name]
    first = parts[0].upper() if parts[0].lower() == "mcp" else parts[0].capitalize()
    return " ".join([first, *(part if part.isupper() else part.lower() for part in parts[1:])])
