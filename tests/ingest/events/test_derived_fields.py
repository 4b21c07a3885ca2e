import pytest

from ingest.events.derived_fields import (
    add_tool_facts,
    error_class,
    error_type,
    product,
    project,
    put,
    repository,
)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Request was aborted.", "aborted"),
        ("API Error: rate limit reached", "rate_limit"),
        ("Invalid API key", "credentials"),
        ("ETIMEDOUT", "timeout"),
        ("socket hang up", "connection"),
        ("", "unknown"),
    ],
)
def test_error_class_is_derived_from_the_message(message, kind):
    assert error_class(message) == kind


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"event_type": "api_error", "status_code": 529, "error_message": "aborted"}, "http_529"),
        ({"event_type": "api_error"}, "unknown"),
        ({"event_type": "tool_result", "is_success": False}, "tool_failed"),
        ({"event_type": "tool_result", "is_success": True}, None),
        ({"event_type": "tool_result"}, None),
        ({"event_type": "user_prompt"}, None),
    ],
)
def test_only_what_failed_has_a_kind_of_failure(event, kind):
    assert error_type(event) == kind


def test_a_repository_needs_a_name_and_may_have_an_owner():
    assert repository({"vcs.owner.name": "acme"}) == {}
    assert repository({"vcs.repository.name": "shop"})["repository"] == "shop"


@pytest.mark.parametrize("path", ["/home/ada/shop", "/home/ada/shop/", "C:\\work\\shop\\"])
def test_a_folder_names_the_project_where_nothing_better_does(path):
    assert project({}, {"workspace.host_paths": [path]}) == {"project": "shop"}
    assert project({"project": "till"}, {"workspace.host_paths": [path]}) == {}


@pytest.mark.parametrize("parameters", ['{"cut', "[1]", "5", 5, None, {}])
def test_parameters_that_cannot_be_read_are_ignored(parameters):
    event = {"tool_name": "Edit"}
    add_tool_facts(event, {"tool_parameters": parameters, "tool_input": parameters})
    assert event == {"tool_name": "Edit"}


def test_products_are_recognised_by_the_prefix_of_the_service_name():
    names = ["claude-code-None", "claude-code-desktop", "codex_exec", "gemini-cli", ""]
    assert [product(name) for name in names] == [
        "claude_code", "claude_code_desktop", "codex_cli", "gemini_cli", "claude_code",
    ]  # fmt: skip


def test_a_value_that_means_nothing_leaves_a_field_alone():
    fields = {"a": 1}
    put(fields, "a", int, 2)
    put(fields, "a", lambda _: None, 3)
    assert fields == {"a": 2}
