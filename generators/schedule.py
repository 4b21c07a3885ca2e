"""When: sessions follow each person's own clock, week and holidays, and the team's growth.

===================  ==================================================================
number               source
===================  ==================================================================
hours of the day     assumption: an office day with two peaks and a lunch dip, some
                     evening work, next to nothing at night (the predecessor drew hours
                     the same way, but in UTC for everyone)
days of the week     assumption: Tuesday to Thursday full, Friday short, weekends 10 %
holidays             public holidays of the five countries, weight 8 %
growth               assumption: a person's use grows by two thirds over the period,
                     besides people who join (see `people`)
===================  ==================================================================
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from generators.distributions import Floats, Ints
from generators.people import Person
from generators.plan import HOUR_MS, Plan

_NIGHT = (0.01, 0.006, 0.004, 0.004, 0.006, 0.02)
_MORNING = (0.08, 0.3, 0.8, 1.35, 1.55, 1.4)
_AFTERNOON = (0.8, 1.05, 1.5, 1.55, 1.35, 0.95)
_EVENING = (0.5, 0.3, 0.26, 0.2, 0.11, 0.04)
_HOURS = (*_NIGHT, *_MORNING, *_AFTERNOON, *_EVENING)
_WEEKDAYS = (0.95, 1.08, 1.12, 1.05, 0.80, 0.11, 0.09)
_HOLIDAY = 0.08
_GROWTH_FROM, _GROWTH_TO = 0.75, 1.25

_EVERYWHERE = {(1, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
_HOLIDAYS = {
    "United States": {(6, 19), (7, 4), (11, 11)},
    "Germany": {(5, 1), (10, 3)},
    "United Kingdom": set[tuple[int, int]](),
    "Poland": {(1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11)},
    "Canada": {(7, 1), (9, 30), (11, 11)},
}
# month, weekday, which one of that month (-1 = last)
_MOVING = {
    "United States": ((1, 0, 3), (5, 0, -1), (9, 0, 1), (11, 3, 4)),
    "Germany": (),
    "United Kingdom": ((5, 0, 1), (5, 0, -1), (8, 0, -1)),
    "Poland": (),
    "Canada": ((9, 0, 1), (10, 0, 2)),
}


@cache
def is_holiday(location: str, day: date) -> bool:
    """Whether most people there do not work on that day, weekends aside."""
    if (day.month, day.day) in _EVERYWHERE | _HOLIDAYS[location]:
        return True
    which = ((day.day - 1) // 7 + 1, -1 if day.day > _month_days(day) - 7 else 0)
    return any(
        (day.month, day.weekday()) == (month, weekday) and number in which
        for month, weekday, number in _MOVING[location]
    )


def hour_weights(plan: Plan, location: str, zone: str, shift: int) -> Floats:
    """Weight of every UTC hour of the period for people of one place and shift."""
    tz = ZoneInfo(zone)
    start = datetime.combine(plan.first_day, datetime.min.time(), UTC)
    hours = plan.days * 24
    local = ((start + timedelta(hours=hour)).astimezone(tz) for hour in range(hours))
    weights = np.array([_weight(moment, location, shift) for moment in local])
    growth: Floats = weights * np.linspace(_GROWTH_FROM, _GROWTH_TO, hours)
    return growth


def draw_starts(plan: Plan, people: Sequence[Person]) -> tuple[Ints, Ints]:
    """Draw who starts a session when.

    Parameters
    ----------
    plan : Plan
        How many sessions in which days.
    people : sequence of Person
        The team; everyone has a session if there are enough.

    Returns
    -------
    tuple of two arrays of int
        Index of the person and start (ms since 1970), in order of the start.
    """
    rng = plan.random("rhythm")
    curves = _Curves(plan, people)
    counts = _sessions_each(rng, plan, curves.mass * [person.activity for person in people])
    who = np.repeat(np.arange(len(people)), counts)
    start = plan.start_ms + curves.draw(rng, who) * HOUR_MS + rng.integers(0, HOUR_MS, len(who))
    order = np.argsort(start, kind="stable")
    return who[order], start[order]


class _Curves:
    """Cumulated hour weights by place and shift, and the part in which each person is there."""

    def __init__(self, plan: Plan, people: Sequence[Person]) -> None:
        groups = sorted({(p.location, p.zone, p.shift) for p in people})
        number = {group: n for n, group in enumerate(groups)}
        self._curves = [np.cumsum(hour_weights(plan, *group)) for group in groups]
        self._group = np.array([number[p.location, p.zone, p.shift] for p in people])
        hours = plan.days * 24
        joins = np.array([int(p.joins * hours) for p in people])
        leaves = np.array([int(p.leaves * hours) for p in people])
        before = np.array([np.concatenate(([0.0], curve)) for curve in self._curves])
        self._low = before[self._group, joins]
        self._high = before[self._group, np.maximum(leaves, joins + 1)]
        self.mass = self._high - self._low

    def draw(self, rng: np.random.Generator, who: Ints) -> Ints:
        """Draw an hour of the period for each entry of `who`."""
        target = self._low[who] + rng.random(len(who)) * self.mass[who]
        hours = np.zeros(len(who), dtype=np.int64)
        for group, curve in enumerate(self._curves):
            mine = self._group[who] == group
            hours[mine] = np.searchsorted(curve, target[mine], side="right")
        return np.minimum(hours, len(self._curves[0]) - 1)


def _sessions_each(rng: np.random.Generator, plan: Plan, weights: Floats) -> Ints:
    everyone = 1 if plan.sessions >= plan.users else 0
    rest = plan.sessions - everyone * plan.users
    counts: Ints = everyone + rng.multinomial(rest, weights / weights.sum())
    return counts


def _weight(local: datetime, location: str, shift: int) -> float:
    weight = _HOURS[(local.hour - shift) % 24] * _WEEKDAYS[local.weekday()]
    is_off = local.weekday() < 5 and is_holiday(location, local.date())
    return weight * _HOLIDAY if is_off else weight


def _month_days(day: date) -> int:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (following - timedelta(days=1)).day
