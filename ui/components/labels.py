"""Display names of the values of a dimension, in tables and lists."""

from __future__ import annotations

from collections.abc import Callable

from charts.shared.countries import country_label
from charts.shared.labels import humanize
from charts.shared.model_names import model_label
from charts.shared.palette import UNNAMED


def verbatim(name: str) -> str:
    """Leave a name as it is; only the placeholder for a missing name is humanized."""
    return humanize(name) if name in UNNAMED else name


HUMANIZE: dict[str, Callable[[str], str]] = {
    "model": model_label,
    "role": humanize,
    "department": humanize,
    "project": verbatim,
    "country": country_label,
}
