"""The course of a headline number: a small picture without axes."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from urllib.parse import quote

WIDTH, HEIGHT = 240, 40

COLOR = "#5B78E5"
"""Seen on a light and on a dark page: a picture does not know the theme."""

_STYLE = f"display: block; width: 100%; height: {HEIGHT}px"


def sparkline(course: Sequence[float], write: Callable[[float], str]) -> str:
    """Return the HTML of an area over days, as wide as there is room.

    Streamlit's own is a whole chart: six of them keep a browser busy for 80 ms whenever a
    filter changes, this one for none.

    Parameters
    ----------
    course : sequence of float
        The number of each day; two at least.
    write : callable
        How people write the number.
    """
    low, high = min(*course, 0), max(*course, 0)
    step = WIDTH / (len(course) - 1)

    def height(value: float) -> float:
        # A pixel of room, or the highest day would lose half of its line
        return HEIGHT - 1 - (HEIGHT - 2) * (value - low) / ((high - low) or 1)

    line = " ".join(f"{day * step:.1f},{height(value):.1f}" for day, value in enumerate(course))
    foot = f"{height(0):.1f}"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' preserveAspectRatio="none">'
        f'<polygon points="0,{foot} {line} {WIDTH},{foot}" fill="{COLOR}" opacity=".16"/>'
        f'<polyline points="{line}" fill="none" stroke="{COLOR}" stroke-width="1.5"'
        ' stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>'
    )
    words = html.escape(f"Per day: {write(min(course))} to {write(max(course))}")
    address = f"data:image/svg+xml,{quote(picture, safe='')}"
    return f'<img src="{address}" alt="{words}" title="{words}" style="{_STYLE}">'
