"""Prompts and the model calls they cause: how many, by whom, how large, how they fail.

=================  ====================================================================
number             source
=================  ====================================================================
tools per call     1 + geometric, 2.2 on average: predecessor, 1.29 per request when
                   titles, suggestions and final answers are counted too
subagent calls     assumption: 20 % of the calls that ask for tools
suggestions        assumption: after 30 % of the prompts
failed calls       1.2 %: predecessor, 157 of 12,938
reasons            predecessor: half of them without a status (``undefined``), mostly
                   aborted by the user; the others by estimate
durations of       estimate; a call that was retried ten times takes a minute or two
failed calls
=================  ====================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generators import distributions as q
from generators.departments import DEPARTMENTS
from generators.distributions import Flags, Floats, Ints, Lognormal, LognormalTable, whole
from generators.incidents import BURST_ERROR_RATE, SLOW_FACTOR, SPIKE_TOKENS, Incident, during
from generators.plan import HOUR_MS
from generators.releases import MODEL_TIERS
from generators.sessions import Sessions

TITLE, MAIN, AGENT, SUGGESTION, COMPACT = range(5)
QUERY_SOURCES = (
    "generate_session_title",
    "repl_main_thread",
    "agent:custom",
    "prompt_suggestion",
    "compact",
)
_AGENT_SHARE, _SUGGESTION_SHARE, _BREAK_SHARE = 0.20, 0.30, 0.01
_TOOLS_PER_CALL, _MOST_TOOLS = 2.2, 12
_ERROR_RATE = 0.012
_DURATION_FOLLOWS_OUTPUT = 0.6
# Subagents that run on the session's own model
_LARGE_AGENTS = 0.5
# First calls that find the system prompt in the cache, left there by an earlier session
_WARM_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a model call failed, as the client reports it."""

    error: str
    status_code: str
    share: float
    share_in_burst: float
    attempts: int
    duration_ms: Lognormal


_SHORT, _RETRIED = Lognormal(400, 6_000), Lognormal(70_000, 150_000)
REASONS = (
    Reason("Request was aborted.", "undefined", 0.46, 0.0, 1, _SHORT),
    Reason(
        "This request would exceed your account's rate limit. Please try again later.",
        *("429", 0.20, 0.3, 11),
        _RETRIED,
    ),
    Reason("Overloaded", "529", 0.15, 0.7, 11, _RETRIED),
    Reason("Internal server error", "500", 0.10, 0.0, 11, _RETRIED),
    Reason("Could not load credentials from any providers", "undefined", 0.04, 0.0, 1, _SHORT),
    Reason("Connection error.", "undefined", 0.03, 0.0, 11, _RETRIED),
    Reason("prompt is too long: 204812 tokens > 200000 maximum", "400", 0.02, 0.0, 1, _SHORT),
)


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts as columns, in order within each session."""

    session: Ints
    is_first: Flags
    pause_ms: Ints
    characters: Ints


@dataclass(frozen=True, slots=True)
class Calls:
    """Model calls as columns, in order within each prompt; `tools` is how many they ask for."""

    prompt: Ints
    session: Ints
    opens_prompt: Flags
    kind: Ints
    is_failed: Flags
    reason: Ints
    tools: Ints
    model: Ints
    input_tokens: Ints
    output_tokens: Ints
    cache_read_tokens: Ints
    cache_creation_tokens: Ints
    duration_ms: Ints


def draw_prompts(rng: np.random.Generator, sessions: Sessions) -> Prompts:
    """Draw when people pause and how much they write."""
    session = np.repeat(np.arange(len(sessions)), sessions.prompts)
    is_first = starts_group(session)
    pause = q.PAUSE_MS.draw(rng, len(session))
    is_break = rng.random(len(session)) < _BREAK_SHARE
    pause = np.where(is_break, rng.uniform(1, 4, len(session)) * HOUR_MS, pause)
    return Prompts(
        session=session,
        is_first=is_first,
        pause_ms=np.where(is_first, 0, whole(pause, 500)),
        characters=whole(q.PROMPT_CHARACTERS.draw(rng, len(session)), 1, 60_000),
    )


def draw_calls(
    rng: np.random.Generator, sessions: Sessions, prompts: Prompts, incidents: Sequence[Incident]
) -> Calls:
    """Draw the calls that prompts cause, and their size."""
    frame = _frame(rng, sessions, prompts, incidents)
    model = _models(rng, sessions, frame)
    tier = MODEL_TIERS[model]
    kind, read, written = _cache(rng, sessions, prompts, frame)
    tools = np.minimum(rng.geometric(1 / _TOOLS_PER_CALL, len(frame.prompt)), _MOST_TOOLS)
    asks = np.isin(kind, (MAIN, AGENT)) & ~frame.is_final & ~frame.is_failed
    output_normal = rng.standard_normal(len(frame.prompt))
    is_slow = during(incidents, "slow_day", sessions.start_ms)[frame.session]
    return Calls(
        prompt=frame.prompt,
        session=frame.session,
        opens_prompt=starts_group(frame.prompt),
        kind=kind,
        is_failed=frame.is_failed,
        reason=frame.reason,
        tools=np.where(asks, tools, 0),
        model=model,
        input_tokens=_input_tokens(rng, tier),
        output_tokens=_output_tokens(kind, tier, output_normal),
        cache_read_tokens=read,
        cache_creation_tokens=written,
        duration_ms=_durations(rng, frame, tier, output_normal, is_slow),
    )


def starts_group(group: Ints) -> Flags:
    """Which entries are the first of their group; groups are in order."""
    return np.concatenate((np.ones(min(len(group), 1), np.bool_), group[1:] != group[:-1]))


def sum_before(values: Ints, is_first: Flags) -> Ints:
    """Sum of the earlier values of each one's group."""
    before: Ints = np.cumsum(values) - values
    outside: Ints = before[is_first][np.cumsum(is_first) - 1]
    return before - outside


