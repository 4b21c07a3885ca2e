"""Formats of numbers, the same in charts, cards and sentences."""

from __future__ import annotations

from decimal import Decimal

SPACE = "\N{NO-BREAK SPACE}"

PERCENT = ".2~p"
"""`percent` as a format of Vega."""

_DURATIONS = ((3.6e6, "h"), (6e4, "min"), (1e3, "s"))
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


def short(number: float) -> str:
    """Format a count: in full below ten thousand, above with a unit: 45.3K, 1.2M."""
    if abs(number) < 9_999.5:
        return f"{number:,.0f}"
    # 999,950 is 1.0M, not 1000K
    size, unit = next((size, unit) for size, unit in _UNITS if abs(number) >= size * 0.9995)
    scaled = number / size
    return f"{scaled:.{0 if abs(scaled) >= 99.95 else 1}f}{unit}"


def money(usd: float) -> str:
    """Format US dollars: cents below a hundred, whole dollars above, short from a million."""
    if abs(usd) >= 999_500:
        return f"${short(usd)}"
    return to_the_cent(usd) if abs(usd) < 99.995 else f"${usd:,.0f}"


def to_the_cent(usd: float) -> str:
    """Format US dollars with cents; amounts below one cent with hundredths of it."""
    if not is_below_a_cent(usd):
        return f"${usd:,.2f}"
    if abs(usd) >= 0.00005:
        return f"${usd:.4f}"
    return "< $0.0001" if usd > 0 else "> $-0.0001"


def is_below_a_cent(usd: float) -> bool:
    """Return whether an amount would look like nothing, or like a cent, if rounded to cents."""
    return 0 < abs(usd) < 0.00995


def price(usd: float) -> str:
    """Format a price with cents, and with fractions of one if it has any: $12.50, $0.075."""
    whole, _, part = f"{usd:,.6f}".rstrip("0").partition(".")
    return f"${whole}.{part:0<2}"


def percent(ratio: float) -> str:
    """Format a ratio of 0 to 1 as a percentage with two significant digits."""
    points = ratio * 100
    digits = f"{points:.0f}" if abs(points) >= 9.95 else f"{Decimal(f'{points:.2g}'):f}"
    return f"{digits}%"


def milliseconds(amount: float) -> str:
    """Format a duration with two significant digits: 36 ms, 5.7 s, 29 min, 1.2 h."""
    if amount < 999.5:
        return f"{amount:.0f}{SPACE}ms"
    # 59.6 s is 1.0 min, not 60 s
    size, unit = next((size, unit) for size, unit in _DURATIONS if amount >= size * 59.5 / 60)
    scaled = amount / size
    return f"{scaled:.{0 if scaled >= 9.95 else 1}f}{SPACE}{unit}"
