"""The team of the live benchmark is one that questions can be asked about."""

from __future__ import annotations

from datetime import timedelta

from analytics import Filters, headline_totals
from benchmarks import live
from benchmarks.workspace import LAST_DAY, SIZES, workspace


def test_each_person_has_one_session_on_each_day(db):
    live.fill(db, people=4)
    end = LAST_DAY + timedelta(days=1)
    totals = headline_totals(db, Filters(end - timedelta(days=live.DAYS), end))
    assert (totals.active_users, totals.sessions) == (4, 4 * live.DAYS)
    assert totals.unpriced_requests == 0


def test_table_has_a_row_for_each_team_and_spread(monkeypatch):
    monkeypatch.setattr(live, "TEAMS", {70: 0.2})
    monkeypatch.setattr(live, "REPEATS", 1)
    with workspace(SIZES["small"]) as space:
        [table] = live.live(space)
    assert [row[:2] for row in table.rows] == [("70", name) for name in live.SPREAD]
    assert all(seconds > 0 for _, _, seconds, *_ in table.rows)
