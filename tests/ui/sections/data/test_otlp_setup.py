from __future__ import annotations

from ui.sections.data.otlp_setup import environment


def test_the_variables_name_this_server_and_switch_telemetry_on():
    lines = dict(line.split("=", 1) for line in environment("https://flow.example").splitlines())
    assert lines["CLAUDE_CODE_ENABLE_TELEMETRY"] == "1"
    assert lines["OTEL_LOGS_EXPORTER"] == lines["OTEL_METRICS_EXPORTER"] == "otlp"
    assert lines["OTEL_EXPORTER_OTLP_ENDPOINT"] == "https://flow.example"
