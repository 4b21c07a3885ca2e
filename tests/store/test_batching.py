"""Batches of items."""

from __future__ import annotations

from store.batching import batches


def test_batches_hold_at_most_their_size():
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
