from __future__ import annotations

from datetime import date

import pandas as pd

from analytics import Filters
from ui.sections.cost import CostSummary, unattributed

WEEK = Filters(date(2026, 1, 14), date(2026, 1, 21))


def test_ratios_of_a_period(team):
    summary = CostSummary.of(team, WEEK)
    assert (summary.cost_usd, summary.per_user, summary.per_session) == (1.5, 0.5, 0.5)
    assert summary.per_thousand_prompts == 500


def test_ratios_without_data_are_none(db):
    summary = CostSummary.of(db, WEEK)
    assert (summary.cost_usd, summary.per_user, summary.per_thousand_prompts) == (0, None, None)


def test_no_period_has_no_summary(db):
    assert CostSummary.of(db, None) is None


def test_unattributed_adds_up_unknown_values():
    frame = pd.DataFrame({"project": ["unknown", "atlas"], "cost_usd": [2.0, 1.0]})
    assert unattributed(frame, "project") == 2.0
