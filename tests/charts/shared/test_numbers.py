from __future__ import annotations

import pytest

from charts.shared.numbers import percent, short


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (9_999.5, "10.0K"),
        (45_300, "45.3K"),
        (999_499, "999K"),
        (999_950, "1.0M"),
        (1_234_567, "1.2M"),
        (123_400_000, "123M"),
        (2_500_000_000, "2.5B"),
        (7_100_000_000_000, "7.1T"),
        (-45_300, "-45.3K"),
    ],
)
def test_short(number, text):
    assert short(number) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0%"),
        (0.000_000_12, "0.000012%"),
        (0.0058, "0.58%"),
        (0.01, "1%"),
        (0.0123, "1.2%"),
        (0.0995, "10%"),
        (0.5, "50%"),
        (0.996, "100%"),
        (1, "100%"),
    ],
)
def test_percent(ratio, text):
    assert percent(ratio) == text
