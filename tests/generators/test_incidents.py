from collections import Counter, defaultdict

import numpy as np
import pytest

from generators.incidents import draw_incidents, during
from generators.people import build_people
from generators.plan import Plan
from generators.sessions import plan_sessions

from .conftest import END

KINDS = {"error_burst", "slow_day", "failing_tool", "cost_spike"}


def incident_of(log, kind):
    return next(incident for incident in log.generated.incidents if incident.kind == kind)


def inside(records, incident):
    """Records of sessions that start in the incident, and all others."""
    return (
        [record for record in records if incident.start <= record.at < incident.end],
        [record for record in records if not incident.start <= record.at < incident.end],
    )


def test_a_long_period_has_one_incident_of_each_kind(log):
    assert {incident.kind for incident in log.generated.incidents} == KINDS
    assert all(incident.start < incident.end for incident in log.generated.incidents)
    starts = [incident.start for incident in log.generated.incidents]
    assert starts == sorted(starts)


def test_the_error_burst_is_a_burst_of_429_and_529(log):
    burst = incident_of(log, "error_burst")
    errors, usual_errors = inside(log.of("api_error"), burst)
    requests, usual_requests = inside(log.of("api_request"), burst)
    rate = len(errors) / (len(errors) + len(requests))
    usual = len(usual_errors) / (len(usual_errors) + len(usual_requests))
    codes = Counter(record.attributes["status_code"] for record in errors)

    assert rate > 0.2
    assert usual < 0.03
    assert codes["429"] + codes["529"] > 0.9 * len(errors)


def test_the_slow_day_is_slow(log):
    slow, usual = inside(log.of("api_request"), incident_of(log, "slow_day"))
    then, otherwise = (
        np.median([int(record.attributes["duration_ms"]) for record in part])
        for part in (slow, usual)
    )

    assert then > 2 * otherwise


def test_the_failing_tool_fails_more_often_and_no_other_does(log):
    failing = incident_of(log, "failing_tool")
    rates = {}
    for tools in ({"mcp_tool"}, {"Bash", "Read"}):
        runs = [r for r in log.of("tool_result") if r.attributes["tool_name"] in tools]
        for part, when in zip(inside(runs, failing), ("then", "else"), strict=True):
            failed = [r.attributes["success"] == "false" for r in part]
            rates[min(tools), when] = np.mean(failed)

    assert rates["mcp_tool", "then"] > 0.25 > 0.1 > rates["mcp_tool", "else"]
    assert rates["Bash", "then"] < 0.08


def test_the_cost_spike_is_one_person_on_the_dearest_model(log):
    spike = incident_of(log, "cost_spike")
    then, _ = inside(log.of("api_request"), spike)
    mine = [r for r in then if r.email == spike.subject]
    cost = defaultdict(float)
    for record in log.of("api_request"):
        cost[record.email, record.at.date()] += float(record.attributes.get("cost_usd", 0))
    peak = max(value for (who, _), value in cost.items() if who == spike.subject)

    assert "claude-fable-5-1" in {record.attributes["model"] for record in mine}
    assert len({record.attributes["vcs.repository.name"] for record in mine}) == 1
    assert peak == max(cost.values())


def test_a_short_period_has_no_incident():
    plan = Plan(users=10, sessions=100, days=9, end=END)
    people = build_people(plan)
    sessions, incidents = draw_incidents(plan, people, plan_sessions(plan, people))

    assert incidents == ()
    assert not sessions.is_spike.any()


@pytest.mark.parametrize("seed", range(5))
def test_an_incident_never_misses_all_sessions(seed):
    plan = Plan(seed=seed, users=3, sessions=12, days=30, end=END)
    people = build_people(plan)
    sessions, incidents = draw_incidents(plan, people, plan_sessions(plan, people))

    for incident in incidents:
        assert during(incidents, incident.kind, sessions.start_ms).any()


def test_an_incident_reads_as_a_sentence(log):
    text = str(incident_of(log, "slow_day"))

    assert text.startswith("slow_day, 2026-")
    assert text.endswith("UTC: model calls take 2.8 times as long")
