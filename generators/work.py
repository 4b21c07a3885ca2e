"""What happens in some sessions: prompts, model calls, tools, put in order.

A prompt causes model calls one after the other; each but the last asks for tools; each tool call is
decided on, and run if accepted. Beside them a small model writes a title for the session and, now
and then, a suggestion for the next prompt, and subagents call a model on their own. The numbers and
`model_calls`, `tool_runs` and `distributions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generators.distributions import Ints
from generators.incidents import Incident
from generators.model_calls import Calls, Prompts, draw_calls, draw_prompts
from generators.people import Person
from generators.sessions import Sessions
from generators.timeline import Timeline, order_events
from generators.tool_runs import Runs, draw_runs

# A person's sessions on one machine wait for each other; after that long, a second terminal opens
LONGEST_SHIFT_MS = 3 * 3_600_000
_BETWEEN_SESSIONS_MS = 20_000


@dataclass(frozen=True, slots=True)
class Work:
    """All that happens in some sessions; `at_ms` is the time of each event of the timeline."""

    sessions: Sessions
    prompts: Prompts
    calls: Calls
    runs: Runs
    timeline: Timeline
    at_ms: Ints

    def until(self, end_ms: int) -> "Work":
        """Leave out what happens later: the log ends while some sessions still run."""
        is_before = self.at_ms < end_ms
        return replace(self, timeline=self.timeline.only(is_before), at_ms=self.at_ms[is_before])


class Shifts:
    """Until when each machine is in use, so that one's sessions do not run into each other."""

    def __init__(self, end_ms: int) -> None:
        self._end_ms = end_ms
        self._busy_until: dict[tuple[int, int], int] = {}

    def start(self, sessions: Sessions, lasts_ms: Ints) -> Ints:
        """Move sessions behind the one before on the same machine, at most a few hours."""
        columns = (sessions.person, sessions.machine, sessions.start_ms, lasts_ms)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return np.array([self._place(*row) for row in rows], dtype=np.int64)

    def _place(self, person: int, machine: int, planned: int, lasts: int) -> int:
        free = self._busy_until.get((person, machine), 0)
        start = max(planned, free)
        if start - planned > LONGEST_SHIFT_MS or start >= self._end_ms:
            start = planned
        self._busy_until[person, machine] = max(free, start + lasts + _BETWEEN_SESSIONS_MS)
        return start


def simulate(
    rng: np.random.Generator,
    sessions: Sessions,
    people: Sequence[Person],
    incidents: Sequence[Incident],
    shifts: Shifts,
) -> Work:
    """Draw everything that happens in a block of sessions."""
    prompts = draw_prompts(rng, sessions)
    calls = draw_calls(rng, sessions, prompts, incidents)
    runs = draw_runs(rng, sessions, people, calls, incidents)
    timeline = order_events(prompts, calls, runs)
    last = np.cumsum(np.bincount(timeline.session, minlength=len(sessions))) - 1
    start = shifts.start(sessions, timeline.since_start_ms[last])
    at_ms = start[timeline.session] + timeline.since_start_ms
    return Work(sessions, prompts, calls, runs, timeline, at_ms)
