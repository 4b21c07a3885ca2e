"""Labels of countries."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from charts.shared.labels import humanize
from charts.shared.palette import UNNAMED


def country_label(country: str) -> str:
    """Return the name of a country: ``DE`` is Germany. Other texts stay as they are."""
    return humanize(country) if country in UNNAMED else _names().get(country, country)


@cache
def _names() -> dict[str, str]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)
