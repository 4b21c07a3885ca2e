"""Facts: what one session did on one local day, by who did it and with what.

Facts are made of the raw events and metric points of the session alone; rollups, sessions and users
are sums of facts. A row has its lists as JSON text: a store takes several times as long for the
same numbers as fields of documents, and all of them are read together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson

from store.events.bucket import event_sources, unpack, with_events
from store.events.bucket_key import BucketKey
from store.events.documents import Event, EventBucket, MetricBucket
from store.events.duplicates import EventKey
from store.events.metric_points import EDIT_DECISION
from store.histogram import bin_of
from store.people.directory import Directory
from store.people.roles import UNKNOWN
from store.prices.table import Prices
from store.rollups.definitions import PARTS, SENDER, TOKENS
from store.rollups.documents import Fact, FactRow
from store.rollups.grouping import OTHER, most_frequent
from store.rollups.metric_values import counted_points, is_measured
from store.time_zone import local_hour, local_hour_of_utc

FACTS = "session_days"
"""Collection of the facts."""

EDIT_TOOLS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})

MAX_PART_VALUES = 2_000
"""Entries of a list of a row, at most; the rarest are added up under `OTHER`."""

MAX_SENDERS = 200
"""Rows of a fact; beyond it, senders are no longer distinguished by what they worked with."""

_SENT = (
    "user_id", "email", "name", "department", "level", "location",
    "project", "repository", "terminal", "os",
)  # fmt: skip
_OUTCOMES = {"accept": "accepted", "reject": "rejected"}
_WHO = 4  # user, role, department and source stay exact in every row

Sender = tuple[str, ...]
Header = Mapping[str, Any]
Entries = defaultdict[tuple[Any, ...], defaultdict[str, Any]]


class FactReader:
    """Makes the facts of sessions.

    Parameters
    ----------
    zone : zoneinfo.ZoneInfo
        Reporting time zone.
    directory : Directory
        The directory of people.
    prices : Prices
        What models cost.
    """

    def __init__(self, zone: ZoneInfo, directory: Directory, prices: Prices) -> None:
        self.zone = zone
        self.directory = directory
        self.prices = prices

    def facts(
        self,
        session_id: str,
        buckets: Iterable[EventBucket],
        points: Sequence[MetricBucket],
        duplicates: Set[EventKey],
        days: Set[str],
    ) -> dict[str, Fact]:
        """Return the facts of a session, by local day.

        Parameters
        ----------
        session_id : str
            Session id, or what replaces it (`store.events.bucket_key`).
        buckets : iterable of dict
            All buckets of events on these days.
        points : sequence of dict
            All buckets of metric points of the session, whatever the day.
        duplicates : set of (bucket id, event id)
            Events that another event already counts.
        days : set of str
            Local days to make facts of.
        """
        measured = is_measured(points)
        builders: dict[str, _Builder] = {}

        def builder_of(day: str) -> _Builder | None:
            if day not in days:
                return None
            if day not in builders:
                builders[day] = _Builder(self, session_id, day, measured)
            return builders[day]

        for bucket in sorted(buckets, key=lambda bucket: str(bucket["_id"])):
            self._add_bucket(bucket, duplicates, builder_of)
        for header, day, value in counted_points(points, self.zone):
            if builder := builder_of(day):
                builder.add_metric(header, value)
        return {day: builder.fact() for day, builder in builders.items()}

    def _add_bucket(
        self,
        bucket: EventBucket,
        duplicates: Set[EventKey],
        builder_of: Callable[[str], _Builder | None],
    ) -> None:
        events = bucket["events"]
        if duplicates:
            events = [event for event in events if (bucket["_id"], event["id"]) not in duplicates]
        if not events:
            return
        local = local_hour_of_utc(BucketKey.parse(bucket["_id"]).hour, self.zone)
        groups: Iterable[tuple[Header, list[Event]]] = [(bucket, events)]
        if bucket["mixed"]:
            groups = ((event, [event]) for event in unpack(with_events(bucket, events)))
        elif local is None:
            groups = ((bucket, [event]) for event in events)
        for header, same in groups:
            day, hour = local or local_hour(same[0]["timestamp"], self.zone)
            if builder := builder_of(day):
                builder.add(header, same, hour)


class _Row:
    """What one sender did."""

    __slots__ = ("emails", "parts", "prompts")

    def __init__(self) -> None:
        self.prompts = 0
        self.emails: set[str] = set()
        self.parts: dict[str, Entries] = {name: defaultdict(_entry) for name in PARTS}


def _entry() -> defaultdict[str, Any]:
    return defaultdict(int)


class _Builder:
    """Adds up the events of one session on one local day, in their order."""

    def __init__(self, run: FactReader, session_id: str, day: str, measured: bool) -> None:
        self._run = run
        self._session_id = session_id
        self._day = day
        self._measured = measured
        self._rows: dict[Sender, _Row] = {}
        self._sent: dict[str, Any] = {}
        self._client_version: str | None = None
        self._sources: set[str] = set()
        self._unkept: defaultdict[str, set[str]] = defaultdict(set)
        self._started_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._first_prompt_at: datetime | None = None

    def add(self, header: Header, events: list[Event], hour: int) -> None:
        """Count events of one sender in one local hour."""
        row = self._row(header)
        for name in _SENT:
            if name in header and name not in self._sent:
                self._sent[name] = header[name]
        self._client_version = header.get("client_version", self._client_version)
        self._started_at = self._started_at or events[0]["timestamp"]
        self._ended_at = events[-1]["timestamp"]
        row.parts["hours"][(hour,)]["events"] += len(events)
        for event_type, count in Counter(event["event_type"] for event in events).items():
            row.parts["types"][(event_type,)]["events"] += count
        for event in events:
            if "sources" in event:
                self._sources.update(event_sources(event))
            else:
                self._sources.add(header["source"])
            if handler := _HANDLERS.get(event["event_type"]):
                handler(self, row, event)

    def add_metric(self, header: Header, value: float) -> None:
        """Add the change of a counter; edit decisions count as such."""
        row = self._row(header)
        dimensions = PARTS["metrics"].dimensions
        row.parts["metrics"][tuple(header.get(name) for name in dimensions)]["value"] += value
        outcome = _OUTCOMES.get(header.get("decision", ""))
        if header["metric"] == EDIT_DECISION and "session_id" in header and outcome:
            language = header.get("language", UNKNOWN)
            row.parts["languages"][(language,)][outcome] += round(value)

    def fact(self) -> Fact:
        """Return the document without its fence."""
        fields = {
            "_id": fact_id(self._day, self._session_id),
            "day": self._day,
            "session_id": self._session_id,
            "started_at": self._started_at,
            "ended_at": self._ended_at,
            "first_prompt_at": self._first_prompt_at,
            "sources": sorted(self._sources) or None,
            "sent": self._sent or None,
            "client_version": self._client_version,
            "rows": [self._stored(sender, row) for sender, row in self._rows.items()],
        }
        self._count_unkept(fields["rows"])
        return cast(Fact, {name: value for name, value in fields.items() if value is not None})

    def _count_unkept(self, rows: Any) -> None:
        """Count the values that no row has, in the last row."""
        for name, values in self._unkept.items():
            if count := len(values - {row[name] for row in rows}):
                others = rows[-1].setdefault("others", {})
                others[name] = others.get(name, 0) + count

    def _row(self, header: Header) -> _Row:
        person = self._run.directory.person(header, self._day)
        sender = (
            header.get("user_id", UNKNOWN),
            person.role,
            person.department,
            header["source"],
            project_of(header),
            *(header.get(name, UNKNOWN) for name in SENDER[_WHO + 1 :]),
        )
        if (row := self._rows.get(sender)) is None:
            if len(self._rows) >= MAX_SENDERS:
                for name, value in zip(SENDER[_WHO:], sender[_WHO:], strict=True):
                    self._unkept[name].add(value)
                sender = (*sender[:_WHO], *(OTHER for _ in sender[_WHO:]))
            row = self._rows.setdefault(sender, _Row())
        if email := header.get("email"):
            row.emails.add(email)
        return row

    def _stored(self, sender: Sender, row: _Row) -> FactRow:
        stored = _stored(sender, row)
        # Mostly there is one sender, whom the fact names
        if others := row.emails - {self._sent.get("email", "")}:
            stored["emails"] = sorted(others)
        return stored

    def _add_prompt(self, row: _Row, event: Event) -> None:
        if event.get("command_source") != "builtin":
            row.prompts += 1
            self._first_prompt_at = self._first_prompt_at or event["timestamp"]

    def _add_request(self, row: _Row, event: Event) -> None:
        model = row.parts["models"][(event.get("model", UNKNOWN),)]
        model["api_requests"] += 1
        total = 0
        for name in TOKENS:
            if count := event.get(name):
                total += count  # type: ignore[operator]
                model[name] += count
        model["total_tokens"] += total
        cost, basis = self._run.prices.cost(event)
        if cost is None:
            model["unpriced_requests"] += 1
            model["unpriced_tokens"] += total
        else:
            model["cost_usd"] += cost
            if basis != "reported":
                model["computed_requests"] += 1
                model["computed_cost_usd"] += cost
        if "duration_ms" in event:
            _histogram(model)[bin_of(event["duration_ms"])] += 1

    def _add_api_error(self, row: _Row, event: Event) -> None:
        row.parts["models"][(event.get("model", UNKNOWN),)]["api_errors"] += 1
        self._add_error(row, event)

    def _add_tool_result(self, row: _Row, event: Event) -> None:
        tool = row.parts["tools"][(event.get("tool_name", UNKNOWN),)]
        tool["calls"] += 1
        if event.get("is_success") is False:
            tool["failures"] += 1
            self._add_error(row, event)
        if event.get("tool_name") in EDIT_TOOLS:
            row.parts["languages"][(event.get("language", UNKNOWN),)]["edits"] += 1
        if "duration_ms" in event:
            _histogram(tool)[bin_of(event["duration_ms"])] += 1

    def _add_decision(self, row: _Row, event: Event) -> None:
        outcome = _OUTCOMES.get(event.get("decision", ""))
        if outcome is None:
            return
        row.parts["tools"][(event.get("tool_name", UNKNOWN),)][outcome] += 1
        row.parts["decisions"][(event.get("decision_source", UNKNOWN),)][outcome] += 1
        # Metrics report the same decisions, and only they have the language
        if event.get("tool_name") in EDIT_TOOLS and not self._measured:
            row.parts["languages"][(event.get("language", UNKNOWN),)][outcome] += 1

    def _add_error(self, row: _Row, event: Event) -> None:
        key = (event.get("error_type", UNKNOWN), event["event_type"])
        row.parts["errors"][key]["errors"] += 1


_HANDLERS: dict[str, Callable[[_Builder, _Row, Event], None]] = {
    "user_prompt": _Builder._add_prompt,
    "api_request": _Builder._add_request,
    "api_error": _Builder._add_api_error,
    "tool_result": _Builder._add_tool_result,
    "tool_decision": _Builder._add_decision,
}

_HISTOGRAM = ""


def _histogram(entry: defaultdict[str, Any]) -> Counter[int]:
    histogram = entry.get(_HISTOGRAM)
    if histogram is None:
        histogram = entry[_HISTOGRAM] = Counter()
    return cast("Counter[int]", histogram)


def fact_id(day: str, session_id: str) -> str:
    """Return the `_id` of the fact of a session on a local day."""
    # Ends as no id of a further part does, whatever the session id
    return f"{day}|{session_id}|"


def project_of(header: Header) -> str:
    """Return the project that an event belongs to, "unknown" if nothing names one."""
    return str(header.get("project") or header.get("repository") or UNKNOWN)


def whole_facts(documents: Iterable[Fact]) -> list[Fact]:
    """Return facts in a fixed order, each with the rows of all of its parts."""
    facts: dict[tuple[str, str], Fact] = {}
    for document in sorted(documents, key=lambda document: str(document["_id"])):
        if rows := document["rows"]:  # a fact without events is a fence alone
            key = document["day"], document["session_id"]
            earlier = facts[key]["rows"] if key in facts else ()
            facts[key] = with_rows(facts.get(key, document), [*earlier, *rows])
    return [*facts.values()]


def with_rows(fact: Fact, rows: Sequence[FactRow]) -> Fact:
    """Return a fact with other rows."""
    changed = fact.copy()
    changed["rows"] = rows
    return changed


def lists_of(row: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
    """Return the lists of a row of a fact, by the name of their part."""
    lists = row["lists"]
    return cast(
        "dict[str, list[list[Any]]]", orjson.loads(lists) if lists.__class__ is str else lists
    )


def with_lists(row: FactRow, lists: Mapping[str, list[list[Any]]]) -> FactRow:
    """Return a row with lists that are not JSON, for rows that are read several times."""
    changed: Any = row.copy()
    changed["lists"] = lists
    return cast(FactRow, changed)


def _stored(sender: Sender, row: _Row) -> FactRow:
    others: dict[str, int] = {}
    lists = {name: _listed(name, entries, others) for name, entries in row.parts.items() if entries}
    fields: dict[str, Any] = {
        **dict(zip(SENDER, sender, strict=True)),
        "prompts": row.prompts,
        "events": sum(entry[-1] for entry in lists.get("types", ())),
        "total_tokens": _sum_of("models", "total_tokens", lists),
        "cost_usd": _sum_of("models", "cost_usd", lists),
        "models": [entry[0] for entry in lists.get("models", ()) if entry[1]],
        "tools": [entry[0] for entry in lists.get("tools", ()) if entry[1]],
        "lists": orjson.dumps(lists).decode(),
    }
    return cast(FactRow, {**fields, **({"others": others} if others else {})})


def _listed(name: str, entries: Entries, others: dict[str, int]) -> list[list[Any]]:
    """Return the entries of a list in a fixed order, the rarest added up."""
    part = PARTS[name]
    if len(entries) > MAX_PART_VALUES:
        entries = _grouped(part.dimensions, entries, others)
    listed = []
    for key in sorted(entries, key=_order):
        entry = entries[key]
        values = [*key, *(entry.get(measure, 0) for measure in part.measures)]
        if part.histogram:
            bins = sorted(entry.get(_HISTOGRAM, {}).items())
            values.append([number for pair in bins for number in pair])
        listed.append(values)
    return listed


def _grouped(dimensions: tuple[str, ...], entries: Entries, others: dict[str, int]) -> Entries:
    """Add up entries with rare values until few are left, and count these values."""
    while len(entries) > MAX_PART_VALUES:
        places = range(len(dimensions))
        place = max(places, key=lambda place: len({key[place] for key in entries}))
        counts: Counter[Any] = Counter()
        for key, entry in entries.items():
            if key[place] not in (None, OTHER):
                counts[key[place]] += sum(
                    value for value in entry.values() if isinstance(value, int)
                )
        limit = MAX_PART_VALUES - 1 if len(counts) > MAX_PART_VALUES - 1 else len(counts) // 2
        names = most_frequent(counts, limit)
        rare = sum(name == OTHER for name in names.values())
        others[dimensions[place]] = others.get(dimensions[place], 0) + rare
        entries = _renamed(entries, place, names)
    return entries


def _renamed(entries: Entries, place: int, names: Mapping[Any, str]) -> Entries:
    renamed: Entries = defaultdict(_entry)
    for key in sorted(entries, key=_order):
        value = names.get(key[place], key[place])
        target = renamed[(*key[:place], value, *key[place + 1 :])]
        for field, number in entries[key].items():
            if isinstance(number, Counter):
                _histogram(target).update(number)
            else:
                target[field] += number
    return renamed


def _sum_of(name: str, measure: str, lists: Mapping[str, list[list[Any]]]) -> Any:
    part = PARTS[name]
    place = len(part.dimensions) + part.measures.index(measure)
    return sum(entry[place] for entry in lists.get(name, ()))


def _order(key: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in key)
