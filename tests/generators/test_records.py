import uuid
from collections import defaultdict

import pytest

from generators import Plan, generate_telemetry
from store.prices.table import list_cost

from .conftest import read_log

ALWAYS = {
    "event.name",
    "event.timestamp",
    "organization.id",
    "session.id",
    "terminal.type",
    "user.account_uuid",
    "user.email",
    "user.id",
}
# What today's clients send besides, and the predecessor's data lacked
NEWER = {"event.sequence", "prompt.id", "vcs.repository.name"}
OWN = {
    "user_prompt": ({"prompt", "prompt_length"}, set(), set()),
    "api_request": (
        {"model", "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"}
        | {"duration_ms"},
        {"query_source", "request_id"},
        {"cost_usd"},
    ),
    "api_error": (
        {"model", "error", "status_code", "duration_ms", "attempt"},
        {"query_source"},
        set(),
    ),
    "tool_decision": ({"tool_name", "decision", "source"}, {"tool_use_id"}, {"language"}),
    "tool_result": (
        {"tool_name", "success", "duration_ms", "decision_type", "decision_source"},
        {"tool_use_id", "tool_input_size_bytes"},
        {"tool_result_size_bytes", "error_type", "language"},
    ),
}
RESOURCE = {
    "host.arch",
    "host.name",
    "os.type",
    "os.version",
    "service.name",
    "service.version",
    "user.email",
    "user.practice",
    "user.profile",
    "user.serial",
}


@pytest.mark.parametrize("event", OWN)
def test_an_event_has_the_attributes_of_its_kind_all_of_them_text(log, event):
    required, newer, optional = OWN[event]
    for record in log.of(event):
        keys = set(record.attributes)
        assert keys - optional == ALWAYS | NEWER | required | newer
        assert all(isinstance(value, str) for value in record.attributes.values())
        assert record.body == f"claude_code.{event}"


def test_there_are_events_of_these_five_kinds_only(log):
    assert set(log.by_event) == set(OWN)


def test_the_resource_is_the_clients(log):
    for record in log.records:
        assert set(record.resource) == RESOURCE
        assert record.scope == {
            "name": "com.anthropic.claude_code.events",
            "version": record.resource["service.version"],
        }
        assert record.resource["service.name"] == "claude-code-None"
        assert record.resource["user.email"] == ""


def test_prompts_are_redacted(log):
    assert {r.attributes["prompt"] for r in log.of("user_prompt")} == {"<REDACTED>"}


def test_one_organization_for_all(log):
    assert len({record.attributes["organization.id"] for record in log.records}) == 1


def test_a_person_is_one_account_on_one_or_two_machines(log):
    accounts, machines = defaultdict(set), defaultdict(set)
    for record in log.records:
        accounts[record.email].add(record.attributes["user.account_uuid"])
        machines[record.email].add(record.attributes["user.id"])

    assert all(len(ids) == 1 for ids in accounts.values())
    assert {len(ids) for ids in machines.values()} == {1, 2}


def test_ids_have_the_form_of_real_ones_and_occur_once(log):
    ids = [record.id for record in log.records]
    requests = [record.attributes["request_id"] for record in log.of("api_request")]

    assert len(set(ids)) == len(ids)
    assert all(len(i) == 56 and i.isdigit() for i in ids)
    assert len(set(requests)) == len(requests)
    assert all(i.startswith("req_011C") and len(i) == 28 for i in requests)
    assert all(r.attributes["tool_use_id"].startswith("toolu_01") for r in log.of("tool_result"))
    assert all(uuid.UUID(session).version == 4 for session in log.by_session)
    assert all(uuid.UUID(r.attributes["prompt.id"]).version == 4 for r in log.of("user_prompt"))


def test_no_id_of_one_seed_occurs_with_another(tmp_path):
    seen = []
    for seed in (1, 2):
        plan = Plan(seed=seed, users=3, sessions=10, days=3)
        made = read_log(plan, generate_telemetry(plan, tmp_path / str(seed)))
        seen.append(
            {record.id for record in made.records}
            | set(made.by_session)
            | {record.attributes["prompt.id"] for record in made.records}
            | {record.attributes["organization.id"] for record in made.records}
        )

    assert not seen[0] & seen[1]


def test_cost_is_tokens_times_list_price_and_absent_without_one(log):
    kinds = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
    unpriced = 0
    for record in log.of("api_request"):
        tokens = {kind: int(record.attributes[kind]) for kind in kinds}
        expected = list_cost(record.attributes["model"], record.at.date(), **tokens)
        if expected is None:
            unpriced += 1
            assert "cost_usd" not in record.attributes
        else:
            cost = float(record.attributes["cost_usd"])
            assert cost == pytest.approx(expected, abs=1e-9)
            assert cost > 0

    assert unpriced / len(log.of("api_request")) < 0.01


def test_log_and_event_name_the_same_millisecond(log):
    for record in log.records:
        assert record.attributes["event.timestamp"].endswith("Z")
        assert len(record.attributes["event.timestamp"]) == 24
        assert int(record.at.timestamp() * 1000 + 0.5) == record.timestamp


def test_clients_are_upgraded_over_time(log):
    versions = defaultdict(list)
    for record in log.records:
        version = tuple(int(part) for part in record.resource["service.version"].split("."))
        versions[record.attributes["user.id"]].append(version)

    # Within a session the version stays, so compare first and last
    assert all(seen[-1] >= seen[0] for seen in versions.values())
    assert sum(seen[-1] > seen[0] for seen in versions.values()) > len(versions) / 2


def test_people_use_more_than_one_terminal(log):
    terminals = defaultdict(set)
    for record in log.records:
        terminals[record.email].add(record.attributes["terminal.type"])

    assert max(len(seen) for seen in terminals.values()) >= 2
