"""Names of countries as people say them."""

from __future__ import annotations

from functools import cache

from charts.shared.palette import UNNAMED
from charts.shared.theme import words

_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
"""Codes of two letters that have a name but are no country's."""


def country_label(country: str) -> str:
    """Name a country: ``DE`` is Germany. What is no code of a country stays as it is."""
    return words(country) if country in UNNAMED else _names().get(country, country)


@cache
def _names() -> dict[str, str]:
    # Only one page needs it, and reads it in 100 ms
    from babel import Locale

    return {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
