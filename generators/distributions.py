"""How much: tokens, durations, lengths and money.

Everything that has no upper bound is lognormal and stated by its p50 and p90.

==========================  ===============  ==========================================
quantity                    p50 / p90        source
==========================  ===============  ==========================================
prompts per session         4 / 16           predecessor: 7.4 per session on average in
                                             its default run, median 3.5 in 40 sessions
model calls per prompt      2 / 6            predecessor: 3.44 requests per prompt, with
                                             titles and suggestions
prompt length, characters   112 / 1,091      215 prompts of the predecessor's generator
pause before a prompt       40 s / 240 s     estimate; 1 % are breaks of one to four
                                             hours
output tokens               by tier, below   681 requests of the predecessor's generator
input tokens                by tier, below   the same; never 0, as a call has an input
context growth per call     2,300 / 9,000    the same (cache creation); what is read from
                                             the cache is what earlier calls wrote, so it
                                             follows from this and needs no draw
request duration            by tier, below   the same; correlated 0.6 with output tokens
wait for a permission       4 s / 25 s       estimate
==========================  ===============  ==========================================

Cost is not drawn: it is the list price of the request's UTC day times its tokens, cache
creation at the five-minute rate, which is what clients were seen to report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generators.plan import DAY_MS, Plan
from store.prices.table import Prices, Rates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_Z90 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A lognormal quantity, stated by its median and its 90th percentile."""

    p50: float
    p90: float

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return log(self.p90 / self.p50) / _Z90

    def at(self, normal: Floats) -> Floats:
        """Turn standard normal draws into draws of this quantity."""
        return self.p50 * np.exp(self.sigma * normal)

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw independent values."""
        return self.at(rng.standard_normal(count))


class LognormalTable:
    """The same quantity for several kinds of things, drawn together."""

    def __init__(self, kinds: Sequence[Lognormal]) -> None:
        self._p50 = np.array([kind.p50 for kind in kinds])
        self._sigma = np.array([kind.sigma for kind in kinds])

    def at(self, kind: Ints, normal: Floats) -> Floats:
        """Turn standard normal draws into draws of the quantity of each one's kind."""
        values: Floats = self._p50[kind] * np.exp(self._sigma[kind] * normal)
        return values


PROMPTS_PER_SESSION = Lognormal(4, 16)
MOST_PROMPTS = 120
CALLS_PER_PROMPT = Lognormal(2, 6)
MOST_CALLS = 60
PROMPT_CHARACTERS = Lognormal(112, 1_091)
PAUSE_MS = Lognormal(40_000, 240_000)
PERMISSION_MS = Lognormal(4_000, 25_000)
CONTEXT_GROWTH = Lognormal(2_300, 9_000)

# System prompt and tool definitions, and where the client compacts
CONTEXT_BASE = 14_000
CONTEXT_LIMIT = 160_000

# By tier: opus, sonnet, haiku, premium, preview
OUTPUT_TOKENS = (
    Lognormal(430, 900),
    Lognormal(520, 1_240),
    Lognormal(117, 320),
    Lognormal(520, 1_300),
    Lognormal(520, 1_300),
)
INPUT_TOKENS = (
    Lognormal(180, 800),
    Lognormal(105, 365),
    Lognormal(1_011, 2_203),
    Lognormal(180, 800),
    Lognormal(180, 800),
)
REQUEST_MS = (
    Lognormal(9_840, 20_700),
    Lognormal(9_400, 19_500),
    Lognormal(5_064, 10_541),
    Lognormal(14_000, 32_000),
    Lognormal(14_000, 32_000),
)
# What a subagent's call reads from and writes to its own, smaller cache
AGENT_READ = Lognormal(18_000, 48_000)
AGENT_WRITE = Lognormal(1_500, 5_000)


class RateTable:
    """List prices of some models on the days of a plan, ready for whole arrays.

    Parameters
    ----------
    plan : Plan
        Its days, and one more for what ends after midnight.
    models : sequence of str
        Model ids; an index into them is the first argument of `cost`.
    """

    def __init__(self, plan: Plan, models: Sequence[str]) -> None:
        prices = Prices.load()
        self._first_ms = plan.start_ms
        self._days = [plan.first_day + timedelta(days=n) for n in range(plan.days)]
        rows = [[_rates(prices, model, day) for day in self._days] for model in models]
        self._table = np.array(rows)

    def cost(self, model: Ints, at_ms: Ints, tokens: tuple[Ints, Ints, Ints, Ints]) -> Floats:
        """US dollars of each request, NaN where the model has no price.

        Parameters
        ----------
        model : array of int
            Index of the model.
        at_ms : array of int
            When the request ended; its UTC day decides the price.
        tokens : tuple of arrays
            Input, output, cache read and cache creation tokens.
        """
        day = np.clip((at_ms - self._first_ms) // DAY_MS, 0, len(self._days) - 1)
        rates = self._table[model, day]
        prompt = tokens[0] + tokens[2] + tokens[3]
        large = prompt > rates[:, 4]
        total = np.zeros(len(model))
        for kind, count in enumerate(tokens):
            total += count * np.where(large, rates[:, 5 + kind], rates[:, kind])
        costs: Floats = np.round(total / 1e6, 12)
        return costs


def _rates(prices: Prices, model: str, day: date) -> list[float]:
    """Four rates, the prompt size above which four others hold, those four."""
    rate = prices.rate(model, day)
    if rate is None:
        return [np.nan] * 9
    usual = _four(rate.usd_per_million)
    if rate.above is None or rate.above_prompt_tokens is None:
        return [*usual, np.inf, *usual]
    return [*usual, rate.above_prompt_tokens, *_four(rate.above)]


def _four(rates: Rates) -> list[float]:
    return [rates.input, rates.output, rates.cache_read, rates.cache_write_5m]


def whole(values: Floats, at_least: int = 0, at_most: float = np.inf) -> Ints:
    """Round to whole numbers within bounds."""
    return np.rint(np.clip(values, at_least, at_most)).astype(np.int64)


def choose(rng: np.random.Generator, weights: Floats, row: Ints) -> Ints:
    """Draw one column per entry of `row`, weighted by that row of the table."""
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    edges[:, -1] = 1.0
    picked: Any = (rng.random(len(row))[:, None] >= edges[row]).sum(axis=1)
    return np.asarray(picked, dtype=np.int64)
