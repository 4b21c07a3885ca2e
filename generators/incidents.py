"""What went wrong: a few incidents in each data set, for the pages to find.

They follow from the seed, are printed by the command and returned by `generate_telemetry`:

================  =====================================================================
kind              what happens
================  =====================================================================
``error_burst``   for four hours of a weekday 45 % of the model calls fail with 429 or 529
``slow_day``      on one weekday model calls take 2.8 times as long
``failing_tool``  for five days 40 % of the ``mcp_tool`` runs fail
``cost_spike``    for three days one person lets the dearest model loose on one project,
                  with three times the prompts and larger contexts
================  =====================================================================

Whether an incident touches a session is decided by when the session starts. A period of less
than ten days has none, nor is there one in a span without sessions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from generators.departments import PROJECTS
from generators.distributions import Flags, Ints
from generators.people import Person
from generators.plan import DAY_MS, Plan
from generators.releases import PREMIUM, newest_model
from generators.sessions import Sessions

FEWEST_DAYS = 10
BURST_ERROR_RATE = 0.45
SLOW_FACTOR = 2.8
FAILING_TOOL = "mcp_tool"
FAILING_RATE = 0.40
SPIKE_PROMPTS = 3
SPIKE_TOKENS = 2.5

_BURST = f"{BURST_ERROR_RATE:.0%} of the model calls fail with 429 or 529"
_SLOW = f"model calls take {SLOW_FACTOR} times as long"
_FAILING = f"{FAILING_RATE:.0%} of the {FAILING_TOOL} runs fail"


@dataclass(frozen=True, slots=True)
class Incident:
    """Something unusual in the data, from `start` until before `end` (UTC)."""

    kind: str
    start: datetime
    end: datetime
    subject: str
    summary: str

    def __str__(self) -> str:
        span = f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} UTC"
        return f"{self.kind}, {span}: {self.summary}"

    def covers(self, at_ms: Ints) -> Flags:
        """Which of these instants lie in the incident."""
        start, end = (int(moment.timestamp() * 1000) for moment in (self.start, self.end))
        inside: Flags = (at_ms >= start) & (at_ms < end)
        return inside


def draw_incidents(
    plan: Plan, people: Sequence[Person], sessions: Sessions
) -> tuple[Sessions, tuple[Incident, ...]]:
    """Choose the incidents and make the sessions of the cost spike what they are.

    Returns
    -------
    tuple
        The sessions, with model, project and prompts of the spike's changed, and the incidents
        in order of their start.
    """
    if plan.days < FEWEST_DAYS:
        return sessions, ()
    drawn = Random(plan.digest("incidents"))
    spiked, spike = _spike(plan, drawn, people, sessions)
    burst, slow, failing = drawn.sample(_busy_days(plan, sessions, spike), 3)
    hour = drawn.choice((8, 12, 13, 14))
    incidents = (
        _incident(plan, "error_burst", burst * 24 + hour, 4, "api_error", _BURST),
        _incident(plan, "slow_day", slow * 24, 24, "api_request", _SLOW),
        _incident(plan, "failing_tool", failing * 24, 120, FAILING_TOOL, _FAILING),
        spike,
    )
    seen = [each for each in incidents if each.covers(sessions.start_ms).any()]
    return spiked, tuple(sorted(seen, key=lambda incident: incident.start))


def during(incidents: Sequence[Incident], kind: str, at_ms: Ints) -> Flags:
    """Which of these instants lie in an incident of that kind."""
    inside = np.zeros(len(at_ms), dtype=np.bool_)
    for incident in incidents:
        if incident.kind == kind:
            inside |= incident.covers(at_ms)
    return inside


def _busy_days(plan: Plan, sessions: Sessions, other: Incident) -> list[int]:
    """Days in which trouble shows: the fuller third, not the first or last, no other trouble."""
    starts = plan.start_ms + DAY_MS * np.arange(plan.days)
    counts = np.bincount((sessions.start_ms - plan.start_ms) // DAY_MS, minlength=plan.days)
    free = np.flatnonzero(~other.covers(starts)).tolist()
    inner = [day for day in free if 1 <= day < plan.days - 1]
    return sorted(inner, key=lambda day: (-int(counts[day]), day))[: max(3, plan.days // 3)]


def _spike(
    plan: Plan, drawn: Random, people: Sequence[Person], sessions: Sessions
) -> tuple[Sessions, Incident]:
    """Let one of the busiest people use the dearest model in the three days of most sessions."""
    totals = np.bincount(sessions.person, minlength=len(people))
    who = drawn.choice(np.argsort(-totals, kind="stable")[:5].tolist())
    mine = sessions.person == who
    days = np.bincount((sessions.start_ms[mine] - plan.start_ms) // DAY_MS, minlength=plan.days)
    first = int(np.argmax(np.convolve(days, (1, 1, 1), mode="valid")))
    project = int(np.bincount(sessions.project[mine]).argmax())
    summary = f"{people[who].email} on the dearest model in {PROJECTS[project].name}"
    incident = _incident(plan, "cost_spike", first * 24, 72, people[who].email, summary)

    is_spike = mine & incident.covers(sessions.start_ms)
    dearest = newest_model(PREMIUM, sessions.start_day)
    changed = replace(
        sessions,
        is_spike=is_spike,
        model=np.where(is_spike, dearest, sessions.model),
        project=np.where(is_spike, project, sessions.project),
        prompts=np.where(is_spike, sessions.prompts * SPIKE_PROMPTS, sessions.prompts),
    )
    return changed, incident


def _incident(plan: Plan, kind: str, hour: int, hours: int, subject: str, summary: str) -> Incident:
    start = datetime.fromtimestamp(plan.start_ms / 1000, UTC) + timedelta(hours=hour)
    end = min(start + timedelta(hours=hours), datetime.fromtimestamp(plan.end_ms / 1000, UTC))
    return Incident(kind, start, end, subject, summary)
