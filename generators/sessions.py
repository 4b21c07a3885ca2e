"""Which sessions there are: who runs one when, on which machine, for which project and model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from generators.departments import DEPARTMENTS
from generators.distributions import MOST_PROMPTS, PROMPTS_PER_SESSION, Flags, Ints, whole
from generators.people import Person
from generators.plan import DAY_MS, EPOCH_ORDINAL, Plan
from generators.releases import HAIKU, OPUS, PREMIUM, PREVIEW, SONNET, newest_model
from generators.schedule import draw_starts

# At work on the main project, on the main machine, in the main terminal
_HOME_SHARE, _MAIN_MACHINE, _MAIN_TERMINAL = 0.72, 0.8, 0.88
# Sessions in which a person tries another family; rare ones have access to a gated preview
_SWITCH_SHARE, _PREVIEW_SHARE = 0.14, 0.0015


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions as columns, in order of their start.

    All are arrays of the same length; `person`, `practice`, `project`, `model` and `small_model`
    are indexes into the people and the tables of `practices` and `releases`.
    """

    number: Ints
    person: Ints
    practice: Ints
    start_ms: Ints
    prompts: Ints
    project: Ints
    machine: Ints
    terminal: Ints
    model: Ints
    small_model: Ints
    is_spike: Flags

    def __len__(self) -> int:
        return len(self.number)

    @property
    def start_day(self) -> Ints:
        """UTC day of the start, as an ordinal."""
        return self.start_ms // DAY_MS + EPOCH_ORDINAL

    def take(self, chosen: slice | Flags) -> "Sessions":
        """Choose some of the sessions."""
        return replace(self, **{f.name: getattr(self, f.name)[chosen] for f in fields(self)})

    def blocks(self, size: int) -> Iterator["Sessions"]:
        """Cut into blocks that follow each other in time."""
        for first in range(0, len(self), size):
            yield self.take(slice(first, first + size))


def plan_sessions(plan: Plan, people: Sequence[Person]) -> Sessions:
    """Draw the sessions of a plan, without what happens in them."""
    who, start = draw_starts(plan, people)
    rng = plan.random("sessions")
    practice = _column(people, "practice")[who]
    day = start // DAY_MS + EPOCH_ORDINAL - _column(people, "adopts_after_days")[who]
    factor = np.array([p.prompts_factor for p in DEPARTMENTS])[practice]
    prompts = PROMPTS_PER_SESSION.draw(rng, len(who)) * factor
    machines = np.array([len(person.machines) for person in people])[who]
    return Sessions(
        number=np.arange(len(who)),
        person=who,
        practice=practice,
        start_ms=start,
        prompts=whole(prompts, 1, MOST_PROMPTS),
        project=_projects(rng, practice, _column(people, "home_project")[who]),
        machine=np.where(rng.random(len(who)) < _MAIN_MACHINE, 0, machines - 1),
        terminal=(rng.random(len(who)) > _MAIN_TERMINAL).astype(np.int64),
        model=_models(rng, _column(people, "favourite_tier")[who], day),
        small_model=newest_model(HAIKU, day),
        is_spike=np.zeros(len(who), dtype=np.bool_),
    )


def _column(people: Sequence[Person], name: str) -> Ints:
    return np.array([getattr(person, name) for person in people], dtype=np.int64)


def _projects(rng: np.random.Generator, practice: Ints, home: Ints) -> Ints:
    """Mostly a person's own project, else another one of the practice."""
    sizes = np.array([len(p.projects) for p in DEPARTMENTS])
    firsts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    other = (rng.random(len(practice)) * sizes[practice]).astype(np.int64)
    chosen: Ints = np.where(rng.random(len(practice)) < _HOME_SHARE, home, other)
    return firsts[practice] + chosen


def _models(rng: np.random.Generator, tier: Ints, day: Ints) -> Ints:
    """Newest model that a person has taken up, of the favourite family or, at times, another."""
    switches = rng.random(len(tier)) < _SWITCH_SHARE
    tier = np.where(switches, np.where(tier == OPUS, SONNET, OPUS), tier)
    tier = np.where(rng.random(len(tier)) < _PREVIEW_SHARE, PREVIEW, tier)
    model = np.zeros(len(tier), dtype=np.int64)
    for each in (OPUS, SONNET, HAIKU, PREMIUM, PREVIEW):
        model[tier == each] = newest_model(each, day[tier == each])
    return model
