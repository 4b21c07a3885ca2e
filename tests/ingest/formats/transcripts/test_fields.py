from pathlib import Path

import pytest

from ingest.formats.transcripts.fields import Place, project_of, sent
from tests.ingest.transcript_lines import events_of, prompt, reply, write


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/p/-home-shop/5f0d.jsonl", Place("5f0d", "-home-shop")),
        ("/p/-home-shop/5f0d.jsonl.gz", Place("5f0d", "-home-shop")),
        ("/p/-home-shop/5f0d/subagents/agent-1.jsonl", Place("5f0d", "-home-shop", True)),
        ("/p/-s/5f0d/subagents/workflows/wf/agent-1.jsonl", Place("5f0d", "-s", True)),
        ("/p/-home-shop/agent-1.jsonl", Place(None, "-home-shop", True)),
    ],
)
def test_session_and_sub_agent_are_derived_from_the_path(path, place):
    assert Place.of(Path(path)) == place


@pytest.mark.parametrize(
    ("cwd", "slug", "project"),
    [
        ("/home/ada/shop", "-home-ada-shop", "shop"),
        ("/home/ada/shop/web/src", "-home-ada-shop", "shop"),
        ("/home/ada/my.shop/web", "-home-ada-my-shop", "my.shop"),
        ("/home/ada/shop/web", "renamed", "web"),
        ("/home/ada/shop/.claude/worktrees/quick-fix", "", "shop"),
        ("C:\\Users\\ada\\shop\\", "C--Users-ada-shop", "shop"),
        ("/home/ada", "-home-ada", "~"),
        ("/Users/ada/", "-Users-ada", "~"),
        ("C:\\Users\\ada", "", "~"),
        ("/root", "", "~"),
        ("/srv/shop", "", "shop"),
        ("/", "", None),
        ("", "", None),
    ],
)
def test_a_project_is_the_name_of_its_folder_and_no_more(cwd, slug, project):
    assert project_of(cwd, slug) == project


def test_a_line_shows_where_it_was_written(tmp_path):
    (event,) = events_of(write(tmp_path, prompt(promptId="p-1", agentId="x")))
    assert event["source"] == "transcript"
    assert event["product"] == "claude_code"
    assert event["project"] == "shop"
    assert event["branch"] == "main"
    assert event["client_version"] == "2.1.270"
    assert event["entrypoint"] == "cli"
    assert event["prompt_id"] == "p-1"
    assert not {"user_id", "email", "cwd"} & set(event)


@pytest.mark.parametrize(
    ("beside", "name"),
    [('{"agentType":"Explore","description":"x"}', "Explore"), ("torn", None), ("[]", None)],
)
def test_a_sub_agent_is_named_by_the_file_beside_it(tmp_path, beside, name):
    write(tmp_path, beside, name="s/subagents/agent-1.meta.json")
    (event,) = events_of(write(tmp_path, reply(), name="s/subagents/agent-1.jsonl"))
    assert event.get("agent_name") == name
    (named,) = events_of(
        write(tmp_path, reply(attributionAgent="Plan"), name="s/subagents/agent-1.jsonl")
    )
    assert named["agent_name"] == "Plan"


def test_a_line_without_a_session_belongs_to_that_of_the_file(tmp_path):
    (event,) = events_of(write(tmp_path, reply(sessionId=None), name="5f0d.jsonl"))
    assert event["session_id"] == "5f0d"


@pytest.mark.parametrize("value", [None, "", "yesterday", 0, "1969-12-31T23:59:59Z"])
def test_a_line_without_a_valid_time_is_none(value):
    assert sent({"type": "user", "timestamp": value}, Place(None, "")) is None
