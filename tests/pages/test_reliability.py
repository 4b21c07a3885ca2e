from __future__ import annotations

import pytest

from tests.factories import later, load, make_event, make_request
from tests.ui.apps import metrics, texts


@pytest.fixture
def shaky(db):
    """Return a store with three answered requests, one failed one and two failed tool calls."""
    failed = {"tool_name": "Bash", "is_success": False}
    load(
        db,
        *(make_request(timestamp=later(minutes=n), duration_ms=1000 * n) for n in (1, 2, 3)),
        make_event("api_error", error_type="http_429"),
        make_event("tool_result", error_type="ShellError", **failed),
        make_event("tool_result", error_type="Error:ENOENT", timestamp=later(minutes=2), **failed),
        make_event("tool_result", tool_name="Bash", is_success=True, timestamp=later(minutes=3)),
    )
    return db


def test_rates_show_numerator_and_denominator(shaky, open_app):
    app = open_app("reliability")
    assert not app.exception
    numbers = metrics(app)
    assert numbers["Error rate"] == "25%"
    assert numbers["Tool failure rate"] == "67%"
    assert numbers["Failures"] == "3"
    details = [metric.proto.delta_description for metric in app.metric]
    assert details[:2] == ["1 of 4", "2 of 3"]


def test_percentiles_are_marked_as_approximate(shaky, open_app):
    app = open_app("reliability")
    assert metrics(app)["Latency p50"] == "≈ 2.0 s"
    assert metrics(app)["Latency p95"] == "≈ 3.0 s"
    assert "accurate to 1%" in texts(app)


def test_failures_have_display_names(shaky, open_app):
    table = open_app("reliability").dataframe[-1].value
    assert table["failure"].tolist() == ["No such file", "Shell error", "HTTP 429 rate limit"]


def test_period_without_failures(db, open_app):
    load(db, make_request(duration_ms=None))
    app = open_app("reliability")
    assert not app.exception
    assert metrics(app)["Error rate"] == "0%"
    assert metrics(app)["Latency p50"] == "\N{EM DASH}"
    assert "No failures in this period." in texts(app)


def test_one_day_of_one_role(shaky, open_app):
    error = make_event("api_error", department="Platform Engineering", session_id="other")
    load(shaky, error)
    app = open_app("reliability", range=["2026-01-20", "2026-01-20"], role=["devops"])
    assert not app.exception
    assert metrics(app)["Error rate"] == "100%"
