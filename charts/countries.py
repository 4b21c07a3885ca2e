"""Names of countries as people say them."""

from __future__ import annotations

from functools import cache

from charts.theme import words

_CODE_LENGTH = 2


def country_label(country: str) -> str:
    """Name a country: ``DE`` is Germany. What is no code of a country stays as it is."""
    return _names().get(country) or (country if len(country) == _CODE_LENGTH else words(country))


@cache
def _names() -> dict[str, str]:
    # Only one page needs it, and reads it in 100 ms
    from babel import Locale

    return dict(Locale("en").territories)
