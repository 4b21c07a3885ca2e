"""Facts and sums of events that are in no store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from store.events.bucket import bucket_id, pack
from store.events.bucket_key import BucketKey
from store.people.directory import Directory
from store.prices.table import Prices
from store.rollups.daily import DailyAggregator
from store.rollups.facts import FactReader
from store.rollups.sessions import fold_session
from store.time_zone import affected_days

UTC_ZONE = ZoneInfo("UTC")
NO_PEOPLE = Directory([])
PRICES = Prices.load(None)

Event = dict[str, Any]


def facts_of(
    events: Iterable[Event], duplicates: Iterable[tuple[str, str]] = ()
) -> list[dict[str, Any]]:
    """Return the facts of events of any sessions and days."""
    buckets: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        buckets[bucket_id(event)].append(event)
    keys = [BucketKey.parse(key) for key in buckets]
    days = affected_days([key.hour for key in keys], UTC_ZONE)
    reader = FactReader(UTC_ZONE, NO_PEOPLE, PRICES)
    return [
        fact
        for session in sorted({key.session for key in keys})
        for _, fact in sorted(
            reader.facts(
                session,
                [pack(str(key), buckets[str(key)]) for key in keys if key.session == session],
                [],
                set(duplicates),
                days,
            ).items()
        )
    ]


def rolled_up(events: Iterable[Event]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each rollup for events of one day."""
    day = DailyAggregator()
    for fact in facts_of(events):
        day.add(fact)
    return day.rows()


def session_of(
    *events: Event, duplicates: Iterable[tuple[str, str]] = (), session: str = "session-a"
) -> dict[str, Any] | None:
    """Return the document of the session of events."""
    return fold_session(session, facts_of(events, duplicates), UTC_ZONE, NO_PEOPLE)
