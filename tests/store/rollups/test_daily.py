"""Rows of the daily rollups."""

from __future__ import annotations

from store.histogram import bin_of
from tests.factories import later, make_event, make_request
from tests.facts import rolled_up


def fold(collection, *events):
    """Return the rows of a rollup for events of one session and hour, without the scope."""
    return [
        {key: value for key, value in row.items() if key not in ("role", "department", "source")}
        for row in rolled_up(events)[collection]
    ]


def test_events_by_type():
    folded = fold("daily_events", make_event("hook"), make_request(), make_request(sequence=1))
    assert folded == [
        {"event_type": "api_request", "events": 2},
        {"event_type": "hook", "events": 1},
    ]


def test_models_have_a_histogram_of_the_durations_of_their_requests():
    [row] = fold(
        "daily_models",
        make_request(duration_ms=1000),
        make_request(duration_ms=1000, sequence=1),
        make_request(duration_ms=None, sequence=2),
        make_event("tool_result", duration_ms=5),
    )
    assert (row["model"], row["api_requests"]) == ("claude-opus-4-6", 3)
    assert row["histogram"] == f"[{bin_of(1000)},2]"


def test_tools_count_calls_failures_decisions_and_durations():
    folded = fold(
        "daily_tools",
        make_event("tool_decision", tool_name="Bash", decision="accept"),
        make_event("tool_decision", tool_name="Bash", decision="reject"),
        make_event("tool_result", tool_name="Bash", is_success=False, duration_ms=7),
        make_event("tool_result", tool_name="Bash", is_success=True, duration_ms=7),
    )
    assert folded == [
        {
            "tool_name": "Bash",
            "calls": 2,
            "failures": 1,
            "accepted": 1,
            "rejected": 1,
            "histogram": f"[{bin_of(7)},2]",
        }
    ]


def test_decisions_are_counted_by_who_decided():
    folded = fold(
        "daily_decisions",
        make_event("tool_decision", decision="accept", decision_source="config"),
        make_event("tool_decision", decision="reject", decision_source="user_reject"),
        make_event("tool_decision", decision="no idea"),
    )
    assert folded == [
        {"decision_source": "config", "accepted": 1},
        {"decision_source": "user_reject", "rejected": 1},
    ]


def test_edits_are_counted_by_language():
    folded = fold(
        "daily_edits",
        make_event("tool_decision", tool_name="Edit", decision="accept", language="Python"),
        make_event("tool_result", tool_name="Edit", language="Python"),
        make_event("tool_result", tool_name="Write"),
        make_event("tool_result", tool_name="Read"),
    )
    assert folded == [
        {"language": "Python", "accepted": 1, "edits": 1},
        {"language": "unknown", "edits": 1},
    ]


def test_errors_are_failed_requests_and_failed_tools():
    folded = fold(
        "daily_errors",
        make_event("api_error", error_type="http_529"),
        make_event("tool_result", is_success=False, error_type="ShellError"),
        make_event("tool_result", is_success=True),
    )
    assert folded == [
        {"error_type": "ShellError", "event_type": "tool_result", "errors": 1},
        {"error_type": "http_529", "event_type": "api_error", "errors": 1},
    ]


def test_a_session_counts_once_in_each_hour_it_is_active():
    folded = fold("daily_hours", make_event("hook"), make_event("hook", timestamp=later(minutes=9)))
    assert folded == [{"sources": ["cloudwatch"], "s12": 1}]


def test_money_keeps_a_billionth_and_no_drift():
    [row] = fold("daily_usage", *(make_request(cost_usd=0.1, sequence=n) for n in range(3)))
    assert row["cost_usd"] == 0.3


def test_events_that_differ_within_a_bucket_go_to_their_own_rows():
    [row] = fold(
        "daily_users",
        make_event("hook"),
        make_event("hook", user_id="user-bob", email="bob@example.com"),
    )
    assert (row["user_id"], row["events"]) == (["user-ada", "user-bob"], [1, 1])
