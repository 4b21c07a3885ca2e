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

# Only what is good or bad gets a colour that says so.
_COLORS: dict[Direction, Literal["normal", "inverse", "blue"]] = {
    "more": "normal",
    "less": "inverse",
    "neither": "blue",
}


@dataclass(frozen=True)
class Card:
    """One headline number.

    Attributes
    ----------
    label : str
        What it is.
    field : str
        Where it stands in the totals.
    write : callable
        How people write it.
    trend : iterable of float
        The number per day; drawn as a sparkline.
    direction : str
        Whether more of it is good news.
    is_ratio : bool
        Compare in percentage points instead of percent.
    prefix : str
        Stands before a number that is not exact.
    detail : str
        Stands beside the change.
    help : str
        How it is counted.
    """

    label: str
    field: str
    write: Callable[[float], str] = short
    trend: Iterable[float] = ()
    direction: Direction = "neither"
    is_ratio: bool = False
    prefix: str = ""
    detail: str = ""
    help: str = ""

    def text(self, now: object) -> str:
        """Write the number; a dash where there is none."""
        value = getattr(now, self.field)
        return NOTHING if value is None else self.prefix + self.write(value)

    def delta(self, now: object, before: object) -> str | int | None:
        """Write the change; 0 for none, None where it cannot be said."""
        new, old = getattr(now, self.field), getattr(before, self.field, None)
        if new is None or old is None:
            return None
        text = points(new, old) if self.is_ratio else change(new, old)
        is_flat = text is not None and not any(digit in text for digit in "123456789")
        return 0 if is_flat else text


def headline(now: object, before: object, cards: Sequence[Card], comparison: str = "") -> None:
    """Draw headline numbers in a row that breaks where the page is filter_by.

    Parameters
    ----------
    now, before : object
        The period in scope, and the previous one if there is one to compare with: any object
        with the fields of the cards, such as `Totals`.
    cards : sequence of Card
        Most important first.
    comparison : str
        A sentence that says what the changes are against.
    """
    with st.grid(len(cards), min_column_width=125, gap="small"):
        for card in cards:
            _draw(card, now, before)
    if before is not None:
        st.caption(comparison)


def _draw(card: Card, now: object, before: object) -> None:
    # Courses stand at the feet of their cards, level with each other
    with st.container(border=True, height="stretch", vertical_alignment="distribute", gap="small"):
        st.metric(
            card.label,
            card.text(now),
            card.delta(now, before),
            delta_color=_COLORS[card.direction],
            help=card.help or None,
            delta_description=card.detail or None,
        )
        trend = [value for value in card.trend if isfinite(value)]
        if len(trend) > 1:
            st.html(sparkline(trend, card.write))
