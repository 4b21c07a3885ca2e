from __future__ import annotations

import json
import subprocess

from ui.sections.data.otlp_setup import environment, settings_json, shell_lines

ENDPOINT = "https://flow.example"


def test_variables_name_this_server_and_enable_telemetry():
    variables = environment(ENDPOINT)
    assert variables["CLAUDE_CODE_ENABLE_TELEMETRY"] == "1"
    assert variables["OTEL_LOGS_EXPORTER"] == variables["OTEL_METRICS_EXPORTER"] == "otlp"
    assert variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == ENDPOINT
    assert "OTEL_EXPORTER_OTLP_HEADERS" not in variables


def test_required_token_has_a_placeholder():
    variables = environment(ENDPOINT, is_token_required=True)
    assert variables["OTEL_EXPORTER_OTLP_HEADERS"] == "Authorization=Bearer YOUR_TOKEN"


def test_shell_lines_export_every_variable_in_a_shell():
    variables = environment(ENDPOINT, is_token_required=True)
    script = f"{shell_lines(variables)}\nenv"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    exported = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    assert exported.items() >= variables.items()


def test_settings_json_has_every_variable():
    variables = environment(ENDPOINT)
    assert json.loads(settings_json(variables)) == {"env": variables}
