from __future__ import annotations

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from ui.components.format import percent
from ui.components.sparkline import HEIGHT, WIDTH, sparkline


def drawn(html: str) -> list[tuple[float, float]]:
    """Return the points of the line in an image."""
    address = re.search(r'src="data:image/svg\+xml,([^"]*)"', html)[1]
    svg = ElementTree.fromstring(unquote(address))
    line = next(element for element in svg if element.tag.endswith("polyline"))
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


def test_points_are_spread_over_the_width():
    assert [x for x, _ in drawn(sparkline([3, 1, 2], str))] == [0, WIDTH / 2, WIDTH]


def test_points_are_as_high_as_the_numbers():
    (_, low), (_, high), (_, middle) = drawn(sparkline([0, 4, 2], str))
    assert low == HEIGHT - 1
    assert high == 1
    assert middle == pytest.approx((low + high) / 2)


def test_negative_numbers_are_below_zero():
    (_, loss), (_, nothing), (_, gain) = drawn(sparkline([-1, 0, 1], str))
    assert loss > nothing > gain
    assert {loss, gain} == {HEIGHT - 1, 1}


@pytest.mark.parametrize("nothing", [[0, 0], [0.0, 0.0, 0.0]])
def test_zeros_are_a_line_at_the_bottom(nothing):
    assert {y for _, y in drawn(sparkline(nothing, str))} == {HEIGHT - 1}


def test_text_alternative_has_minimum_and_maximum():
    html = sparkline([0.5, 0.25], percent)
    assert 'alt="Per day: 25% to 50%"' in html


def test_text_alternative_is_escaped():
    html = sparkline([1, 2], lambda value: f'"<{value}>"')
    assert "&quot;&lt;1&gt;&quot;" in html
    assert "<1>" not in html
