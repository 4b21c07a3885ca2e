from __future__ import annotations

from tests.ui.components.test_card import totals
from ui.components.caveats import at_least, unpriced


def test_a_complete_cost_is_not_a_lower_bound():
    assert at_least(totals()) == ""
    assert unpriced(totals()) == ""


def test_requests_without_a_price_make_it_one_and_are_counted():
    some = totals(unpriced_requests=2, unpriced_tokens=12_000)
    assert at_least(some) == "≥ "
    assert "2 requests (12.0K tokens)" in unpriced(some).replace("\xa0", " ")
