"""Numbers as people write them, the same in charts, cards and sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from altair.theme import NumberLocaleKwds

SPACE = "\N{NO-BREAK SPACE}"

PERCENT = ".2~p"
"""What `percent` writes, as a format of Vega under `NUMBER_LOCALE`."""

NUMBER_LOCALE: NumberLocaleKwds = {
    "decimal": ".",
    "thousands": ",",
    "grouping": [3],
    "currency": ["$", ""],
    "percent": f"{SPACE}%",
}
"""How Vega writes numbers; its own percent sign touches the digits."""

_DURATIONS = ((3.6e6, "h"), (6e4, "min"), (1e3, "s"))
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def short(number: float) -> str:
    """Write a count: in full below ten thousand, above with a unit: 45.3 k, 1.2 M."""
    if abs(number) < 9_999.5:
        return f"{number:,.0f}"
    # 999,950 is 1.0 M, not 1000 k
    size, unit = next((size, unit) for size, unit in _UNITS if abs(number) >= size * 0.9995)
    scaled = number / size
    return f"{scaled:.{0 if abs(scaled) >= 99.95 else 1}f}{SPACE}{unit}"


def money(usd: float) -> str:
    """Write US dollars: cents below a hundred, whole dollars above, short from a million."""
    if abs(usd) >= 999_500:
        return f"${short(usd)}"
    return to_the_cent(usd) if abs(usd) < 99.995 else f"${usd:,.0f}"


def to_the_cent(usd: float) -> str:
    """Write US dollars with their cents; what is less than one with hundredths of it."""
    if not is_below_a_cent(usd):
        return f"${usd:,.2f}"
    if abs(usd) >= 0.00005:
        return f"${usd:.4f}"
    return "< $0.0001" if usd > 0 else "> $-0.0001"


def is_below_a_cent(usd: float) -> bool:
    """Tell whether an amount would be lost, or would look like a cent, if written in cents."""
    return 0 < abs(usd) < 0.00995


def price(usd: float) -> str:
    """Write a price with its cents, and with as much of a cent as it has: $12.50, $0.075."""
    whole, _, part = f"{usd:,.6f}".rstrip("0").partition(".")
    return f"${whole}.{part:0<2}"


def percent(ratio: float) -> str:
    """Write a ratio of 0 to 1 as a percentage with the two digits that matter."""
    points = ratio * 100
    digits = f"{points:.0f}" if abs(points) >= 9.95 else f"{Decimal(f'{points:.2g}'):f}"
    return f"{digits}{SPACE}%"


def milliseconds(amount: float) -> str:
    """Write a duration as short as it can be compared: 36 ms, 5.7 s, 2.3 min, 1.2 h."""
    if amount < 999.5:
        return f"{amount:.0f}{SPACE}ms"
    # 59.97 s is 1.0 min, not 60.0 s
    size, unit = next((size, unit) for size, unit in _DURATIONS if amount >= size * 0.999)
    scaled = amount / size
    return f"{scaled:.{0 if scaled >= 99.95 else 1}f}{SPACE}{unit}"
