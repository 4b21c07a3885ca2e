"""One call counted once: which events tell of something another event already tells.

A request may reach the store by OpenTelemetry and by a transcript, and a
resumed or forked transcript repeats what an older one holds. All are kept; of
those with the same `usage_key` one is primary and counts, the others are twins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

TWIN_PRONE = "transcript"
"""The only source whose events can repeat another's under another id."""

_SOURCE_RANK = {TWIN_PRONE: 1, "legacy": 0}
_TELEMETRY_RANK = 2

EventKey = tuple[str, str]
"""Bucket id and event id: one id may lie in two buckets when sessions were forked."""


def can_hold_twins(buckets: Iterable[dict[str, Any]]) -> bool:
    """Tell whether any bucket holds events that may repeat others."""
    return any(
        bucket.get("source") == TWIN_PRONE or "source" in bucket["mixed"] for bucket in buckets
    )


def find_twins(buckets: Iterable[dict[str, Any]]) -> set[EventKey]:
    """Return the events that do not count because a better one does.

    Parameters
    ----------
    buckets : iterable of dict
        All buckets in which the reports of one call may lie.

    Returns
    -------
    set of (bucket id, event id)
        Telemetry outranks transcripts; among transcripts the more complete
        record wins, then the one with the smaller key.
    """
    reports: dict[tuple[str, str], list[tuple[Any, EventKey]]] = defaultdict(list)
    for bucket in buckets:
        for event in bucket["events"]:
            if usage_key := event.get("usage_key"):
                source = str(event.get("source") or bucket["source"])
                rank = (_SOURCE_RANK.get(source, _TELEMETRY_RANK), event.get("dedupe_rank", []))
                key = (bucket["_id"], event["id"])
                reports[event["event_type"], usage_key].append((rank, key))
    twins: set[EventKey] = set()
    for candidates in reports.values():
        if len(candidates) > 1:
            best = max(rank for rank, _ in candidates)
            primary = min(key for rank, key in candidates if rank == best)
            twins.update(key for _, key in candidates if key != primary)
    return twins
