from __future__ import annotations

import pytest

from charts.shared.numbers import percent, short


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (9_999.5, "10.0 k"),
        (45_300, "45.3 k"),
        (999_499, "999 k"),
        (999_950, "1.0 M"),
        (1_234_567, "1.2 M"),
        (123_400_000, "123 M"),
        (2_500_000_000, "2.5 B"),
        (7_100_000_000_000, "7.1 T"),
        (-45_300, "-45.3 k"),
    ],
)
def test_a_count_is_written_short_with_a_unit(number, text):
    assert short(number).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0 %"),
        (0.000_000_12, "0.000012 %"),
        (0.0058, "0.58 %"),
        (0.01, "1 %"),
        (0.0123, "1.2 %"),
        (0.0995, "10 %"),
        (0.5, "50 %"),
        (0.996, "100 %"),
        (1, "100 %"),
    ],
)
def test_a_ratio_is_written_as_a_percentage_with_the_digits_that_matter(ratio, text):
    assert percent(ratio).replace("\xa0", " ") == text
