"""Settings that make Claude Code send its telemetry to this server."""

from __future__ import annotations

import json
import os
import shlex
from urllib.parse import urlsplit

import streamlit as st

from ingest.otlp.http import TOKEN_VARIABLE

PLACEHOLDER = "YOUR_TOKEN"

_VARIABLES = {
    "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
    "OTEL_LOGS_EXPORTER": "otlp",
    "OTEL_METRICS_EXPORTER": "otlp",
    "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
}
_ATTRIBUTES = {"OTEL_RESOURCE_ATTRIBUTES": "department=engineering,team.id=platform"}


def environment(endpoint: str, is_token_required: bool = False) -> dict[str, str]:
    """Return the environment variables that make Claude Code export to an address."""
    token = {"OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer {PLACEHOLDER}"}
    return {
        **_VARIABLES,
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        **(token if is_token_required else {}),
        **_ATTRIBUTES,
    }


def shell_lines(variables: dict[str, str]) -> str:
    """Format variables as the commands that set them in a shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def settings_json(variables: dict[str, str]) -> str:
    """Format variables as a settings file of Claude Code."""
    return json.dumps({"env": variables}, indent=2)


def connect_form() -> None:
    """Draw the settings, with the address under which this visitor reaches the server."""
    url = urlsplit(st.context.url or "http://127.0.0.1:8501")
    is_token_required = bool(os.environ.get(TOKEN_VARIABLE))
    variables = environment(f"{url.scheme}://{url.netloc}", is_token_required)
    shell, settings = st.tabs(["Shell", "settings.json"])
    with shell:
        st.code(shell_lines(variables), language="bash", wrap_lines=True)
        st.caption("Run in the shell that starts Claude Code.")
    with settings:
        st.code(settings_json(variables), language="json", wrap_lines=True)
        st.caption("Add to `~/.claude/settings.json`, or to managed settings for a team.")
    if is_token_required:
        st.caption(f"Replace `{PLACEHOLDER}` by the value of `{TOKEN_VARIABLE}` on the server.")
