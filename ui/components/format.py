"""Formats of numbers, money, times, durations and changes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from charts.shared.numbers import (
    SPACE,
    is_below_a_cent,
    milliseconds,
    money,
    percent,
    price,
    short,
    to_the_cent,
)

__all__ = [
    "ABOUT",
    "NOTHING",
    "SPACE",
    "change",
    "day",
    "days",
    "exact",
    "is_below_a_cent",
    "literal",
    "milliseconds",
    "moment",
    "money",
    "percent",
    "plural",
    "points",
    "price",
    "seconds",
    "short",
    "to_the_cent",
]

NOTHING = "\N{EM DASH}"

_LATE_MARKUP = r"(\\@|\\:(?=//|material/|streamlit)|\\[-<>~](?=\\[->]|=)|(?<=www)\\\.)"

ABOUT = "\N{ALMOST EQUAL TO} "
"""Prefix of an approximate number."""


def exact(number: float) -> str:
    """Format a count in full: 1,234,567."""
    return f"{number:,.0f}"


def seconds(amount: float) -> str:
    """Format a duration with two significant digits: 0.4 s, 45 s, 29 min, 2.1 h."""
    return milliseconds(amount * 1000) if amount >= 1 else f"{amount:.1f}{SPACE}s"


def day(value: date) -> str:
    """Format a day: 5 Mar 2026."""
    return f"{value.day}{SPACE}{value:%b}{SPACE}{value.year}"


def days(start: date, end: date) -> str:
    """Format a half-open range of days with both ends; the year once if it is the same."""
    last = end - timedelta(days=1)
    if last <= start:
        return day(start)
    first = f"{start.day}{SPACE}{start:%b}" if start.year == last.year else day(start)
    return f"{first} \N{EN DASH} {day(last)}"


def moment(value: datetime, today: date) -> str:
    """Format an instant in its own zone: today 14:32, or 5 Mar 2026, 14:32."""
    clock = f"{value:%H:%M}"
    return f"today {clock}" if value.date() == today else f"{day(value.date())}, {clock}"


def change(now: float, before: float) -> str | None:
    """Format the growth from ``before`` to ``now``; None where it is undefined."""
    if before == 0:
        return None
    grown = now / before - 1
    if grown >= 9.995:
        return f"\N{MULTIPLICATION SIGN}{SPACE}{now / before:,.0f}"
    return f"{grown * 100:+.{1 if abs(grown) < 0.0995 else 0}f}%"


def points(now: float, before: float) -> str:
    """Format the difference of two ratios in percentage points."""
    return f"{(now - before) * 100:+.1f}{SPACE}pp"


def plural(number: float, noun: str, plural_noun: str = "") -> str:
    """Format a number with its noun: 1 request, 2,000 requests."""
    return f"{exact(number)}{SPACE}{noun if number == 1 else plural_noun or noun + 's'}"


def literal(text: str) -> str:
    r"""Escape text from outside, so that it is shown literally, never as a link or an image."""
    # A line of its own could be a heading, and spaces at an end prevent bold text
    line = re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip(" ")
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&])", r"\\\1", line)
    # Streamlit makes links, icons and arrows after it resolved all escapes, unless a directive of
    # its own, here one without effect, separates their characters
    return re.sub(_LATE_MARKUP, r":color[\1]", escaped, flags=re.IGNORECASE)
