"""Tool calls: which tool, who decides, how it ends.

=================  ====================================================================
number             source
=================  ====================================================================
who decides        predecessor: 82 % by configuration, 14 % asked once, 2.5 % allowed
                   for good, 2.1 % rejected; who is asked how often depends on the
                   person's level (see `practices`)
rule rejections    estimate: 0.3 % of what the configuration decides
=================  ====================================================================

A rejected call has no result. A result repeats the source of its decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generators import distributions as q
from generators.departments import DEPARTMENTS, LANGUAGES, PROJECTS
from generators.distributions import Flags, Ints, LognormalTable, choose, whole
from generators.incidents import FAILING_RATE, FAILING_TOOL, Incident, during
from generators.model_calls import Calls
from generators.people import Person
from generators.sessions import Sessions
from generators.tools import (
    INPUT_BYTES,
    LONGEST_RUN_MS,
    MOST_RESULT_BYTES,
    RESULT_BYTES,
    TOOL_NAMES,
    TOOLS,
)

# Decision and source; the first two are the configuration's, the others a person's
DECISIONS = (
    ("accept", "config"),
    ("reject", "config"),
    ("accept", "user_temporary"),
    ("accept", "user_permanent"),
    ("reject", "user_reject"),
    ("reject", "user_abort"),
)
_DECISION_SHARES = np.array([[0.997, 0.003, 0, 0, 0, 0], [0, 0, 0.74, 0.13, 0.115, 0.015]])
NO_LANGUAGE = len(LANGUAGES)

_IS_ACCEPTED = np.array([decision == "accept" for decision, _ in DECISIONS])
_IS_PERSON = np.array([source.startswith("user_") for _, source in DECISIONS])
_IS_ASKED = np.array([tool.is_asked for tool in TOOLS])
_IS_EDIT = np.array([tool.is_edit for tool in TOOLS])
_FAILS = np.array([tool.fails for tool in TOOLS])
_DURATIONS = LognormalTable([tool.duration_ms for tool in TOOLS])
_TOOL_WEIGHTS = np.array(
    [[tool.weight * p.tool_factors.get(tool.name, 1.0) for tool in TOOLS] for p in DEPARTMENTS]
)
_LANGUAGE_WEIGHTS = np.array(
    [[project.languages.get(language, 0.0) for language in LANGUAGES] for project in PROJECTS]
)


@dataclass(frozen=True, slots=True)
class Runs:
    """Tool calls as columns, in order within each model call.

    `language` is `NO_LANGUAGE` for tools that edit nothing. The last five say nothing where
    `is_accepted` is false.
    """

    call: Ints
    position: Ints
    session: Ints
    tool: Ints
    decision: Ints
    is_accepted: Flags
    wait_ms: Ints
    language: Ints
    is_success: Flags
    duration_ms: Ints
    input_bytes: Ints
    result_bytes: Ints


def draw_runs(
    rng: np.random.Generator,
    sessions: Sessions,
    people: Sequence[Person],
    calls: Calls,
    incidents: Sequence[Incident],
) -> Runs:
    """Draw the tool calls that model calls ask for."""
    call = np.repeat(np.arange(len(calls.tools)), calls.tools)
    first = np.cumsum(calls.tools) - calls.tools
    session = calls.session[call]
    count = len(call)
    tool = choose(rng, _TOOL_WEIGHTS, sessions.practice[session])
    decision = _decisions(rng, sessions, people, session, tool)
    failing = during(incidents, "failing_tool", sessions.start_ms)[session]
    fails = np.where(failing & (tool == TOOL_NAMES.index(FAILING_TOOL)), FAILING_RATE, _FAILS[tool])
    wait = np.where(_IS_PERSON[decision], q.PERMISSION_MS.draw(rng, count), 0)
    return Runs(
        call=call,
        position=np.arange(count) - first[call],
        session=session,
        tool=tool,
        decision=decision,
        is_accepted=_IS_ACCEPTED[decision],
        wait_ms=whole(wait) + rng.integers(5, 60, count),
        language=_languages(rng, sessions, session, tool),
        is_success=rng.random(count) >= fails,
        duration_ms=whole(_DURATIONS.at(tool, rng.standard_normal(count)), 1, LONGEST_RUN_MS),
        input_bytes=whole(INPUT_BYTES.draw(rng, count), 2, MOST_RESULT_BYTES),
        result_bytes=whole(RESULT_BYTES.draw(rng, count), 0, MOST_RESULT_BYTES),
    )


def _decisions(
    rng: np.random.Generator,
    sessions: Sessions,
    people: Sequence[Person],
    session: Ints,
    tool: Ints,
) -> Ints:
    shares = np.array([people[who].ask_share for who in sessions.person.tolist()])
    is_asked = _IS_ASKED[tool] & (rng.random(len(tool)) < shares[session])
    return choose(rng, _DECISION_SHARES, is_asked.astype(np.int64))


def _languages(rng: np.random.Generator, sessions: Sessions, session: Ints, tool: Ints) -> Ints:
    """Language of the file that an edit touches: notebooks are Python, the rest the project's."""
    language = np.full(len(tool), NO_LANGUAGE)
    edits = _IS_EDIT[tool]
    language[edits] = choose(rng, _LANGUAGE_WEIGHTS, sessions.project[session[edits]])
    language[tool == TOOL_NAMES.index("NotebookEdit")] = LANGUAGES.index("Python")
    return language
