from __future__ import annotations

import pytest

from charts.shared.model_names import model_label, model_labels


@pytest.mark.parametrize(
    ("model", "label"),
    [
        ("claude-opus-4-5-20251101", "Opus 4.5"),
        ("claude-sonnet-4-20250514", "Sonnet 4"),
        ("claude-3-5-haiku-20241022", "Haiku 3.5"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "Sonnet 4.5"),
        ("claude-opus-4-6@20260201", "Opus 4.6"),
        ("claude-opus-5-5", "Opus 5.5"),
        ("anthropic/claude-opus-4.6", "Opus 4.6"),
        ("claude-mythos-preview", "Mythos preview"),
        ("claude-3-haiku@latest", "Haiku 3"),
        ("gpt-5", "gpt-5"),
        ("unknown", "Unknown"),
    ],
)
def test_model_label(model, label):
    assert model_label(model) == label


def test_model_labels_keep_ids_that_would_share_a_label():
    first, second = "claude-opus-4-5-20251101", "us.anthropic.claude-opus-4-5-20251101-v1:0"
    assert model_labels([first, second, "claude-haiku-4-5"]) == {
        first: first,
        second: second,
        "claude-haiku-4-5": "Haiku 4.5",
    }
