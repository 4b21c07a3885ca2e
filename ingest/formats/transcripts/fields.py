"""Where a transcript lies and what its lines say about themselves, whatever kind they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ingest.events.coerce import count, epoch_ms, instant, text
from ingest.files.source_file import readable

Line = Mapping[str, Any]
Event = dict[str, Any]

SOURCE = "transcript"
NO_TIME = "line without a valid time"

_NO_SLUG = re.compile(r"[^a-zA-Z0-9]")
_HOME = re.compile(r"(?:/home/[^/]+|/Users/[^/]+|/root|[A-Za-z]:/Users/[^/]+)/?")
_LONGEST_PATH = 4096
_WORKTREE = re.compile(r"/\.claude/worktrees/.*")
_LONG_CONTEXT = "[1m]"
_META_LIMIT = 64 * 1024


@dataclass(frozen=True)
class Place:
    """Session and project by the path of a transcript, for lines that do not name them."""

    session_id: str | None
    slug: str
    is_sidechain: bool = False
    agent_name: str | None = None

    @classmethod
    def of(cls, path: Path) -> "Place":
        """Read ``<slug>/<session>.jsonl`` or ``<slug>/<session>/subagents/**/agent-*.jsonl``."""
        parts = tuple(map(readable, path.absolute().parts))
        if "subagents" in parts[2:-1]:
            index = len(parts) - 1 - parts[::-1].index("subagents")
            return cls(parts[index - 1], parts[index - 2], True, _agent_name(path))
        slug = parts[-2] if len(parts) > 1 else ""
        if path.name.startswith("agent-"):  # older clients put sub-agents beside the session
            return cls(None, slug, True, _agent_name(path))
        return cls(text(parts[-1].partition(".")[0]), slug)


def _agent_name(path: Path) -> str | None:
    """Read the kind of a sub-agent from the file beside its transcript."""
    beside = path.with_name(path.name.partition(".")[0] + ".meta.json")
    try:
        with beside.open("rb") as file:
            return text(mapping(orjson.loads(file.read(_META_LIMIT))).get("agentType"))
    except (OSError, orjson.JSONDecodeError):
        return None


class Sent(NamedTuple):
    """A line with its time and what it shares with its neighbours."""

    line: Line
    at: datetime
    shared: Event
    is_sidechain: bool


def sent(line: Line, place: Place) -> Sent | None:
    """Read the envelope of a line; None if it does not say when it was written."""
    at = instant(line.get("timestamp"))
    if at is None:
        return None
    is_sidechain = line.get("isSidechain") is True or place.is_sidechain
    shared: Event = {"source": SOURCE, "product": "claude_code"}
    if session_id := text(line.get("sessionId")) or place.session_id:
        shared["session_id"] = session_id
    if project := _project(line.get("cwd"), place.slug):
        shared["project"] = project
    for name, key in _SHARED.items():
        if value := text(line.get(key)):
            shared[name] = value
    if is_sidechain:
        shared["is_sidechain"] = True
        if place.agent_name:
            shared.setdefault("agent_name", place.agent_name)
    return Sent(line, at, shared, is_sidechain)


_SHARED = {
    "branch": "gitBranch",
    "client_version": "version",
    "entrypoint": "entrypoint",
    "agent_name": "attributionAgent",
    "mcp_server": "attributionMcpServer",
    "mcp_tool": "attributionMcpTool",
    "prompt_id": "promptId",
}


def _project(cwd: Any, slug: str) -> str | None:
    # What is longer than any path is none, and would be remembered
    return project_of(cwd, slug) if isinstance(cwd, str) and len(cwd) <= _LONGEST_PATH else None


@lru_cache(maxsize=1024)  # the same few folders on every line
def project_of(cwd: str, slug: str = "") -> str | None:
    """Name the project that a working directory belongs to, never more of the path.

    Parameters
    ----------
    cwd : str
        Working directory of the line; the agent may have moved into a folder below the project.
    slug : str
        Folder of the transcript: the directory in which the session was started, with every
        character but letters and digits replaced. It shows which folder above `cwd` is meant.
    """
    path = _WORKTREE.sub("", cwd.replace("\\", "/").rstrip("/"))
    start = path[: len(slug)]
    if "/" in start and _NO_SLUG.sub("-", start) == slug and path[len(slug) :][:1] in ("", "/"):
        path = start
    if _HOME.fullmatch(path):
        return "~"  # its last part is the name of a person
    return text(path.rpartition("/")[2])


def line_id(one: Sent, role: str) -> tuple[str, ...]:
    """Return what identifies a line: its uuid, else session, time and role."""
    if uuid := text(one.line.get("uuid")):
        return (uuid,)
    return (one.shared.get("session_id", ""), str(epoch_ms(one.at)), role)


def put_model(event: Event, value: Any) -> None:
    """Set the model, the mark of a long context taken off."""
    if not (model := text(value)):
        return
    if model.lower().endswith(_LONG_CONTEXT):
        model = model[: -len(_LONG_CONTEXT)]
        event["is_long_context"] = True
    event["model"] = model


def put(event: Event, name: str, value: Any) -> None:
    """Set a field unless its value is absent."""
    if value is not None:
        event[name] = value


def extra(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return facts without a field of their own, the absent ones left out."""
    return [{"k": key, "v": value} for key, value in sorted(facts.items()) if value is not None]


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, empty in place of anything else."""
    return value if isinstance(value, dict) else {}


def blocks(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the content blocks of a message; plain text has none."""
    content = message.get("content")
    return (
        [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    )


def positive(value: Any) -> int | None:
    """Read a count; 0 means unknown and is absent."""
    return count(value) or None
