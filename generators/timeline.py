"""In which order and at which millisecond the events of some sessions happen.

Every event is reported when it is over, as the client does: a model call's time is its end.
"""

from dataclasses import dataclass

import numpy as np

from generators.distributions import Flags, Ints
from generators.model_calls import Calls, Prompts, starts_group, sum_before
from generators.tool_runs import Runs

PROMPT, REQUEST, ERROR, DECISION, RESULT = range(5)

# DayIndex of a model call's events: the prompt before it, itself, two for each of its tools
_SLOTS = 64
# What a request or a result takes besides its own duration
_OVERHEAD_MS = 40


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events as columns, session by session in order of time.

    `row` is the event's place in the table of its kind: prompts, calls or runs.
    """

    kind: Ints
    row: Ints
    session: Ints
    sequence: Ints
    since_start_ms: Ints

    def only(self, flags: Flags) -> "Timeline":
        """Return the flagged events."""
        columns = (self.kind, self.row, self.session, self.sequence, self.since_start_ms)
        return Timeline(*(column[flags] for column in columns))


def order_events(prompts: Prompts, calls: Calls, runs: Runs) -> Timeline:
    """Put prompts, model calls, decisions and results one after the other."""
    results = np.flatnonzero(runs.is_accepted)
    decision_place = runs.call * _SLOTS + 2 + 2 * runs.position
    parts = (
        (PROMPT, np.flatnonzero(calls.opens_prompt) * _SLOTS, prompts.session, prompts.pause_ms),
        (REQUEST, np.arange(len(calls.prompt)) * _SLOTS + 1, calls.session, calls.duration_ms),
        (DECISION, decision_place, runs.session, runs.wait_ms),
        (RESULT, decision_place[results] + 1, runs.session[results], runs.duration_ms[results]),
    )
    kind = np.concatenate([np.full(len(place), kind) for kind, place, _, _ in parts])
    row = np.concatenate([*(np.arange(len(place)) for _, place, _, _ in parts[:3]), results])
    order = np.argsort(np.concatenate([place for _, place, _, _ in parts]), kind="stable")
    kind, row = kind[order], row[order]
    session = np.concatenate([session for _, _, session, _ in parts])[order]
    takes = np.concatenate([takes for _, _, _, takes in parts])[order]

    is_call = kind == REQUEST
    kind[is_call] = np.where(calls.is_failed[row[is_call]], ERROR, REQUEST)
    is_first = starts_group(session)
    takes = takes + np.where(is_first, 0, _OVERHEAD_MS)
    return Timeline(
        kind=kind,
        row=row,
        session=session,
        sequence=sum_before(np.ones(len(session), np.int64), is_first),
        since_start_ms=sum_before(takes, is_first) + takes,
    )
