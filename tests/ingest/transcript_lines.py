"""Transcript lines with valid defaults, so that a test shows only what it is about."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from ingest.files.source_file import SourceFile
from ingest.formats.transcripts.files import documents

START = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
SESSION = "5f0d8a52-0b7e-4a63-9f6e-3f1d2c4b5a69"
CWD = "/home/ada/shop"
MODEL = "claude-opus-5-5"

_numbers = count(1)


def stamp(seconds=0.0):
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")[:23] + "Z"


def line(kind, at=0.0, **fields):
    """Return a line of some type; a field given as None is left out."""
    defaults = {
        "type": kind,
        "uuid": f"uuid-{next(_numbers)}",
        "parentUuid": None,
        "sessionId": SESSION,
        "timestamp": stamp(at),
        "isSidechain": False,
        "cwd": CWD,
        "gitBranch": "main",
        "version": "2.1.270",
        "entrypoint": "cli",
        "userType": "external",
    }
    return {name: value for name, value in (defaults | fields).items() if value is not None}


def usage(output=0, input=0, read=0, created=0, **fields):
    return {
        "input_tokens": input,
        "output_tokens": output,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": created,
        **fields,
    }


def reply(message_id="msg_1", request_id="req_1", at=0.0, content=(), model=MODEL, **fields):
    """Return one line of an assistant's message; token counts go to its usage."""
    tokens = {
        name: fields.pop(name) for name in ("output", "input", "read", "created") if name in fields
    }
    more = fields.pop("usage", {})
    message = {
        "id": message_id,
        "model": model,
        "role": "assistant",
        "content": list(content),
        "stop_reason": fields.pop("stop_reason", None),
        "usage": usage(**tokens) | more,
    }
    return line("assistant", at, requestId=request_id, message=message, **fields)


def prompt(words="please fix it", at=0.0, **fields):
    return line("user", at, message={"role": "user", "content": words}, **fields)


def tool_use(use_id="toolu_1", name="Bash", **given):
    return {"type": "tool_use", "id": use_id, "name": name, "input": given}


def tool_result(use_id="toolu_1", content="done", at=0.0, is_error=None, report=None, **fields):
    block = {"type": "tool_result", "tool_use_id": use_id, "content": content}
    if is_error is not None:
        block["is_error"] = is_error
    message = {"role": "user", "content": [block]}
    return line("user", at, message=message, toolUseResult=report, **fields)


def jsonl(*lines, end="\n"):
    return "".join(json.dumps(one) + end for one in lines)


def write(folder, *lines, name=f"{SESSION}.jsonl", slug="-home-ada-shop", end="\n"):
    """Write a transcript as the client would; text is written as it is."""
    path = Path(folder) / slug / name
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = "".join(one if isinstance(one, str) else jsonl(one, end=end) for one in lines)
    path.write_bytes(whole.encode())
    return SourceFile(path, path.name)


def events_of(file, event_type=None):
    events = [document for kind, document in documents(file) if kind == "event"]
    return [one for one in events if event_type in (None, one["event_type"])]


def others_of(file, kind):
    return [document for name, document in documents(file) if name == kind]
