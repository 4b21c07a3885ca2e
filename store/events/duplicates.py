"""Deduplicate events that several sources report, or one source repeatedly.

A request may reach the store by OpenTelemetry and by a transcript, and a resumed
or forked transcript repeats events of an older one. All are stored; of those
with the same `usage_key` one is primary and counts, the others are duplicates.
So are the messages of its parent that a side conversation repeats as its own.

Only reports less than an hour apart are compared. So whether an event counts
depends on the events around it alone, and a late event affects no day but its
own and the adjacent ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from store.events.documents import Event, EventBucket
from store.events.sources import TELEMETRY_RANK, can_repeat, source_rank
from store.time_zone import DEDUP_WINDOW

EventKey = tuple[str, str]
"""Bucket id and event id: one id may lie in two buckets when sessions were forked."""

Link = tuple[Any, ...]
"""What two reports of the same thing have in common: a kind of evidence and its values."""

_PROMPT_SIDE = ("input_tokens", "cache_read_tokens", "cache_creation_tokens")


class _Report(NamedTuple):
    at: datetime
    rank: tuple[int, list[int]]
    key: EventKey
    message_id: str | None
    is_sidechain: bool


Rule = Callable[[list[_Report]], set[EventKey]]


def can_hold_duplicates(buckets: Iterable[EventBucket]) -> bool:
    """Return whether any bucket has events that may repeat others."""
    return any(
        can_repeat(bucket.get("source", "")) or "source" in bucket["mixed"] for bucket in buckets
    )


def find_duplicates(buckets: Iterable[EventBucket]) -> set[EventKey]:
    """Return the events that do not count because a better one does.

    Parameters
    ----------
    buckets : iterable of dict
        All buckets that may have reports of one call.

    Returns
    -------
    set of (bucket id, event id)
        Telemetry outranks transcripts; among transcripts the more complete
        record wins, then the one with the smaller key.
    """
    groups: dict[Link, list[_Report]] = defaultdict(list)
    for bucket in buckets:
        for event in bucket["events"]:
            for link in _links(bucket, event):
                groups[link].append(_report(bucket, event))
    duplicates = (
        _compared(_RULES[link[0]], candidates)
        for link, candidates in groups.items()
        if len(candidates) > 1
    )
    return set().union(*duplicates)


def _compared(rule: Rule, candidates: list[_Report]) -> set[EventKey]:
    """Return the duplicates among similar reports, comparing those near in time only."""
    moments = [report.at for report in candidates]
    if max(moments) - min(moments) < DEDUP_WINDOW:
        return rule(candidates)
    return {
        report.key
        for report in candidates
        if report.key
        in rule([near for near in candidates if abs(near.at - report.at) < DEDUP_WINDOW])
    }


def _links(bucket: EventBucket, event: Event) -> Iterator[Link]:
    """Yield what an event can have in common with another report of the same thing."""
    event_type = event["event_type"]
    if usage_key := event.get("usage_key"):
        yield "usage", event_type, usage_key
    if event_type == "api_request" and (message_id := event.get("message_id")):
        tokens = (event.get(name, 0) for name in _PROMPT_SIDE)
        yield "message", bucket["session_id"], message_id, *tokens
    if event_type == "user_prompt" and (prompt_id := event.get("prompt_id")):
        yield "prompt", bucket["session_id"], prompt_id


def _report(bucket: EventBucket, event: Event) -> _Report:
    source = str(event.get("source") or bucket["source"])
    return _Report(
        at=event["timestamp"],
        rank=(source_rank(source), event.get("dedupe_rank", [])),
        key=(bucket["_id"], event["id"]),
        message_id=event.get("message_id"),
        is_sidechain=bool(event.get("is_sidechain")),
    )


def _repeated(candidates: list[_Report]) -> set[EventKey]:
    """Return all but the best of what shares a usage key."""
    if max(report.rank for report in candidates)[0] == TELEMETRY_RANK:
        return _all_but_best(candidates)
    # Gateways give one request id to several calls: only the same message is the same call
    messages: dict[str | None, list[_Report]] = defaultdict(list)
    for report in candidates:
        messages[report.message_id].append(report)
    return {key for same in messages.values() for key in _all_but_best(same)}


def _replayed(candidates: list[_Report]) -> set[EventKey]:
    """Return what a side conversation repeats of its parent, with request ids of its own."""
    sidechains = {report.key for report in candidates if report.is_sidechain}
    return sidechains & _all_but_best(candidates)


def _reported_by_telemetry(candidates: list[_Report]) -> set[EventKey]:
    """Return the prompts of transcripts that telemetry reports too, without a common key."""
    best = max(report.rank for report in candidates)[0]
    return {report.key for report in candidates if report.rank[0] < best == TELEMETRY_RANK}


def _all_but_best(candidates: list[_Report]) -> set[EventKey]:
    best = max(report.rank for report in candidates)
    primary = min(report.key for report in candidates if report.rank == best)
    return {report.key for report in candidates if report.key != primary}


_RULES: dict[str, Rule] = {
    "usage": _repeated,
    "message": _replayed,
    "prompt": _reported_by_telemetry,
}
