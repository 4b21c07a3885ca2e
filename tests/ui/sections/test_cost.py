from __future__ import annotations

from datetime import date

import pandas as pd

from analytics import Filters
from ui.sections.cost import Spending, unattributed

WEEK = Filters(date(2026, 1, 14), date(2026, 1, 21))


def test_cost_is_divided_by_what_was_done(team):
    spending = Spending.of(team, WEEK)
    assert (spending.cost_usd, spending.per_user, spending.per_session) == (1.5, 0.5, 0.5)
    assert spending.per_thousand_prompts == 500


def test_nothing_is_divided_by_nobody(db):
    spending = Spending.of(db, WEEK)
    assert (spending.cost_usd, spending.per_user, spending.per_thousand_prompts) == (0, None, None)


def test_no_period_has_no_spending(db):
    assert Spending.of(db, None) is None


def test_what_names_nobody_is_added_up():
    frame = pd.DataFrame({"project": ["unknown", "atlas"], "cost_usd": [2.0, 1.0]})
    assert unattributed(frame, "project") == 2.0
