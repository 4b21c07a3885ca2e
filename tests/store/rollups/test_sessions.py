"""Summaries of sessions."""

from __future__ import annotations

from tests.factories import NOON, later, make_event, make_request
from tests.facts import NO_PEOPLE, UTC_ZONE, facts_of, fold_session, session_of


def test_a_session_runs_from_its_first_to_its_last_event():
    session = session_of(make_event("user_prompt"), make_request(timestamp=later(minutes=5)))
    assert (session["started_at"], session["ended_at"]) == (NOON, later(minutes=5))
    assert session["duration_seconds"] == 300
    assert (session["day"], session["hour"]) == ("2026-01-20", 12)


def test_sums_are_those_of_the_requests():
    session = session_of(
        make_request(), make_request(sequence=1, cost_usd=None, model="unheard-of")
    )
    assert session["total_tokens"] == 740
    assert session["cost_usd"] == 0.5
    assert session["unpriced_requests"] == 1


def test_errors_are_failed_requests_and_failed_tools():
    session = session_of(
        make_event("api_error"),
        make_event("tool_result", is_success=False),
        make_event("tool_result", is_success=True),
    )
    assert (session["errors"], session["tool_failures"], session["api_errors"]) == (2, 1, 1)


def test_the_model_is_the_one_with_most_requests():
    session = session_of(
        make_request(model="b"), make_request(model="b", sequence=1), make_request(model="a")
    )
    assert (session["model"], session["models"]) == ("b", ["a", "b"])


def test_the_client_version_is_the_last_one_seen():
    session = session_of(
        make_event("hook", client_version="2.1.1"),
        make_event("hook", client_version="2.1.2", timestamp=later(minutes=1)),
    )
    assert session["client_version"] == "2.1.2"


def test_field_without_a_value_is_absent():
    session = session_of(make_event("hook"))
    assert "terminal" not in session
    assert "model" not in session
    assert session["project"] == "unknown"


def test_duplicates_do_not_count():
    request = make_request()
    session = session_of(
        make_event("user_prompt"), request, duplicates={("2026-01-20T12|session-a", request["id"])}
    )
    assert (session["events"], session["api_requests"]) == (1, 0)


def test_a_session_without_events_is_none():
    assert session_of() is None


def test_events_without_a_session_are_no_session():
    session = session_of(make_event("user_prompt", session_id=None), session="u:user-ada#1")
    assert session["is_counted"] is False


def test_what_a_session_used_and_what_failed_is_kept():
    session = session_of(
        make_request(model="b"),
        make_request(model="a", cost_usd=None, sequence=1),
        make_event("tool_result", tool_name="Bash", is_success=False, error_type="ShellError"),
        make_event("tool_result", tool_name="Bash", is_success=True),
        make_event("api_error", error_type="http_429"),
    )
    assert session["model_uses"] == [
        {"model": "a", "api_requests": 1, "total_tokens": 370, "unpriced_requests": 1,
         "cost_usd": 0.0},
        {"model": "b", "api_requests": 1, "total_tokens": 370, "unpriced_requests": 0,
         "cost_usd": 0.5},
    ]  # fmt: skip
    assert session["tool_uses"] == [{"tool_name": "Bash", "calls": 2, "failures": 1}]
    assert session["error_types"] == ["ShellError", "http_429"]


def test_facts_may_come_in_any_order():
    facts = facts_of(
        [
            make_event("user_prompt", terminal="vscode"),
            make_event(
                "user_prompt", terminal="tmux", client_version="9", timestamp=later(hours=14)
            ),
        ]
    )
    assert [fact["day"] for fact in facts] == ["2026-01-20", "2026-01-21"]
    session, other = (
        fold_session("session-a", some, UTC_ZONE, NO_PEOPLE) for some in (facts, facts[::-1])
    )
    assert session == other
    assert (session["terminal"], session["client_version"]) == ("vscode", "9")
    assert (session["first_prompt_at"], session["ended_at"]) == (NOON, later(hours=14))


def test_senders_that_differ_within_an_hour_are_distinct():
    session = session_of(
        make_event("hook", terminal=None, source="otlp"),
        make_event("hook", terminal="tmux", source="collector", timestamp=later(minutes=1)),
        make_event("hook", terminal="vscode", source="otlp", timestamp=later(minutes=2)),
    )
    assert session["terminal"] == "tmux"
    assert session["sources"] == ["collector", "otlp"]


def test_every_source_that_delivered_an_event_is_named():
    session = session_of(make_event("hook", source="otlp", sources=["collector", "otlp"]))
    assert session["sources"] == ["collector", "otlp"]


def test_bucket_of_duplicates_alone_adds_nothing():
    ghost = make_event("hook", terminal="tmux")
    counted = make_event("hook", terminal="vscode", timestamp=later(hours=1))
    duplicates = {("2026-01-20T12|session-a", ghost["id"])}
    session = session_of(ghost, counted, duplicates=duplicates)
    assert (session["terminal"], session["events"]) == ("vscode", 1)
    assert session["started_at"] == later(hours=1)


def test_a_prompt_that_is_a_built_in_command_is_no_prompt():
    session = session_of(
        make_event("user_prompt", command_source="builtin"),
        make_event("user_prompt", timestamp=later(minutes=3)),
    )
    assert (session["prompts"], session["events"]) == (1, 2)
    assert session["first_prompt_at"] == later(minutes=3)
