"""Sparkline of a headline number, as an image without axes."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from urllib.parse import quote

WIDTH, HEIGHT = 240, 40

COLOR = "#5B78E5"
"""Visible on light and dark pages: an image does not know the theme."""

_STYLE = f"display: block; width: 100%; height: {HEIGHT}px"


def sparkline(trend: Sequence[float], format_value: Callable[[float], str]) -> str:
    """Return the HTML of an area chart over days, as wide as its container.

    Streamlit's own sparkline is a complete Vega chart: six of them keep a browser busy for 80 ms
    at each filter change.

    Parameters
    ----------
    trend : sequence of float
        The number of each day; two at least.
    format_value : callable
        Formats the number.
    """
    low, high = min(*trend, 0), max(*trend, 0)
    step = WIDTH / (len(trend) - 1)

    def height(value: float) -> float:
        # One pixel of margin keeps the line of the highest day whole
        return HEIGHT - 1 - (HEIGHT - 2) * (value - low) / ((high - low) or 1)

    line = " ".join(f"{day * step:.1f},{height(value):.1f}" for day, value in enumerate(trend))
    foot = f"{height(0):.1f}"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' preserveAspectRatio="none">'
        f'<polygon points="0,{foot} {line} {WIDTH},{foot}" fill="{COLOR}" opacity=".16"/>'
        f'<polyline points="{line}" fill="none" stroke="{COLOR}" stroke-width="1.5"'
        ' stroke-linejoin="round" vector-effect="non-scaling-stroke"/></svg>'
    )
    words = html.escape(f"Per day: {format_value(min(trend))} to {format_value(max(trend))}")
    address = f"data:image/svg+xml,{quote(picture, safe='')}"
    return f'<img src="{address}" alt="{words}" title="{words}" style="{_STYLE}">'
