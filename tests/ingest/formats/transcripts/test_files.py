import gzip
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ingest.files.source_file import SourceFile, find_files
from ingest.formats.transcripts.files import documents, recognise
from tests.ingest.transcript_lines import (
    CWD,
    events_of,
    jsonl,
    line,
    others_of,
    prompt,
    reply,
    stamp,
    tool_result,
    tool_use,
    usage,
    write,
)

SAMPLES = Path(__file__).resolve().parents[4] / "../shared/samples/transcripts"
FIXTURES = Path(__file__).parents[2] / "fixtures/transcripts"
TOKENS = ("input_tokens", "output_tokens", "cache_creation_tokens", "cache_read_tokens")

needs_samples = pytest.mark.skipif(
    not SAMPLES.exists(), reason="no folder shared/samples beside the checkout"
)
EXPECTED = json.loads((SAMPLES / "EXPECTED.json").read_text()) if SAMPLES.exists() else {}


@pytest.mark.parametrize(
    "lines",
    [
        [prompt()],
        [reply()],
        [{"type": "summary", "summary": "x", "leafUuid": "y"}],
        [{"type": "user", "message": {"content": "Hello"}, "timestamp": stamp()}],
        [{"timestamp": stamp(), "message": {"usage": usage(output=1)}}],
        [{"type": "file-history-snapshot", "snapshot": {"x": "y" * 100_000}}],
        ["not JSON\n", prompt()],
    ],
)
def test_transcripts_are_recognised_by_content(tmp_path, lines):
    file = write(tmp_path, *lines, name="anything.txt")
    assert recognise(file)
    zipped = tmp_path / "zipped"
    zipped.write_bytes(gzip.compress(file.path.read_bytes()))
    assert recognise(SourceFile(zipped, "zipped"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b'{"messageType":"DATA_MESSAGE","logEvents":[]}',
        b'{"resourceLogs":[]}',
        b'{"users":[{"user_id":"1","role":"user"}]}',
        b'{"timestamp":"x","type":"response_item","payload":{"type":"message","role":"user"}}',
        b"email,name\nada@example.com,Ada",
    ],
)
def test_other_files_are_not_taken_for_transcripts(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert not recognise(SourceFile(path, "file"))


def test_what_lies_beside_transcripts_is_counted_and_not_read(tmp_path):
    for name in ("s/subagents/agent-1.meta.json", "s/tool-results/1.txt", "sessions-index.json"):
        file = write(tmp_path, "anything at all", name=name)
        assert recognise(file)
        assert list(documents(file)) == [("skipped", "file beside transcripts that is none")]


@pytest.mark.parametrize("name", ["s.orphaned-1789-2.jsonl", "s.jsonl.superseded-1789"])
def test_copies_that_were_set_aside_do_not_count(tmp_path, name):
    file = write(tmp_path, reply(output=5), name=name)
    assert recognise(file)
    assert list(documents(file)) == [("skipped", "copy of a session that the client set aside")]


def test_a_torn_last_line_is_rejected_and_the_others_stand(tmp_path):
    file = write(tmp_path, reply(output=5), '{"type":"user","message":{"content":"secret')
    assert len(events_of(file)) == 1
    (reject,) = others_of(file, "reject")
    assert (reject.line, "secret" in reject.excerpt) == (2, False)


def test_lines_may_end_as_on_windows(tmp_path):
    file = write(tmp_path, prompt(), reply(output=5), end="\r\n")
    assert [event["event_type"] for event in events_of(file)] == ["user_prompt", "api_request"]


def test_a_huge_line_stops_nothing(tmp_path):
    huge = {"type": "file-history-snapshot", "snapshot": {"x": "y" * 5_000_000}}
    file = write(tmp_path, prompt(), huge, reply(output=5))
    assert len(events_of(file)) == 2


def test_a_line_without_a_time_is_rejected(tmp_path):
    file = write(tmp_path, reply(timestamp="yesterday"), prompt())
    assert [(r.line, r.reason) for r in others_of(file, "reject")] == [
        (1, "line without a valid time")
    ]


def test_synthetic_replies_of_the_client_are_no_requests(tmp_path):
    file = write(tmp_path, reply(model="<synthetic>"), prompt())
    assert events_of(file, "api_request") == []
    assert "synthetic reply of the client" in others_of(file, "skipped")


def test_unknown_types_are_counted_by_name_and_their_number_is_bounded(tmp_path):
    strange = [line(f"strange-{number}") for number in range(300)]
    counts = Counter(others_of(write(tmp_path, prompt(), *strange), "skipped"))
    assert counts["line of unknown type strange-7"] == 1
    assert counts.total() == 300
    assert len(counts) < 60


def test_old_clients_embed_sub_agents_in_progress_lines(tmp_path):
    inner = {
        key: value
        for key, value in reply("msg_s", "req_s", output=30, uuid="inner").items()
        if key in ("type", "message", "requestId", "uuid", "timestamp")
    }
    progress = line(
        "progress", data={"type": "agent_progress", "message": inner, "prompt": "secret"}
    )
    hook = line("progress", data={"type": "hook_progress", "command": "eslint"})
    (event,) = events_of(write(tmp_path, progress, hook))
    assert event["output_tokens"] == 30
    assert event["is_sidechain"] is True
    assert event["session_id"]
    (same,) = events_of(write(tmp_path, inner | {"cwd": CWD}, name="s/subagents/agent-1.jsonl"))
    assert same["id"] == event["id"]


@pytest.mark.parametrize(
    "strange",
    [
        {"message": None}, {"message": []}, {"message": "text"}, {"message": {"content": 7}},
        {"message": {"content": [None, 7, "x", {"type": []}]}}, {"message": {"usage": []}},
        {"uuid": 7}, {"sessionId": {}}, {"cwd": 7}, {"requestId": []}, {"version": {}},
        {"toolUseResult": []}, {"isSidechain": "yes"}, {"data": 7}, {"modelUsage": []},
        {"subtype": {}}, {"compactMetadata": 7}, {"error": []}, {"type": {}}, {"type": None},
    ],
)  # fmt: skip
def test_no_shape_of_a_line_stops_a_file(tmp_path, strange):
    kinds = [prompt(), reply(), tool_result(), line("system", subtype="api_error"),
             line("system", subtype="compact_boundary"), line("progress"),
             {"type": "cost-state", "timestamp": stamp()}]  # fmt: skip
    file = write(tmp_path, prompt(), *({**kind, **strange} for kind in kinds), reply("end", "end"))
    assert [e for e in events_of(file, "api_request") if e.get("message_id") == "end"]


def test_no_word_of_a_conversation_leaves_the_reader():
    files = [file for file in find_files([FIXTURES]) if recognise(file)]
    assert len(files) == 7
    everything = repr([list(documents(file)) for file in files])
    assert any(b"SECRET" in file.path.read_bytes() for file in files)
    assert "SECRET" not in everything
    assert CWD not in everything
    assert "ada" not in everything.lower()


@needs_samples
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_samples_have_their_known_totals(name):
    expected = EXPECTED[name]
    file = SourceFile(SAMPLES / name, name)
    events = events_of(file)
    requests = [event for event in events if event["event_type"] == "api_request"]
    tools = [event for event in events if event["event_type"] == "tool_result"]
    actual = {
        **{token: sum(request.get(token, 0) for request in requests) for token in TOKENS},
        "api_requests": len(requests),
        "tool_calls": dict(sorted(Counter(tool["tool_name"] for tool in tools).items())),
        "failed_tools": sum(tool.get("is_success") is False for tool in tools),
        "cost_usd_as_written": pytest.approx(sum(r.get("cost_usd", 0) for r in requests)),
        "not_json": len(others_of(file, "reject")),
        "unknown_types": sorted(
            reason.rpartition(" ")[2]
            for reason in others_of(file, "skipped")
            if reason.startswith("line of unknown type")
        ),
    }
    progress = expected.keys() & actual.keys()
    assert {key: actual[key] for key in progress} == {key: expected[key] for key in progress}
    assert recognise(file) == (expected["lines"] > 0)


READ_AND_MEASURE = """
import resource, sys
from pathlib import Path
from ingest.files.source_file import SourceFile
from ingest.formats.transcripts.files import documents
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
path = Path(sys.argv[1])
events = sum(kind == "event" for kind, _ in documents(SourceFile(path, path.name)))
print(events, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_file(tmp_path):
    generator = random.Random(7)
    path = tmp_path / "large.jsonl"
    calls = size = 0
    with path.open("w") as out:
        while size < 60_000_000:
            calls += 1
            words = "x" * generator.choice([200, 2_000, 20_000, 200_000])
            use = tool_use(f"toolu_{calls}", "Write", file_path="/a.py", content=words)
            ids = (f"msg_{calls}", f"req_{calls}")
            size += out.write(jsonl(
                reply(*ids, calls, [{"type": "text", "text": words}], output=5, input=calls),
                reply(*ids, calls, [use], output=250, input=calls),
                tool_result(f"toolu_{calls}", words, calls + 0.5),
                prompt(words, calls + 0.7),
            ))  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", READ_AND_MEASURE, str(path)],
        capture_output=True, text=True, check=True, timeout=60,
        cwd=Path(__file__).resolve().parents[4],
    )  # fmt: skip
    events, grown = map(int, run.stdout.split())
    assert events == calls * 3
    kilobytes = grown // 1024 if sys.platform == "darwin" else grown
    assert kilobytes < 24_000, f"{kilobytes} kB for {path.stat().st_size // 1000} kB"
