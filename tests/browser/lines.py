"""Measure in the browser which name, bar and amount of a chart are on one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Not by the order of elements: Vega moves existing ones to their new places
_LINES = """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(chart => {
  const level = element => {
    const {top, bottom} = element.getBoundingClientRect();
    return (top + bottom) / 2;
  };
  const axes = chart.querySelectorAll('.role-axis[aria-label^="Y-axis for a discrete scale"]');
  const labels = [...axes].map(axis => [...axis.querySelectorAll('.role-axis-label text')]
    .map(label => [level(label), label.textContent]));
  const marks = '[aria-roledescription=bar], [aria-roledescription=point]';
  const bars = [...chart.querySelectorAll(marks)].map(mark => [level(mark), mark.__data__.datum])
    .map(([y, {name, value_label}]) => [y, name, value_label]);
  return [chart.getAttribute('aria-label'), labels, bars];
})"""

LEVEL = 10
"""Largest distance in pixels on the same line; the next line is 30 away."""


@dataclass(frozen=True)
class Lines:
    """Positions of names, bars and amounts in a chart with a name per line, from the top.

    Attributes
    ----------
    axes : list of list
        The labels of the axis with the names, then those of the one with the amounts if there is
        one, each with its height on the page.
    bars : list
        Height, name and amount of each bar and point.
    """

    axes: list[list[tuple[float, str]]]
    bars: list[tuple[float, str, str]]

    @property
    def names(self) -> list[str]:
        """The names as shown, shortened where there is no room."""
        return [text for _, text in self.axes[0]]

    @property
    def amounts(self) -> list[str]:
        return [text for _, text in self.axes[-1]] if len(self.axes) > 1 else []

    def displaced(self) -> list[str]:
        """Return the labels that are not on the line of their bar."""
        displaced = []
        for height, *expected in self.bars:
            for axis, text in zip(self.axes, expected, strict=False):
                beside = [label for y, label in axis if abs(y - height) < LEVEL]
                if len(beside) != 1 or not is_short_for(beside[0], text):
                    displaced.append(f"{beside} beside the bar of {expected}")
        return displaced


def lines(page: Page) -> dict[str, Lines]:
    """Return the charts of a page that have a name per line, by their titles."""
    charts: Iterable[Any] = page.evaluate(_LINES)
    return {
        title: Lines([sorted(axis) for axis in axes], sorted(bars, key=lambda bar: bar[0]))
        for title, axes, bars in charts
        if axes
    }


def is_short_for(shown: str, name: str) -> bool:
    """Whether a label is a name, whole or shortened to the available room."""
    start, dots, rest = shown.partition("\N{HORIZONTAL ELLIPSIS}")
    return shown == name or bool(dots and not rest and name.startswith(start))
