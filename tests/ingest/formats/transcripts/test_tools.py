import pytest

from ingest.formats.transcripts.tools import ToolCalls
from tests.ingest.transcript_lines import events_of, prompt, reply, tool_result, tool_use, write


def tools(folder, *lines):
    return events_of(write(folder, *lines), "tool_result")


def test_a_result_gets_the_name_of_its_use(tmp_path):
    use = tool_use(name="Bash", command="rm -rf secret")
    (call,) = tools(tmp_path, reply(content=[use]), tool_result(content="gone", at=5))
    assert call["tool_name"] == "Bash"
    assert call["is_success"] is True
    assert call["usage_key"] == "tool:toolu_1"
    assert call["tool_result_bytes"] == 4
    assert call["tool_input_bytes"] == len('{"command":"rm -rf secret"}')
    assert call["timestamp"].second == 5
    assert "secret" not in repr(call)


def test_blocks_of_all_lines_of_a_call_are_joined(tmp_path):
    runs = tools(
        tmp_path,
        reply(content=[tool_use("a", "Read")]),
        reply(content=[tool_use("b", "Glob")], at=1),
        tool_result("b", at=2),
        tool_result("a", at=3),
    )
    assert sorted(call["tool_name"] for call in runs) == ["Glob", "Read"]


@pytest.mark.parametrize("tool", ["Edit", "MultiEdit", "Write"])
def test_an_edit_has_the_language_and_not_the_path(tmp_path, tool):
    use = tool_use(name=tool, file_path="/home/ada/secret/app.py")
    (call,) = tools(tmp_path, reply(content=[use]), tool_result())
    assert call["language"] == "Python"
    assert "secret" not in repr(call)


def test_reading_a_file_edits_no_language(tmp_path):
    use = tool_use(name="Read", file_path="/app.py")
    (call,) = tools(tmp_path, reply(content=[use]), tool_result())
    assert "language" not in call


@pytest.mark.parametrize(
    ("content", "error_type"),
    [
        ("exit code 1", "tool_failed"),
        ([{"type": "text", "text": "exit code 1"}], "tool_failed"),
        (None, "tool_failed"),
        ("The user doesn't want to proceed with this tool use.", "user_reject"),
        ([{"type": "text", "text": "The user doesn't want to"}], "user_reject"),
    ],
)
def test_a_failure_shows_whether_the_user_rejected(tmp_path, content, error_type):
    (call,) = tools(
        tmp_path, reply(content=[tool_use()]), tool_result(content=content, is_error=True)
    )
    assert call["is_success"] is False
    assert call["error_type"] == error_type


@pytest.mark.parametrize(
    ("report", "duration"),
    [
        ({"durationMs": 18}, 18),
        ({"totalDurationMs": 60_000, "totalTokens": 9}, 60_000),
        ({"durationSeconds": 1.25}, 1250),
        ({"stdout": "x"}, None),
        ("Error: text", None),
        (None, None),
    ],
)
def test_a_duration_is_known_where_the_tool_reported_one(tmp_path, report, duration):
    (call,) = tools(tmp_path, reply(content=[tool_use()]), tool_result(report=report))
    assert call.get("duration_ms") == duration


def test_a_report_beside_several_results_is_nobodys(tmp_path):
    both = tool_result("a", report={"durationMs": 18})
    both["message"]["content"].append({"type": "tool_result", "tool_use_id": "b"})
    runs = tools(tmp_path, reply(content=[tool_use("a"), tool_use("b")]), both)
    assert len(runs) == 2
    assert not any("duration_ms" in call for call in runs)


@pytest.mark.parametrize(
    ("name", "given", "fields"),
    [
        ("mcp__github__open_pr", {}, {"mcp_server": "github", "mcp_tool": "open_pr"}),
        ("Skill", {"skill": "review"}, {"skill_name": "review"}),
        ("Task", {"subagent_type": "Explore", "prompt": "x"}, {"agent_name": "Explore"}),
    ],
)
def test_names_inside_a_tool_are_kept(tmp_path, name, given, fields):
    (call,) = tools(tmp_path, reply(content=[tool_use(name=name, **given)]), tool_result())
    assert fields.items() <= call.items()


def test_a_use_without_a_result_is_a_call_of_unknown_outcome(tmp_path):
    (call,) = tools(tmp_path, reply(content=[tool_use(name="Bash")]))
    assert call["tool_name"] == "Bash"
    assert "is_success" not in call


def test_a_result_outranks_the_use_that_still_waited(tmp_path):
    waiting = reply(content=[tool_use()])
    (before,) = tools(tmp_path / "before", waiting)
    (after,) = tools(tmp_path / "after", waiting, tool_result())
    assert before["id"] == after["id"]
    assert before["dedupe_rank"] < after["dedupe_rank"]


def test_a_result_whose_use_is_not_there_is_kept_without_a_name(tmp_path):
    (call,) = tools(tmp_path, prompt(), tool_result("toolu_9"))
    assert call["tool_use_id"] == "toolu_9"
    assert "tool_name" not in call


def test_uses_without_ids_are_distinguished(tmp_path):
    pair = [tool_use(None, "Read"), tool_use(None, "Read")]
    runs = tools(tmp_path, reply(content=pair, uuid=None))
    assert len({call["id"] for call in runs}) == 2


def test_only_so_many_uses_wait_for_a_result(tmp_path, monkeypatch):
    monkeypatch.setattr("ingest.formats.transcripts.files.ToolCalls", lambda: ToolCalls(limit=2))
    uses = [tool_use(f"toolu_{n}", "Read") for n in range(5)]
    runs = tools(tmp_path, reply(content=uses), tool_result("toolu_4", at=1))
    assert len(runs) == 5
    assert sum("is_success" in call for call in runs) == 1
