"""How Claude Code is pointed at this server."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

_LINES = """\
CLAUDE_CODE_ENABLE_TELEMETRY=1
OTEL_LOGS_EXPORTER=otlp
OTEL_METRICS_EXPORTER=otlp
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}
OTEL_RESOURCE_ATTRIBUTES=department=engineering,team.id=platform"""


def environment(endpoint: str) -> str:
    """Return the variables that make Claude Code send its telemetry to an address."""
    return _LINES.format(endpoint=endpoint)


def connect_help() -> None:
    """Show the variables, with the address under which this visitor sees the server."""
    where = urlsplit(st.context.url or "http://127.0.0.1:8501")
    st.code(environment(f"{where.scheme}://{where.netloc}"), language="bash", wrap_lines=True)
    st.caption("Set them in the shell, in managed settings, or in `~/.claude/settings.json`.")