@dataclass(frozen=True, slots=True)
class _Frame:
    """Which calls there are and how they end, before anything is measured."""

    prompt: Ints
    session: Ints
    kind: Ints
    is_final: Flags
    is_failed: Flags
    reason: Ints


def _frame(
    rng: np.random.Generator, sessions: Sessions, prompts: Prompts, incidents: Sequence[Incident]
) -> _Frame:
    prompt, kind, is_final = _kinds(rng, sessions, prompts)
    session = prompts.session[prompt]
    is_burst = during(incidents, "error_burst", sessions.start_ms)[session]
    is_failed = rng.random(len(prompt)) < np.where(is_burst, BURST_ERROR_RATE, _ERROR_RATE)
    shares = np.array([[r.share for r in REASONS], [r.share_in_burst for r in REASONS]])
    reason = q.choose(rng, shares, is_burst.astype(np.int64))
    return _Frame(prompt, session, kind, is_final, is_failed, reason)


def _kinds(
    rng: np.random.Generator, sessions: Sessions, prompts: Prompts
) -> tuple[Ints, Ints, Flags]:
    """Of each call: its prompt, its kind, and whether it answers the prompt at last."""
    count = len(prompts.session)
    factor = np.array([p.turns_factor for p in DEPARTMENTS])[sessions.practice[prompts.session]]
    turns = whole(q.CALLS_PER_PROMPT.draw(rng, count) * factor, 1, q.MOST_CALLS)
    suggests = rng.random(count) < _SUGGESTION_SHARE
    prompt = np.repeat(np.arange(count), prompts.is_first + turns + suggests)
    position = sum_before(np.ones(len(prompt), np.int64), starts_group(prompt))
    turn = position - prompts.is_first[prompt]
    is_final = turn == turns[prompt] - 1
    is_agent = (rng.random(len(prompt)) < _AGENT_SHARE) & ~is_final
    kind = np.select([turn < 0, turn >= turns[prompt], is_agent], [TITLE, SUGGESTION, AGENT], MAIN)
    return prompt, kind, is_final


def _models(rng: np.random.Generator, sessions: Sessions, frame: _Frame) -> Ints:
    """Choose the session's model for the main thread and half of the subagents, else the small."""
    is_agent = (frame.kind == AGENT) & (rng.random(len(frame.kind)) < _LARGE_AGENTS)
    is_large = (frame.kind == MAIN) | is_agent
    large, small = sessions.model[frame.session], sessions.small_model[frame.session]
    return np.where(is_large, large, small)


def _cache(
    rng: np.random.Generator, sessions: Sessions, prompts: Prompts, frame: _Frame
) -> tuple[Ints, Ints, Ints]:
    """Kind (some turn into compactions), tokens read from and written to the cache.

    The main thread reads what it wrote before, until the client compacts; the cache is lost in a
    long break, and a session may find it empty. Subagents have caches of their own.
    """
    count = len(frame.prompt)
    is_main, is_agent = frame.kind == MAIN, frame.kind == AGENT
    factor = np.where(sessions.is_spike[frame.session], SPIKE_TOKENS, 1.0)
    growth = whole(q.CONTEXT_GROWTH.draw(rng, count) * factor, 1, 60_000)
    counted = np.where(is_main & ~frame.is_failed, growth, 0)
    before = sum_before(counted, starts_group(frame.session))
    lap, grown = np.divmod(before, q.CONTEXT_LIMIT - q.CONTEXT_BASE)
    compacts = is_main & (np.diff(lap, prepend=0) > 0)

    context = np.where(compacts, q.CONTEXT_LIMIT, q.CONTEXT_BASE + grown)
    loses = starts_group(frame.prompt) & (prompts.pause_ms[frame.prompt] > HOUR_MS)
    is_cold = loses | ((before == 0) & (rng.random(count) > _WARM_SHARE))
    own_read = whole(q.AGENT_READ.draw(rng, count))
    own_written = whole(q.AGENT_WRITE.draw(rng, count))
    read = np.select([is_agent, is_main & ~is_cold], [own_read, context], 0)
    written = np.select([is_agent, is_main], [own_written, growth + context * is_cold], 0)
    return np.where(compacts, COMPACT, frame.kind), read, written


def _input_tokens(rng: np.random.Generator, tier: Ints) -> Ints:
    return whole(LognormalTable(q.INPUT_TOKENS).at(tier, rng.standard_normal(len(tier))), 1, 60_000)


def _output_tokens(kind: Ints, tier: Ints, normal: Floats) -> Ints:
    """Titles are short, summaries of a compaction are long."""
    factor = np.select([kind == TITLE, kind == COMPACT], [0.15, 5.0], 1.0)
    return whole(LognormalTable(q.OUTPUT_TOKENS).at(tier, normal) * factor, 1, 32_000)


def _durations(
    rng: np.random.Generator, frame: _Frame, tier: Ints, output_normal: Floats, is_slow: Flags
) -> Ints:
    """Draw durations: longer answers take longer."""
    own = rng.standard_normal(len(tier)) * np.sqrt(1 - _DURATION_FOLLOWS_OUTPUT**2)
    normal = _DURATION_FOLLOWS_OUTPUT * output_normal + own
    usual = LognormalTable(q.REQUEST_MS).at(tier, normal) * np.where(is_slow, SLOW_FACTOR, 1.0)
    failed = LognormalTable([r.duration_ms for r in REASONS]).at(frame.reason, normal)
    return whole(np.where(frame.is_failed, failed, usual), 50, 600_000)
