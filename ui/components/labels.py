"""How the values of a dimension are called, wherever a table or a list shows them."""

from __future__ import annotations

from collections.abc import Callable

from charts.shared.countries import country_label
from charts.shared.labels import humanize
from charts.shared.model_names import model_label
from charts.shared.palette import UNNAMED


def verbatim(name: str) -> str:
    """Leave a name as its owners write it; only what has none is a word of ours."""
    return humanize(name) if name in UNNAMED else name


WORDING: dict[str, Callable[[str], str]] = {
    "model": model_label,
    "role": humanize,
    "department": humanize,
    "project": verbatim,
    "country": country_label,
}
