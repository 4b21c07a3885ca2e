from __future__ import annotations

import dataclasses

import pytest

from analytics import Totals
from ui.components.card import Card
from ui.components.format import money, percent


def totals(**fields: float | None) -> Totals:
    zeros = dict.fromkeys((field.name for field in dataclasses.fields(Totals)), 0)
    return Totals(**{**zeros, **fields})


def plain(text):
    return text.replace("\xa0", " ") if isinstance(text, str) else text


def test_text_formats_the_number():
    assert plain(Card("Tokens", "total_tokens").text(totals(total_tokens=1_234_567))) == "1.2M"


def test_text_has_the_prefix():
    card = Card("Cost", "cost_usd", money, prefix="≈ ")
    assert card.text(totals(cost_usd=5)) == "≈ $5.00"


def test_text_of_none_is_a_dash():
    card = Card("Error rate", "error_rate", percent, is_ratio=True)
    assert card.text(totals(error_rate=None)) == "\N{EM DASH}"
    assert card.delta(totals(error_rate=None), totals()) is None


@pytest.mark.parametrize(
    ("now", "before", "delta"),
    [(12, 10, "+20%"), (5, 10, "-50%"), (10, 10, "no change"), (10, 0, None)],
)
def test_delta_against_the_previous_period(now, before, delta):
    card = Card("Prompts", "prompts")
    assert plain(card.delta(totals(prompts=now), totals(prompts=before))) == delta


def test_delta_of_a_ratio_is_in_points():
    card = Card("Error rate", "error_rate", percent, is_ratio=True)
    assert plain(card.delta(totals(error_rate=0.03), totals(error_rate=0.02))) == "+1.0 pp"


def test_delta_without_a_previous_period():
    assert Card("Prompts", "prompts").delta(totals(prompts=3), None) is None
