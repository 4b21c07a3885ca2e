from datetime import date

import numpy as np
import pytest

from generators.distributions import Lognormal, LognormalTable, RateTable, choose, whole
from generators.plan import Plan
from store.prices.table import list_cost

END = date(2026, 10, 8)


def rng():
    return np.random.default_rng(1)


def test_a_lognormal_has_the_quantiles_it_states():
    values = Lognormal(112, 1091).draw(rng(), 50_000)

    assert np.percentile(values, 50) == pytest.approx(112, rel=0.03)
    assert np.percentile(values, 90) == pytest.approx(1091, rel=0.05)


def test_a_table_draws_each_kind_by_its_own_quantiles():
    kind = np.repeat([0, 1], 20_000)
    values = LognormalTable([Lognormal(1, 2), Lognormal(1000, 3000)]).at(
        kind, rng().standard_normal(40_000)
    )

    assert np.median(values[:20_000]) == pytest.approx(1, rel=0.03)
    assert np.percentile(values[20_000:], 90) == pytest.approx(3000, rel=0.05)


def test_whole_numbers_stay_within_their_bounds():
    assert whole(np.array([0.2, 1.6, 99.0]), 1, 50).tolist() == [1, 2, 50]


def test_choices_follow_the_weights_of_their_row():
    weights = np.array([[1.0, 0.0, 1.0], [0.0, 5.0, 0.0]])
    chosen = choose(rng(), weights, np.repeat([0, 1], 10_000))

    assert set(chosen[10_000:].tolist()) == {1}
    assert np.bincount(chosen[:10_000], minlength=3)[1] == 0
    assert (chosen[:10_000] == 0).mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("model", "day", "tokens"),
    [
        ("claude-haiku-4-5-20251001", date(2026, 10, 1), (387, 18, 0, 0)),
        ("claude-opus-5-5", date(2026, 10, 1), (9, 2067, 168193, 17761)),
        ("claude-sonnet-5-5", date(2026, 10, 6), (5, 100, 90_000, 1_000)),
        ("claude-sonnet-5-5", date(2026, 10, 7), (5, 100, 90_000, 1_000)),
        ("claude-haiku-5-5", date(2026, 10, 8), (5, 100, 99_000, 995)),
        ("claude-haiku-5-5", date(2026, 10, 8), (5, 100, 99_000, 996)),
    ],
)
def test_cost_is_tokens_times_the_list_price_of_the_day(model, day, tokens):
    plan = Plan(days=10, end=END)
    at = np.array([plan.start_ms + (day - plan.first_day).days * 86_400_000 + 5])
    columns = tuple(np.array([count]) for count in tokens)
    names = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
    expected = list_cost(model, day, **dict(zip(names, tokens, strict=True)))

    (cost,) = RateTable(plan, [model]).cost(np.array([0]), at, columns)

    assert cost == pytest.approx(expected, abs=1e-12)


def test_the_known_request_costs_what_its_client_reported():
    plan = Plan(days=10, end=END)
    one = tuple(np.array([count]) for count in (387, 18, 0, 0))

    (cost,) = RateTable(plan, ["claude-haiku-4-5"]).cost(
        np.array([0]), np.array([plan.start_ms]), one
    )

    assert cost == 0.000477


def test_a_model_without_a_price_has_no_cost():
    plan = Plan(days=10, end=END)
    one = tuple(np.array([1]) for _ in range(4))

    (cost,) = RateTable(plan, ["claude-mythos-preview"]).cost(
        np.array([0]), np.array([plan.start_ms]), one
    )

    assert np.isnan(cost)
