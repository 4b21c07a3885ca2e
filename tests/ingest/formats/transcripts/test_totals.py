"""Transcripts in the store: what counts, once, in any order, beside telemetry."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.load import load
from tests import factories
from tests.ingest.transcript_lines import (
    MODEL,
    SESSION,
    START,
    prompt,
    reply,
    tool_result,
    tool_use,
    write,
)

FIXTURES = Path(__file__).parents[2] / "fixtures/transcripts"
FILES = sorted(path for path in FIXTURES.rglob("*") if path.is_file())
EXPECTED = {
    "api_requests": 7,  # two, an advisor's, a side conversation's, the fork's, the gateway's two
    "api_errors": 1,
    "prompts": 4,
    "tool_calls": 2,
    "tool_failures": 1,
    "input_tokens": 794,
    "output_tokens": 480,
    "cache_read_tokens": 2750,
    "cache_creation_tokens": 200,
    "unpriced_requests": 2,  # the gateway's model has no price
}


def totals(db, collection="daily_usage"):
    actual = Counter()
    for row in factories.rows(db, collection):
        actual.update({key: row[key] for key in EXPECTED | {"cost_usd": 0} if key in row})
    return actual


def telemetry(event_type="api_request", **fields):
    shared = {"source": "otlp", "session_id": SESSION, "timestamp": START, "user_id": "user-ada"}
    return factories.make_event(event_type, **(shared | fields))


def test_a_projects_folder_has_its_known_totals(db):
    summary = load(db, [FIXTURES])
    actual = totals(db)
    assert {key: actual[key] for key in EXPECTED} == EXPECTED
    assert summary.reasons == {"torn record": 1}
    assert summary.skipped["copy of a session that the client set aside"] == 1
    assert summary.skipped["line of unknown type hologram"] == 1


def test_cache_writes_of_one_hour_cost_their_own_price(db):
    load(db, [next(path for path in FILES if path.name == f"{SESSION}.jsonl")])
    dollars = (513 * 4 + 350 * 20 + 2250 * 0.20 + 50 * 5 + 150 * 8) / 1e6
    assert totals(db)["cost_usd"] == pytest.approx(dollars)


def test_a_cost_state_is_kept_and_counts_nothing(db):
    load(db, [FIXTURES])
    cost_states = [
        event
        for bucket in db["event_buckets"].find({"session_id": SESSION})
        for event in bucket["events"]
        if event["event_type"] == "cost_state"
    ]
    assert sum(cost_state["cost_usd"] for cost_state in cost_states) == pytest.approx(0.0305)
    assert {cost_state["model"] for cost_state in cost_states} == {MODEL, "claude-haiku-4-5"}
    assert totals(db)["output_tokens"] == EXPECTED["output_tokens"]


def test_no_word_of_a_conversation_reaches_the_store(db):
    load(db, [FIXTURES], user="person@example.com")
    everything = repr([list(db[name].find({})) for name in db.list_collection_names()])
    assert SESSION in everything
    assert "SECRET" not in everything
    assert "/home" not in everything


def test_loading_again_changes_nothing(db):
    load(db, [FIXTURES])
    before = factories.dump(db)
    again = load(db, [FIXTURES])
    assert (again.inserted, again.changed) == (0, 0)
    assert factories.dump(db) == before


@pytest.fixture(scope="module")
def whole(module_db):
    """Return what one load of all files stores."""
    load(module_db, FILES)
    return factories.dump(module_db)


@settings(max_examples=12)
@given(order=st.permutations(FILES), cuts=st.sets(st.integers(1, len(FILES) - 1)))
def test_the_order_and_number_of_loads_change_nothing(whole, mongo_url, order, cuts):
    parts = factories.new_database(mongo_url)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(order)], strict=True):
        load(parts, order[start:end])
    assert factories.dump(parts) == whole


def test_a_request_that_telemetry_has_too_counts_once_as_telemetry(db, tmp_path):
    file = write(tmp_path, prompt(uuid="u-1"), reply("msg", "req_9", 1, [tool_use()], output=9),
                 tool_result(at=2))  # fmt: skip
    load(db, [file.path])
    factories.load(
        db,
        telemetry(usage_key="req:req_9", output_tokens=9, cost_usd=0.5, model=MODEL),
        telemetry("user_prompt", usage_key="uuid:u-1"),
        telemetry("tool_result", usage_key="tool:toolu_1", tool_name="Bash", is_success=True),
    )
    actual = totals(db)
    assert (actual["api_requests"], actual["prompts"], actual["tool_calls"]) == (1, 1, 1)
    assert (actual["output_tokens"], actual["cost_usd"]) == (9, 0.5)
    assert {row["source"] for row in factories.rows(db, "daily_usage")} == {"otlp"}


def test_a_prompt_of_an_older_client_is_known_by_its_prompt_id(db, tmp_path):
    lines = [prompt(promptId="p-1"), prompt(at=60, promptId="p-2")]
    load(db, [write(tmp_path, *lines).path])
    factories.load(db, telemetry("user_prompt", prompt_id="p-1"))
    assert totals(db)["prompts"] == 2


def test_telemetry_that_comes_first_is_not_doubled_by_a_transcript(db, tmp_path):
    factories.load(db, telemetry(usage_key="req:req_9", output_tokens=9, cost_usd=0.5))
    load(db, [write(tmp_path, reply("msg", "req_9", 1, output=9)).path])
    assert totals(db)["api_requests"] == 1


def test_a_side_conversation_replays_its_parent_without_counting(db, tmp_path):
    parent = reply("msg_1", "req_1", output=250, input=10, read=1000)
    replay = reply("msg_1", "req_2", 30, output=250, input=10, read=1000, isSidechain=True)
    own = reply("msg_2", "req_3", 31, output=30, input=7, isSidechain=True)
    write(tmp_path, parent)
    write(tmp_path, replay, own, name=f"{SESSION}/subagents/agent-1.jsonl")
    load(db, [tmp_path])
    assert totals(db)["api_requests"] == 2
    assert totals(db)["output_tokens"] == 280


def test_messages_that_share_a_request_id_are_calls_of_their_own(db, tmp_path):
    lines = [reply("msg_1", "req", output=1), reply("msg_2", "req", 1, output=2)]
    load(db, [write(tmp_path, *lines).path])
    assert totals(db)["api_requests"] == 2


def test_a_copy_whose_first_lines_are_missing_counts_once(db, tmp_path):
    lines = [
        reply("m", "r", 3_599, output=5, uuid="1"),
        reply("m", "r", 3_601, output=80, uuid="2"),
    ]
    write(tmp_path, *lines)
    write(tmp_path, {**lines[1], "sessionId": "fork"}, name="fork.jsonl")
    load(db, [tmp_path])
    assert totals(db)["api_requests"] == 1
    assert totals(db)["output_tokens"] == 80


def test_transcripts_have_no_user_unless_one_is_given(db, tmp_path):
    file = write(tmp_path, prompt(), reply(output=1))
    load(db, [file.path])
    assert [user["_id"] for user in db["users"].find({})] == ["unknown"]
    changed = load(db, [file.path], user="Ada@Example.com")
    assert changed.changed == 2
    seen = [user for user in db["users"].find({}) if "user_id" in user]
    assert [(user["user_id"], user["email"]) for user in seen] == [("ada@example.com",) * 2]
