"""Roll up the facts of one day: add them up by role, department, source and other dimensions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from store.events.bucket_key import is_sessionless
from store.rollups.definitions import (
    HOURS,
    MEASURES,
    PARTS,
    ROLLUPS,
    SCOPE,
    SENDER,
    SESSION_HOURS,
    USAGE,
)
from store.rollups.documents import Fact, FactRow
from store.rollups.facts import lists_of
from store.rollups.grouping import OTHERS, Grouping, Table, add_up, group_tables, other_rows
from store.rollups.per_user import pack_columns

VALUES = "daily_values"
"""Rollup with the values of dimensions, to select from."""

HOURS_ACTIVE = "daily_hours"
"""Rollup with the sessions that were active in each hour."""

Key = tuple[Any, ...]
Numbers = list[Any]
Lists = Mapping[str, Sequence[Sequence[Any]]]

# Users are never grouped, and sources are few
_NEVER_GROUPED = frozenset({"user_id", "source"})
_KEYS = {name: (*SCOPE, *rollup.dimensions) for name, rollup in ROLLUPS.items()}
_COUNTS = (
    "events", "prompts", "api_requests", "api_errors", "calls", "accepted", "rejected", "edits",
    "errors",
)  # fmt: skip
_MONEY = frozenset({"cost_usd", "computed_cost_usd"})
_EXACT = 2**53  # beyond it a double is not exact as a whole number
_PROMPTS = USAGE.index("prompts")
_FROM_MODELS = [
    (USAGE.index(name), place)
    for place, name in enumerate(PARTS["models"].measures, len(PARTS["models"].dimensions))
]
_FROM_TOOLS = [
    (USAGE.index(total), 1 + PARTS["tools"].measures.index(name))
    for total, name in (
        ("tool_calls", "calls"), ("tool_failures", "failures"),
        ("accepted", "accepted"), ("rejected", "rejected"),
    )
]  # fmt: skip
_FIRST_HOUR = USAGE.index(HOURS[0])


def usage_of(row: FactRow, lists: Lists) -> Numbers:
    """Return the measures of a whole row of a fact, in the order of `USAGE`."""
    usage: Numbers = [0] * len(USAGE)
    for _, count in lists.get("types", ()):
        usage[0] += count
    usage[_PROMPTS] = row["prompts"]
    for name, places in (("models", _FROM_MODELS), ("tools", _FROM_TOOLS)):
        for entry in lists.get(name, ()):
            for total, place in places:
                if number := entry[place]:
                    usage[total] += number
    for hour, count in lists.get("hours", ()):
        usage[_FIRST_HOUR + hour] += count
    return usage


class _Whole(NamedTuple):
    """A rollup of whole rows: its dimensions, and the places of its measures in `USAGE`."""

    name: str
    dimensions: tuple[str, ...]
    places: tuple[int, ...]


class _Listed(NamedTuple):
    """A rollup of a part: the part, and where the measures of an entry start and end."""

    name: str
    part: str
    start: int
    end: int


_WHOLE = [
    _Whole(name, rollup.dimensions, tuple(map(USAGE.index, rollup.measures)))
    for name, rollup in ROLLUPS.items()
    if not rollup.part
]
_LISTED = [
    _Listed(
        name,
        rollup.part,
        len(rollup.dimensions),
        len(rollup.dimensions) + len(rollup.measures),
    )
    for name, rollup in ROLLUPS.items()
    if rollup.part
]


def rows_with_events(fact: Fact) -> list[FactRow]:
    """Return the rows of a fact that have more than metrics; the first one has its scope."""
    return [row for row in fact["rows"] if row["events"]]


class DailyAggregator:
    """Adds up the facts of one day into the rows of its rollups."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {name: {} for name in ROLLUPS}
        self._histograms: dict[str, Table] = {name: {} for name in ROLLUPS}
        self._values: dict[str, set[str]] = {
            name: set() for name in (*SENDER[1:], "model", "tool_name", "event_type")
        }
        self._hours: defaultdict[Key, Counter[int]] = defaultdict(Counter)
        self._others: Counter[str] = Counter()
        self._active: list[tuple[str, str, tuple[str, ...], list[int]]] = []

    def add(self, fact: Fact) -> None:
        """Add one fact."""
        self.add_sums(fact)
        self.add_hours(fact)

    def add_sums(self, fact: Fact) -> None:
        """Add one fact, the hours in which its session was active apart."""
        for row in fact["rows"]:
            self._add_row(row, lists_of(row))

    def add_hours(self, fact: Fact) -> None:
        """Add the hours in which the session of a fact was active, and nothing else."""
        rows = rows_with_events(fact)
        if rows and not is_sessionless(fact["session_id"]):
            sources = tuple(sorted({row["source"] for row in rows}))
            hours = sorted({hour for row in rows for hour, _ in lists_of(row)["hours"]})
            self._active.append((rows[0]["role"], rows[0]["department"], sources, hours))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not any(self._tables.values())

    def rows(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Return the finished rows of each rollup, in a fixed order; add nothing afterwards."""
        grouping = group_tables(_KEYS, self._tables, self._histograms, _weight, _NEVER_GROUPED)
        rows: dict[str, Any] = {name: self._finished(name) for name in ROLLUPS}
        rows["daily_users"] = pack_columns("daily_users", rows["daily_users"])
        rows[HOURS_ACTIVE] = self._hour_rows(grouping)
        rows[VALUES] = [
            {"dimension": name, "values": grouping.kept(name, values)}
            for name, values in sorted(self._values.items())
            if values
        ]
        rows[OTHERS] = other_rows(grouping, self._others)
        return rows

    def _add_row(self, row: FactRow, lists: Lists) -> None:
        scope = row["role"], row["department"], row["source"]
        usage = usage_of(row, lists)
        if any(usage):
            for whole in _WHOLE:
                key = (*scope, *(row[name] for name in whole.dimensions))  # type: ignore[literal-required]
                add_up(self._tables[whole.name], key, [usage[place] for place in whole.places])
        for listed in _LISTED:
            if entries := lists.get(listed.part):
                self._add_entries(listed, scope, entries)
        for name in SENDER[1:]:  # there may be many users
            self._values[name].add(row[name])  # type: ignore[literal-required]
        self._values["model"].update(row["models"])
        self._values["tool_name"].update(row["tools"])
        self._values["event_type"].update(entry[0] for entry in lists.get("types", ()))
        self._others.update(row.get("others", {}))

    def _add_entries(
        self, listed: _Listed, scope: tuple[str, str, str], entries: Sequence[Sequence[Any]]
    ) -> None:
        table, histograms = self._tables[listed.name], self._histograms[listed.name]
        for entry in entries:
            key = (*scope, *entry[: listed.start])
            add_up(table, key, entry[listed.start : listed.end])
            if len(entry) > listed.end and (bins := entry[listed.end]):
                histogram = histograms.get(key)
                if histogram is None:
                    histogram = histograms[key] = Counter()
                for number, count in zip(bins[::2], bins[1::2], strict=True):
                    histogram[number] += count

    def _finished(self, name: str) -> list[dict[str, Any]]:
        measures = ROLLUPS[name].measures
        rows = []
        for key, numbers in sorted(self._tables[name].items(), key=_by_text):
            row = {
                field: value
                for field, value in zip(_KEYS[name], key, strict=True)
                if value is not None
            }
            row |= {
                measure: _neat(measure, value)
                for measure, value in zip(measures, numbers, strict=True)
                if value
            }
            if ROLLUPS[name].part and PARTS[ROLLUPS[name].part].histogram:
                row |= _histogram(self._histograms[name].get(key, {}))
            rows.append(row)
        return rows

    def _hour_rows(self, grouping: Grouping) -> list[dict[str, Any]]:
        table: defaultdict[Key, Counter[int]] = defaultdict(Counter)
        for role, department, sources, hours in self._active:
            key = grouping.value("role", role), grouping.value("department", department), sources
            table[key].update(hours)
        return [
            {
                "role": role,
                "department": department,
                "sources": list(sources),
                **{SESSION_HOURS[hour]: count for hour, count in sorted(hours.items())},
            }
            for (role, department, sources), hours in sorted(table.items())
        ]


def _histogram(histogram: Mapping[int, int]) -> dict[str, str]:
    """Return the field of a histogram, of which there are many and long ones: as JSON."""
    bins = sorted(histogram.items())
    text = orjson.dumps([number for pair in bins for number in pair]).decode()
    return {"histogram": text} if bins else {}


def _neat(measure: str, value: float) -> int | float:
    """Return a sum as it is stored: sums of floats drift in the last digits."""
    if measure in _MONEY:
        return round(value, 9)
    if MEASURES[measure].dtype == "int64":
        return value
    rounded = round(value, 9)
    return int(rounded) if rounded == int(rounded) and abs(rounded) <= _EXACT else rounded


def _weight(table: str, numbers: Numbers) -> int:
    """Return how often something occurred, as a row of a table counts it."""
    counted = zip(ROLLUPS[table].measures, numbers, strict=True)
    weight = sum(number for name, number in counted if name in _COUNTS)
    return weight if table != "daily_metrics" else 1


def _by_text(item: tuple[Key, Any]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in item[0])
