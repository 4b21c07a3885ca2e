"""Headline numbers: the value, its change against the previous period, its trend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import streamlit as st

from ui.components.format import NOTHING, change, points, short
from ui.components.sparkline import sparkline

Direction = Literal["more", "less", "neither"]

NO_CHANGE = "no change"

# Only a change for better or worse has a colour
_COLORS: dict[Direction, Literal["normal", "inverse", "off"]] = {
    "more": "normal",
    "less": "inverse",
    "neither": "off",
}

# The narrowest card in which the longest label and value fit on one line
_MIN_WIDTH = 150


@dataclass(frozen=True)
class Card:
    """One headline number.

    Attributes
    ----------
    label : str
        Name of the metric.
    field : str
        Attribute of the totals that holds the number.
    format : callable
        Formats the number.
    trend : iterable of float
        The number per day; drawn as a sparkline.
    direction : str
        Whether more of it is good news.
    is_ratio : bool
        Compare in percentage points instead of percent.
    prefix : str
        Stands before a number that is approximate.
    detail : str
        Stands beside the change.
    help : str
        How it is counted.
    """

    label: str
    field: str
    format: Callable[[float], str] = short
    trend: Iterable[float] = ()
    direction: Direction = "neither"
    is_ratio: bool = False
    prefix: str = ""
    detail: str = ""
    help: str = ""

    def text(self, now: object) -> str:
        """Format the number; a dash if there is none."""
        value = getattr(now, self.field)
        return NOTHING if value is None else self.prefix + self.format(value)

    def delta(self, now: object, before: object) -> str | None:
        """Format the change; None where it is undefined."""
        new, old = getattr(now, self.field), getattr(before, self.field, None)
        if new is None or old is None:
            return None
        text = points(new, old) if self.is_ratio else change(new, old)
        is_flat = text is not None and not any(digit in text for digit in "123456789")
        return NO_CHANGE if is_flat else text


def headline(
    now: object,
    before: object,
    cards: Sequence[Card],
    comparison: str = "",
    note: str = "",
) -> None:
    """Draw headline numbers in a row that wraps on narrow pages.

    Parameters
    ----------
    now, before : object
        The period in scope, and the previous one if there is one to compare with: any object
        with the fields of the cards, such as `Totals`.
    cards : sequence of Card
        Most important first.
    comparison : str
        Names the period that the changes are against; shown if there is any change.
    note : str
        What the numbers leave out.
    """
    deltas = [card.delta(now, before) for card in cards]
    with st.grid(len(cards), min_column_width=_MIN_WIDTH, gap="small"):
        for card, delta in zip(cards, deltas, strict=True):
            _draw(card, card.text(now), delta)
    compared = comparison if any(deltas) else ""
    if lines := " ".join(filter(None, [compared, note])):
        st.caption(lines)


def _draw(card: Card, text: str, delta: str | None) -> None:
    # Sparklines align at the bottom of the row
    with st.container(border=True, height="stretch", vertical_alignment="distribute", gap="small"):
        st.metric(
            card.label,
            text,
            delta,
            delta_color="off" if delta == NO_CHANGE else _COLORS[card.direction],
            delta_arrow="off",
            help=card.help or None,
            delta_description=card.detail or None,
        )
        trend = [value for value in card.trend if isfinite(value)]
        if len(trend) > 1:
            st.html(sparkline(trend, card.format))
