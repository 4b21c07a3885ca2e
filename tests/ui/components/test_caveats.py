from __future__ import annotations

from ui.components.caveats import excluded


def test_complete_cost_excludes_nothing():
    assert excluded(0, 0) == ""


def test_unpriced_requests_are_counted_with_their_tokens():
    note = excluded(2, 12_000).replace("\xa0", " ")
    assert note == "Excludes 2 unpriced requests (12.0K tokens)."
    assert excluded(1).replace("\xa0", " ") == "Excludes 1 unpriced request."
