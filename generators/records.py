"""How an event looks: a CloudWatch log event whose message is the client's record as JSON text.

Every message is made from a template that was escaped once; what the events of a session share is
escaped once per session. That is what makes writing fast, and why no value may need escaping:
numbers, ids and the fixed words of this package do not.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generators.departments import LANGUAGES, PROJECTS
from generators.distributions import Ints, RateTable
from generators.model_calls import QUERY_SOURCES, REASONS
from generators.people import Machine, Person
from generators.plan import Plan
from generators.releases import MODEL_IDS, installed_version
from generators.sessions import Sessions
from generators.timeline import DECISION, ERROR, PROMPT, REQUEST, RESULT
from generators.tool_runs import DECISIONS
from generators.tools import TOOL_NAMES, TOOLS
from generators.work import Work

SCOPE = "com.anthropic.claude_code.events"

Words = NDArray[np.object_]


def _words(values: Iterable[str]) -> Words:
    return np.array(list(values), dtype=object)


def _quoted(text: str) -> str:
    """Escape JSON text for its place inside a JSON string."""
    return json.dumps(text)[1:-1]


def _pair(key: str, value: str = "%s") -> str:
    """One more attribute, escaped, with a place for its value."""
    return _quoted(f', "{key}": "{value}"')


def _template(event: str, *attributes: str, **fixed: str) -> str:
    """Log event with places for `Renderer._common`, the attributes, more of them, the tail."""
    own = {**fixed, **dict.fromkeys(attributes, "%s")}
    message = (
        f'{{"body": "claude_code.{event}", "attributes": {{"event.timestamp": "%sZ", @, '
        f'"event.name": "{event}", "event.sequence": "%s", "prompt.id": "%s", '
        f"{json.dumps(own)[1:-1]}@}}, @}}"
    )
    # Parts at "@" come escaped already
    escaped = _quoted(message).replace("@", "%s")
    return f'{{"id": "%s%s%018d", "timestamp": %s, "message": "{escaped}"}}'


_PROMPT = _template("user_prompt", "prompt_length", prompt="<REDACTED>")
_REQUEST = _template(
    "api_request",
    *("cache_creation_tokens", "cache_read_tokens", "duration_ms", "input_tokens"),
    *("model", "output_tokens", "query_source", "request_id"),
)
_ERROR = _template(
    "api_error", "attempt", "duration_ms", "error", "model", "query_source", "status_code"
)
_DECISION = _template("tool_decision", "decision", "source", "tool_name", "tool_use_id")
_RESULT = _template(
    "tool_result",
    *("decision_source", "duration_ms", "success", "tool_input_size_bytes"),
    *("tool_name", "tool_use_id"),
    decision_type="accept",
)
_COST, _RESULT_BYTES = _pair("cost_usd"), _pair("tool_result_size_bytes")

_MODELS, _TOOLS, _SOURCES = _words(MODEL_IDS), _words(TOOL_NAMES), _words(QUERY_SOURCES)
_CHOICES, _DECIDERS = _words(d for d, _ in DECISIONS), _words(s for _, s in DECISIONS)
_LANGUAGES = _words([*(_pair("language", language) for language in LANGUAGES), ""])
_ERROR_TYPES = _words(_pair("error_type", tool.error_type) for tool in TOOLS)
_ERRORS, _STATUS = _words(r.error for r in REASONS), _words(r.status_code for r in REASONS)
_ATTEMPTS = np.array([reason.attempts for reason in REASONS])


class Renderer:
    """Turns work into log events; what repeats is prepared once.

    Parameters
    ----------
    plan : Plan
        Its seed makes the ids, its days the prices.
    people : sequence of Person
        The team that the sessions point to.
    """

    def __init__(self, plan: Plan, people: Sequence[Person]) -> None:
        self._plan = plan
        self._people = people
        self._rates = RateTable(plan, MODEL_IDS)
        self._organization = plan.uuid("organization")
        # 56 digits in all, as CloudWatch has them: these, the millisecond, a running number
        self._id_start = f"3{int(plan.digest('log')[:24], 16) % 10**24:024d}"
        self._written = 0
        self._resources: dict[tuple[str, str], str] = {}

    def render(self, rng: np.random.Generator, work: Work) -> tuple[Ints, list[str]]:
        """Write the events of some work: their times and texts, not yet in order."""
        heads = _words(self._head(work.sessions, n) for n in range(len(work.sessions)))
        tails = _words(self._tail(work.sessions, n) for n in range(len(work.sessions)))
        prompt_ids = _words(_uuids(rng, len(work.prompts.session)))
        tool_ids = _words(_ids(rng, "toolu_01", len(work.runs.call)))
        parts = (
            (PROMPT, _PROMPT, _prompt_columns(work)),
            (REQUEST, _REQUEST, self._request_columns(rng, work)),
            (ERROR, _ERROR, _error_columns(work)),
            (DECISION, _DECISION, _decision_columns(work, tool_ids)),
            (RESULT, _RESULT, _result_columns(work, tool_ids)),
        )
        times, lines = [], []
        for kind, template, own in parts:
            chosen = work.timeline.kind == kind
            common = self._common(work, chosen, heads, prompt_ids)
            tail = tails[work.timeline.session[chosen]].tolist()
            lines += [template % row for row in zip(*common, *own, tail, strict=False)]
            times.append(work.at_ms[chosen])
        return np.concatenate(times), lines

    def _common(
        self, work: Work, chosen: NDArray[np.bool_], heads: Words, prompt_ids: Words
    ) -> tuple[Iterable[Any], ...]:
        """Id in three parts, time twice, session, sequence and prompt of the chosen events."""
        timeline, at_ms = work.timeline, work.at_ms[chosen]
        times = at_ms.tolist()
        numbers = range(self._written, self._written + len(times))
        self._written += len(times)
        prompt = _prompt_of(work)[chosen]
        return (
            repeat(self._id_start),
            times,
            numbers,
            times,
            np.datetime_as_string(at_ms.astype("M8[ms]")).tolist(),
            heads[timeline.session[chosen]].tolist(),
            timeline.sequence[chosen].tolist(),
            prompt_ids[prompt].tolist(),
        )

    def _request_columns(self, rng: np.random.Generator, work: Work) -> tuple[Iterable[Any], ...]:
        chosen = work.timeline.kind == REQUEST
        row, calls = work.timeline.row[chosen], work.calls
        model = calls.model[row]
        tokens = (calls.input_tokens, calls.output_tokens)
        cached = (calls.cache_read_tokens, calls.cache_creation_tokens)
        read, written = (column[row] for column in cached)
        spent, answered = (column[row] for column in tokens)
        costs = self._rates.cost(model, work.at_ms[chosen], (spent, answered, read, written))
        return (
            written.tolist(),
            read.tolist(),
            calls.duration_ms[row].tolist(),
            spent.tolist(),
            _MODELS[model].tolist(),
            answered.tolist(),
            _SOURCES[calls.kind[row]].tolist(),
            _ids(rng, "req_011C", len(row)),
            # NaN is the one number that differs from itself: no price, no cost
            [_COST % cost if cost == cost else "" for cost in costs.tolist()],
        )

    def _head(self, sessions: Sessions, number: int) -> str:
        """Escape the attributes that identify a session, its person and its project."""
        person = self._people[sessions.person[number]]
        machine = person.machines[sessions.machine[number]]
        attributes = {
            "organization.id": self._organization,
            "session.id": self._plan.uuid("session", sessions.number[number]),
            "terminal.type": machine.terminals[sessions.terminal[number]],
            "user.account_uuid": person.account_uuid,
            "user.email": person.email,
            "user.id": machine.install_id,
            "vcs.repository.name": PROJECTS[sessions.project[number]].name,
        }
        return _quoted(json.dumps(attributes)[1:-1])

    def _tail(self, sessions: Sessions, number: int) -> str:
        """Scope and resource: the machine with the client version of the day, escaped."""
        person = self._people[sessions.person[number]]
        machine = person.machines[sessions.machine[number]]
        version = installed_version(
            int(sessions.start_day[number]), machine.upgrade_days, machine.upgrade_phase
        )
        key = (machine.install_id, version)
        if key not in self._resources:
            self._resources[key] = _resource(person, machine, version)
        return self._resources[key]


def _resource(person: Person, machine: Machine, version: str) -> str:
    resource = {
        "host.arch": machine.arch,
        "host.name": machine.host_name,
        "os.type": machine.os_type,
        "os.version": machine.os_version,
        "service.name": "claude-code-None",
        "service.version": version,
        "user.email": "",
        "user.practice": person.department,
        "user.profile": person.email.split("@")[0],
        "user.serial": machine.serial,
    }
    parts = {"scope": {"name": SCOPE, "version": version}, "resource": resource}
    return _quoted(json.dumps(parts)[1:-1])


def _prompt_of(work: Work) -> Ints:
    """Prompt of each event of the timeline."""
    kind, row = work.timeline.kind, work.timeline.row
    call = np.where(kind >= DECISION, work.runs.call[_within(row, work.runs.call)], row)
    prompt = work.calls.prompt[_within(call, work.calls.prompt)]
    return np.where(kind == PROMPT, row, prompt)


def _prompt_columns(work: Work) -> tuple[Iterable[Any], ...]:
    row = work.timeline.row[work.timeline.kind == PROMPT]
    return work.prompts.characters[row].tolist(), repeat("")


def _error_columns(work: Work) -> tuple[Iterable[Any], ...]:
    row, calls = work.timeline.row[work.timeline.kind == ERROR], work.calls
    reason = calls.reason[row]
    return (
        _ATTEMPTS[reason].tolist(),
        calls.duration_ms[row].tolist(),
        _ERRORS[reason].tolist(),
        _MODELS[calls.model[row]].tolist(),
        _SOURCES[calls.kind[row]].tolist(),
        _STATUS[reason].tolist(),
        repeat(""),
    )


def _decision_columns(work: Work, tool_ids: Words) -> tuple[Iterable[Any], ...]:
    row, runs = work.timeline.row[work.timeline.kind == DECISION], work.runs
    decision = runs.decision[row]
    return (
        _CHOICES[decision].tolist(),
        _DECIDERS[decision].tolist(),
        _TOOLS[runs.tool[row]].tolist(),
        tool_ids[row].tolist(),
        _LANGUAGES[runs.language[row]].tolist(),
    )


def _result_columns(work: Work, tool_ids: Words) -> tuple[Iterable[Any], ...]:
    row, runs = work.timeline.row[work.timeline.kind == RESULT], work.runs
    is_success = runs.is_success[row]
    outcomes = zip(
        is_success.tolist(),
        runs.result_bytes[row].tolist(),
        _ERROR_TYPES[runs.tool[row]].tolist(),
        _LANGUAGES[runs.language[row]].tolist(),
        strict=True,
    )
    return (
        _DECIDERS[runs.decision[row]].tolist(),
        runs.duration_ms[row].tolist(),
        np.where(is_success, "true", "false").tolist(),
        runs.input_bytes[row].tolist(),
        _TOOLS[runs.tool[row]].tolist(),
        tool_ids[row].tolist(),
        [(_RESULT_BYTES % size if ok else error) + lang for ok, size, error, lang in outcomes],
    )


def _within(index: Ints, table: Ints) -> Ints:
    """Row numbers of another kind's table must not point outside of this one."""
    return np.minimum(index, max(len(table) - 1, 0))


def _ids(rng: np.random.Generator, start: str, count: int) -> list[str]:
    digits = rng.bytes(count * 10).hex()
    return [start + digits[first : first + 20] for first in range(0, count * 20, 20)]


def _uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Version-4 UUIDs."""
    digits = rng.bytes(count * 15).hex()
    parts = (digits[first : first + 30] for first in range(0, count * 30, 30))
    return [f"{d[:8]}-{d[8:12]}-4{d[12:15]}-8{d[15:18]}-{d[18:]}" for d in parts]
