"""The Overview's aggregations in DuckDB, on a Parquet file of the same events."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

Event = dict[str, Any]

_TEXTS = ("event_type", "session_id", "user_id", "role", "command_source")
_NUMBERS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
_SCHEMA = pa.schema(
    [
        ("timestamp", pa.timestamp("ms", tz="UTC")),
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.int64()) for name in _NUMBERS),
        ("cost_usd", pa.float64()),
        ("is_success", pa.bool_()),
    ]
)
_BATCH = 50_000


def write_parquet(path: Path, events: Iterable[Event], people: dict[str, Event]) -> int:
    """Write events with the person's role beside them; return how many there were."""
    count = 0
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        rows: list[Event] = []
        for event in events:
            rows.append({**event, "role": people.get(event.get("user_id", ""), {}).get("role")})
            count += 1
            if len(rows) == _BATCH:
                writer.write_table(pa.Table.from_pylist(rows, _SCHEMA))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, _SCHEMA))
    return count


_PROMPTED = "event_type = 'user_prompt' and coalesce(command_source, '') <> 'builtin'"
_PER_DAY = "select timestamp::date as day, {} from events where {} group by day order by day"
_TOTAL = " + ".join(f"coalesce({name}, 0)" for name in _NUMBERS)

HEADLINE = f"""
    select count(*), count(*) filter ({_PROMPTED}), count(distinct session_id),
        count(distinct user_id) filter ({_PROMPTED}), sum({_TOTAL}), sum(cost_usd),
        {", ".join(f"sum({name})" for name in _NUMBERS)},
        count(*) filter (event_type = 'api_request'), count(*) filter (event_type = 'api_error'),
        count(*) filter (event_type = 'tool_result'), count(*) filter (is_success is false)
    from events where timestamp >= '{{}}' and timestamp < '{{}}'
"""
LENGTHS = """
    select avg(seconds) from (
        select date_diff('millisecond', min(timestamp), max(timestamp)) / 1000 as seconds
        from events where timestamp >= '{}' and timestamp < '{}' group by session_id)
"""
ACTIVE = f"""
    with active as (select distinct timestamp::date as day, user_id from events where {_PROMPTED}),
    days as (select distinct timestamp::date as day from events)
    select days.day, count(distinct user_id) filter (active.day = days.day),
        count(distinct user_id) filter (active.day > days.day - 7),
        count(distinct user_id)
    from days join active on active.day between days.day - 27 and days.day group by days.day
"""
STARTED = """
    select day, count(*) from (select min(timestamp)::date as day from events group by session_id)
    group by day order by day
"""
HOURS = """
    select hour(timestamp) as hour, count(*),
        count(distinct (session_id || timestamp::date::text)) from events group by hour
"""
ROLES = f"""
    select role, count(*), {", ".join(f"sum({name})" for name in _NUMBERS)}, sum(cost_usd)
    from events where event_type = 'api_request' group by role
"""
TYPES = "select event_type, count(*) as events from events group by event_type order by events desc"


def overview_queries(start: str, end: str, before: str) -> list[str]:
    """Return what the Overview page needs to know, as SQL."""
    tokens = ", ".join(f"sum({name})" for name in _NUMBERS)
    return [
        HEADLINE.format(start, end) , LENGTHS.format(start, end),
        HEADLINE.format(before, start), LENGTHS.format(before, start),
        ACTIVE, STARTED,
        _PER_DAY.format("count(*)", _PROMPTED),
        _PER_DAY.format("count(*)", "true"),
        _PER_DAY.format(tokens, "event_type = 'api_request'"),
        _PER_DAY.format("sum(cost_usd)", "event_type = 'api_request'"),
        HOURS, ROLES, TYPES,
    ]  # fmt: skip


def ask(path: Path, queries: Iterable[str]) -> None:
    """Run queries on a Parquet file, as a fresh notebook would."""
    with duckdb.connect() as connection:
        connection.execute(f"create view events as select * from read_parquet('{path}')")
        for query in queries:
            connection.execute(query).fetchall()
