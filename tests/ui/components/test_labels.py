from __future__ import annotations

import pytest

from ui.components.labels import WORDING


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
def test_a_value_is_called_as_its_dimension_wants(dimension, value, text):
    assert WORDING[dimension](value) == text
