"""Mergeable log-bucket histograms of durations.

Bucket ``n`` holds the durations in ``(1.02**(n - 1), 1.02**n]`` milliseconds,
bucket ``ZERO_BIN`` those of 0 ms. A quantile answers with the middle of its
bucket, so it is off by at most 0.991 % of the true duration, however many
histograms were added up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

HISTOGRAM_BASE = 1.02
ZERO_BIN = -1

_LOG_BASE = math.log(HISTOGRAM_BASE)


@lru_cache(maxsize=65_536)
def bin_of(milliseconds: float) -> int:
    """Return the number of the bucket that holds a duration."""
    if milliseconds <= 0:
        return ZERO_BIN
    if milliseconds <= 1:
        return 0
    return math.ceil(math.log(milliseconds) / _LOG_BASE - 1e-9)


def value_of(bucket: int) -> float:
    """Return the duration in milliseconds that stands for a bucket."""
    if bucket == ZERO_BIN:
        return 0.0
    return float(2 * HISTOGRAM_BASE**bucket / (HISTOGRAM_BASE + 1))


def quantiles(
    buckets: Iterable[int], counts: Iterable[int], probabilities: Sequence[float]
) -> tuple[float, ...]:
    """Read quantiles off a histogram; buckets may repeat and come in any order.

    Parameters
    ----------
    buckets, counts : iterable of int
        Bucket numbers and how many durations each holds.
    probabilities : sequence of float
        Each in (0, 1]; the answer is the value of rank ``ceil(p * n)``.

    Returns
    -------
    tuple of float
        Milliseconds, NaN where the histogram is empty.
    """
    numbers = np.fromiter(buckets, dtype=np.int64)
    weights = np.fromiter(counts, dtype=np.int64)
    if not weights.sum():
        return tuple(math.nan for _ in probabilities)
    order = np.argsort(numbers, kind="stable")
    cumulated = np.cumsum(weights[order])
    total = int(cumulated[-1])
    ranks = [max(1, math.ceil(p * total - 1e-9)) for p in probabilities]
    places = np.searchsorted(cumulated, ranks)
    return tuple(value_of(int(numbers[order][place])) for place in places)
