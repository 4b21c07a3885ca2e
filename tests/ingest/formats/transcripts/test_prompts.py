import pytest

from ingest.formats.transcripts.prompts import Prompt, read_prompt
from tests.ingest.transcript_lines import events_of, others_of, prompt, tool_result, write


def test_of_a_prompt_only_its_length_is_kept(tmp_path):
    (event,) = events_of(write(tmp_path, prompt("fix the checkout", uuid="u-1")))
    assert event["event_type"] == "user_prompt"
    assert event["prompt_length"] == 16
    assert event["usage_key"] == "uuid:u-1"
    assert "checkout" not in repr(event)


def test_text_blocks_add_up_and_images_do_not_speak():
    text = {"type": "text", "text": "look"}
    image = {"type": "image", "source": {"data": "AAAA"}}
    assert read_prompt(prompt([text, image])) == Prompt(4)
    assert read_prompt(prompt([image])) == Prompt(0)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("[Request interrupted by user for tool use]", "interruption"),
        ("<command-name>/help</command-name>", "command without a prompt"),
        (
            "<command-message>x</command-message>\n<command-name>/x</command-name>\n"
            "  <command-args>all of it</command-args>",
            "command without a prompt",
        ),
        ("<local-command-stdout>3 files</local-command-stdout>", "command without a prompt"),
        ("<bash-input>ls</bash-input>", "command without a prompt"),
        ("<system-reminder>be brief</system-reminder>", "command without a prompt"),
        ("<command-name>never closed", "command without a prompt"),
        ("", "prompt without content"),
        (None, "prompt without content"),
        (7, "prompt without content"),
    ],
)
def test_what_was_not_typed_is_no_prompt(words, why):
    assert read_prompt(prompt(words)) == why


def test_a_command_with_words_after_it_is_a_prompt():
    typed = "<command-name>/commit</command-name>\nPlease commit my changes"
    assert read_prompt(prompt(typed)) == Prompt(24, "commit")


@pytest.mark.parametrize("mark", ["isMeta", "isCompactSummary", "isVisibleInTranscriptOnly"])
def test_what_the_client_wrote_is_no_prompt(mark):
    assert read_prompt(prompt(**{mark: True})) == "prompt written by the client"


def test_sub_agents_are_prompted_by_no_person(tmp_path):
    assert events_of(write(tmp_path, prompt(isSidechain=True))) == []
    inside = write(tmp_path, prompt(isSidechain=None), name="5f0d/subagents/agent-1.jsonl")
    assert others_of(inside, "skipped") == ["prompt of a sub-agent"]


def test_a_result_of_a_tool_is_no_prompt(tmp_path):
    assert events_of(write(tmp_path, tool_result()), "user_prompt") == []


def test_copies_in_another_session_carry_the_same_id(tmp_path):
    line = prompt()
    (one,) = events_of(write(tmp_path, line))
    (other,) = events_of(write(tmp_path, {**line, "sessionId": "fork"}, name="fork.jsonl"))
    assert (one["id"], one["usage_key"]) == (other["id"], other["usage_key"])


def test_prompts_without_a_uuid_are_distinguished_by_session_and_time(tmp_path):
    first, second = prompt(uuid=None), prompt(uuid=None, at=1)
    events = events_of(write(tmp_path, first, second, {**first, "sessionId": "other"}))
    assert len({event["id"] for event in events}) == 3


def test_endless_markup_is_read_in_one_pass():
    assert read_prompt(prompt("<command-name>" * 200_000)) == "command without a prompt"
