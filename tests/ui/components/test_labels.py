from __future__ import annotations

import pytest

from ui.components.labels import HUMANIZE


@pytest.mark.parametrize(
    ("dimension", "value", "text"),
    [
        ("model", "claude-opus-5-5", "Opus 5.5"),
        ("role", "senior_dev", "Senior dev"),
        ("department", "unknown", "Unknown"),
        ("project", "web-app", "web-app"),
        ("project", "unknown", "Unknown"),
    ],
)
def test_humanize_by_dimension(dimension, value, text):
    assert HUMANIZE[dimension](value) == text
