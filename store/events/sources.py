"""The sources of events: one table of what is known of each."""

from __future__ import annotations

from typing import NamedTuple

TRANSCRIPT = "transcript"
SYNTHETIC = "synthetic"
MANUAL = "manual"

SAAS = "saas"
"""The SaaS data set, which can be deleted like a source but has no events."""

TELEMETRY_RANK = 2
"""Rank of what a client reported itself, as it happened."""


class Source(NamedTuple):
    """What is known of a source."""

    label: str
    """Its name on pages."""
    rank: int = TELEMETRY_RANK
    """Of several reports of one call, one of the highest rank counts."""
    can_repeat: bool = False
    """Whether its events can repeat other events under another id."""


SOURCES = {
    "cloudwatch": Source("CloudWatch export"),
    SYNTHETIC: Source("Demo data"),
    "otlp": Source("Live telemetry"),
    "collector": Source("Collector files"),
    TRANSCRIPT: Source("Transcripts", rank=1, can_repeat=True),
    "legacy": Source("Earlier system", rank=0),
    MANUAL: Source("Manual entry"),
}
"""Every source of events, by the name that events have it under."""

DELETABLE = (*SOURCES, SAAS)
"""Everything that `store.delete` deletes as a whole."""

_LABELS = {**{name: source.label for name, source in SOURCES.items()}, SAAS: "SaaS data set"}


def source_label(name: str) -> str:
    """Return the name of a source on pages; the stored name if the source is unknown."""
    return _LABELS.get(name, name)


def source_rank(name: str) -> int:
    """Return the rank of a source; an unknown one ranks as telemetry."""
    return SOURCES[name].rank if name in SOURCES else TELEMETRY_RANK


def can_repeat(name: str) -> bool:
    """Return whether events of a source can repeat other events under another id."""
    return name in SOURCES and SOURCES[name].can_repeat
