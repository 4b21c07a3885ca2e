"""Labels of models."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from charts.shared.labels import humanize

_CLAUDE = re.compile(
    r"(?:^|[./])claude-(?P<family>[a-z]+)-(?P<version>\d{1,2}(?:[-.]\d{1,2})?)(?=$|[-@:\[])"
)
_OLDER = re.compile(
    r"(?:^|[./])claude-(?P<version>\d{1,2}(?:[-.]\d{1,2})?)-(?P<family>[a-z]+)(?=$|[-@:\[])"
)
_NAMED = re.compile(r"(?:^|[./])claude-(?P<family>[a-z]+)-(?P<version>preview|latest)$")


def model_label(model: str) -> str:
    """Return the label of a model: ``claude-opus-4-5-20251101`` is Opus 4.5.

    Ids of other models stay as they are.
    """
    match = _CLAUDE.search(model) or _OLDER.search(model) or _NAMED.search(model)
    if not match:
        return humanize(model) if model in ("unknown", "other") else model
    return f"{match['family'].capitalize()} {match['version'].replace('-', '.')}"


def model_labels(models: Iterable[str]) -> dict[str, str]:
    """Return labels of several models; those that would share a label keep their ids."""
    labels = {model: model_label(model) for model in models}
    shared = Counter(labels.values())
    return {model: label if shared[label] == 1 else model for model, label in labels.items()}
