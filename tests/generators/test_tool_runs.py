from collections import Counter, defaultdict

import numpy as np
import pytest

from generators.departments import PROJECTS
from generators.tools import TOOLS

EDITS = {"Edit", "Write", "NotebookEdit"}


@pytest.fixture(scope="module")
def decisions(log):
    return {record.attributes["tool_use_id"]: record for record in log.of("tool_decision")}


def test_each_result_repeats_the_decision_that_it_follows(log, decisions):
    for result in log.of("tool_result"):
        decision = decisions[result.attributes["tool_use_id"]]
        assert decision.attributes["decision"] == result.attributes["decision_type"] == "accept"
        assert decision.attributes["source"] == result.attributes["decision_source"]
        assert decision.attributes["tool_name"] == result.attributes["tool_name"]
        assert decision.attributes["prompt.id"] == result.attributes["prompt.id"]
        assert decision.session == result.session
        assert decision.at < result.at


def test_a_rejected_call_has_no_result(log, decisions):
    rejected = {k for k, record in decisions.items() if record.attributes["decision"] == "reject"}
    run = {record.attributes["tool_use_id"] for record in log.of("tool_result")}

    assert rejected
    assert not rejected & run


def test_an_accepted_call_has_exactly_one_result_unless_the_log_ends(log, decisions):
    results = Counter(record.attributes["tool_use_id"] for record in log.of("tool_result"))
    accepted = [k for k, r in decisions.items() if r.attributes["decision"] == "accept"]

    assert set(results.values()) == {1}
    assert sum(key not in results for key in accepted) < 20


def test_who_decides_fits_what_is_decided(log):
    kinds = Counter(
        (r.attributes["decision"], r.attributes["source"]) for r in log.of("tool_decision")
    )
    shares = {kind: count / sum(kinds.values()) for kind, count in kinds.items()}

    assert set(kinds) == {
        ("accept", "config"),
        ("reject", "config"),
        ("accept", "user_temporary"),
        ("accept", "user_permanent"),
        ("reject", "user_reject"),
        ("reject", "user_abort"),
    }
    assert shares["accept", "config"] == pytest.approx(0.82, abs=0.05)
    assert sum(v for (kind, _), v in shares.items() if kind == "reject") == pytest.approx(
        0.023, abs=0.01
    )


def test_edits_name_a_language_of_their_project_and_nothing_else_does(log):
    languages = {project.name: set(project.languages) for project in PROJECTS}
    for event in ("tool_decision", "tool_result"):
        for record in log.of(event):
            tool, language = record.attributes["tool_name"], record.attributes.get("language")
            assert (language is not None) == (tool in EDITS)
            if language and tool != "NotebookEdit":
                assert language in languages[record.attributes["vcs.repository.name"]]


def test_an_edit_and_its_decision_name_the_same_language(log, decisions):
    for result in log.of("tool_result"):
        if result.attributes["tool_name"] in EDITS:
            decision = decisions[result.attributes["tool_use_id"]]
            assert result.attributes["language"] == decision.attributes["language"]


def test_practices_use_different_tools(log):
    used = defaultdict(Counter)
    for record in log.of("tool_decision"):
        used[record.resource["user.practice"]][record.attributes["tool_name"]] += 1
    share = {p: {t: n / sum(c.values()) for t, n in c.items()} for p, c in used.items()}

    assert len(share) == 5
    assert share["Platform Engineering"]["Bash"] > 1.3 * share["Frontend Engineering"]["Bash"]
    assert share["Frontend Engineering"]["Edit"] > 1.3 * share["Platform Engineering"]["Edit"]
    assert share["ML Engineering"]["NotebookEdit"] > 5 * share["Backend Engineering"].get(
        "NotebookEdit", 0
    )


def test_junior_people_are_ask_flags_more_often_than_senior_ones(log):
    ask_flags = defaultdict(list)
    for record in log.of("tool_decision"):
        if record.email in log.people and record.attributes["tool_name"] == "Bash":
            level = int(log.people[record.email]["level"][1:])
            ask_flags[level >= 5].append(record.attributes["source"].startswith("user_"))

    assert np.mean(ask_flags[False]) > np.mean(ask_flags[True]) + 0.05


@pytest.mark.parametrize("tool", [t for t in TOOLS if t.weight > 100], ids=lambda tool: tool.name)
def test_durations_and_failures_fit_what_is_stated(log, tool):
    runs = [r for r in log.of("tool_result") if r.attributes["tool_name"] == tool.name]
    durations = [int(record.attributes["duration_ms"]) for record in runs]

    assert np.percentile(durations, 50) == pytest.approx(tool.duration_ms.p50, rel=0.06)
    assert np.percentile(durations, 90) == pytest.approx(tool.duration_ms.p90, rel=0.06)
    failed = np.mean([record.attributes["success"] == "false" for record in runs])
    assert failed == pytest.approx(tool.fails, abs=0.01)


def test_a_failure_has_an_error_type_and_a_success_a_size(log):
    for record in log.of("tool_result"):
        is_success = record.attributes["success"] == "true"
        assert ("tool_result_size_bytes" in record.attributes) == is_success
        assert ("error_type" in record.attributes) != is_success
