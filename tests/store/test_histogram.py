"""Histograms of durations: mergeable, and off by at most 1 %."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.histogram import bin_of, quantiles, value_of

durations = st.lists(st.integers(0, 3_600_000), min_size=1, max_size=200)


def sketch(values):
    counts = Counter(map(bin_of, values))
    return list(counts), list(counts.values())


def nearest_rank(values, probability):
    return sorted(values)[max(1, math.ceil(probability * len(values) - 1e-9)) - 1]


@given(st.integers(1, 10**9))
def test_a_bucket_stands_for_its_durations_within_one_percent(duration):
    assert value_of(bin_of(duration)) == pytest.approx(duration, rel=0.01)


def test_no_duration_is_no_duration():
    assert value_of(bin_of(0)) == 0.0


@given(durations, st.sampled_from([0.5, 0.95, 1.0]))
def test_a_quantile_is_within_one_percent_of_the_exact_one(values, probability):
    [quantile] = quantiles(*sketch(values), [probability])
    assert quantile == pytest.approx(nearest_rank(values, probability), rel=0.01)


@given(durations, durations)
def test_adding_two_sketches_up_is_the_sketch_of_both(one, other):
    buckets, counts = (
        first + second for first, second in zip(sketch(one), sketch(other), strict=True)
    )
    assert quantiles(buckets, counts, [0.5, 0.95]) == quantiles(*sketch(one + other), [0.5, 0.95])


def test_an_empty_sketch_has_no_quantiles():
    assert all(math.isnan(value) for value in quantiles([], [], [0.5, 0.95]))
