"""Labels of countries."""

from __future__ import annotations

from functools import cache

from charts.shared.labels import humanize
from charts.shared.palette import UNNAMED

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
"""Codes of two letters that name no country."""


def country_label(country: str) -> str:
    """Return the name of a country: ``DE`` is Germany. Other texts stay as they are."""
    return humanize(country) if country in UNNAMED else _names().get(country, country)


@cache
def _names() -> dict[str, str]:
    # Only one page needs it, and reads it in 100 ms
    from babel import Locale

    return {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
