"""What on a user's line is a prompt, and how long it is; its words are read and forgotten."""

import re
from typing import NamedTuple

from ingest.events.coerce import shown, text
from ingest.events.ids import content_id
from ingest.formats.transcripts.fields import Event, Line, Sent, blocks, line_id, mapping, put

_NOT_TYPED = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly")
_INTERRUPTION = "[Request interrupted by user"
# What the client writes around commands, shell input and reminders on the user's behalf
_OPENING = re.compile(
    r"\s*<((?:command|local-command|bash|ide|user-prompt-submit)[-_][\w-]+"
    r"|system-reminder|task-notification)>"
)
_COMMAND = "command-name"


class Prompt(NamedTuple):
    """What remains of a prompt."""

    length: int
    command: str | None = None


def prompt_event(one: Sent) -> Event | str:
    """Return the event of a prompt, or in words why the line is none."""
    prompt = read_prompt(one.line, one.is_sidechain)
    if isinstance(prompt, str):
        return prompt
    event: Event = {
        **one.shared,
        "id": content_id("t", "user", *line_id(one, "user")),
        "timestamp": one.at,
        "event_type": "user_prompt",
        "usage_key": ":".join(("uuid", *line_id(one, "user"))),
        "prompt_length": prompt.length,
    }
    put(event, "command_name", prompt.command)
    return event


def read_prompt(line: Line, is_sidechain: bool = False) -> Prompt | str:
    """Measure a typed prompt; return why as text where the line is no typed prompt."""
    if is_sidechain:
        return "prompt of a sub-agent"
    if any(line.get(name) is True for name in _NOT_TYPED):
        return "prompt written by the client"
    message = mapping(line.get("message"))
    content = message.get("content")
    parts = [block.get("text") for block in blocks(message) if block.get("type") == "text"]
    typed = content if isinstance(content, str) else "\n".join(map(shown, parts))
    if typed.startswith(_INTERRUPTION):
        return "interruption"
    rest, command = _without_markup(typed)
    if rest:
        return Prompt(len(rest), command)
    if typed.strip():
        return "command without a prompt"
    return Prompt(0) if blocks(message) else "prompt without content"


def _without_markup(typed: str) -> tuple[str, str | None]:
    """Take the client's own elements off the beginning; return the rest and the command's name."""
    at = 0
    command = None
    while opening := _OPENING.match(typed, at):
        closing = f"</{opening[1]}>"
        end = typed.find(closing, opening.end())
        if end < 0:
            return "", command
        if opening[1] == _COMMAND:
            command = text(typed[opening.end() : end].strip().removeprefix("/"))
        at = end + len(closing)
    return typed[at:].strip(), command
