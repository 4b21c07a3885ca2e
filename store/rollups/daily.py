"""Roll up the events of one day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from store.events.bucket import unpack, with_events
from store.events.bucket_key import BucketKey, is_sessionless
from store.events.documents import Event, EventBucket
from store.events.duplicates import EventKey
from store.histogram import bin_of
from store.people.directory import Directory
from store.people.roles import UNKNOWN
from store.prices.table import Prices
from store.rollups.grouping import OTHERS, Grouping, group_tables, other_rows
from store.rollups.per_user import pack_columns
from store.rollups.totals import histogram_fields, total_of, total_rows
from store.time_zone import local_hour, local_hour_of_utc

TokenField = Literal["input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"]
TOKEN_FIELDS: tuple[TokenField, ...] = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_creation_tokens",
)
EDIT_TOOLS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})

Scope = tuple[str, str, str]
LocalHour = tuple[str, int]
Row = defaultdict[str, Any]

_SCOPE = ("role", "department", "source")
_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "daily_usage": (),
    "daily_events": ("event_type",),
    "daily_models": ("model",),
    "daily_latency": ("model",),
    "daily_tools": ("tool_name",),
    "daily_decisions": ("decision_source",),
    "daily_edits": ("language",),
    "daily_errors": ("error_type", "event_type"),
    "daily_projects": ("project",),
    "daily_users": ("user_id",),
}
_TOTALLED = {
    **{name: names for name, names in _DIMENSIONS.items() if name != "daily_users"},
    "daily_hours": (),
    "daily_active": (),
}
"""Rollups with totals, and the dimensions of those. Rows by user have none: a total is as large."""

_KEYS = {name: (*_SCOPE, *names) for name, names in _DIMENSIONS.items()}
_OCCURRENCES = (
    "events", "prompts", "api_requests", "api_errors", "calls", "accepted", "rejected", "edits",
    "errors",
)  # fmt: skip
# Users are never grouped, and sources are few
_NEVER_GROUPED = frozenset({"user_id", "source"})

_HOUR_FIELDS = [f"h{hour:02}" for hour in range(24)]
_MONEY_FIELDS = ("cost_usd", "computed_cost_usd")


class _Sent(NamedTuple):
    """The sender of some events, with the two rows in which each of them counts."""

    header: Mapping[str, Any]
    scope: Scope
    usage: Row
    user: Row


class DailyAggregator:
    """Adds up the events of one day into the rows of its rollups."""

    def __init__(
        self,
        day: str,
        zone: ZoneInfo,
        directory: Directory,
        prices: Prices,
        measured: Set[str] = frozenset(),
    ) -> None:
        self.day = day
        self._measured = measured
        self._zone = zone
        self._directory = directory
        self._prices = prices
        self._tables: dict[str, defaultdict[tuple[str, ...], Row]] = {
            name: defaultdict(_new_row) for name in _DIMENSIONS
        }
        self._histograms: dict[str, defaultdict[tuple[str, ...], Counter[int]]] = {
            name: defaultdict(Counter) for name in ("daily_latency", "daily_tools")
        }
        self._active: dict[str, _ActiveSession] = {}
        self._prompted: defaultdict[Scope, set[str]] = defaultdict(set)

    def add_bucket(self, bucket: EventBucket, duplicates: Set[EventKey]) -> None:
        """Count the events of a bucket that belong to the day and are not duplicates."""
        local = local_hour_of_utc(BucketKey.parse(bucket["_id"]).hour, self._zone)
        if local and local[0] != self.day:
            return
        events = bucket["events"]
        if duplicates:
            events = [event for event in events if (bucket["_id"], event["id"]) not in duplicates]
        if bucket["mixed"]:
            for event in unpack(with_events(bucket, events)):
                self._add_at(local, bucket["session_id"], event, [event])
        elif local and events:
            self._add_at(local, bucket["session_id"], bucket, events)
        else:
            for event in events:
                self._add_at(None, bucket["session_id"], bucket, [event])

    def add_edit_decisions(self, scope: Scope, language: str, outcome: str, count: int) -> None:
        """Count decisions on edits, "accepted" or "rejected".

        A session whose metrics report its decisions (`measured`) is counted by them alone: its
        events report the same decisions, but only metrics have the language.
        """
        self._tables["daily_edits"][(*scope, language)][outcome] += count

    def rows(self, metrics: Grouping | None = None) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Return the finished rows of each rollup, in a fixed order; add nothing afterwards.

        Parameters
        ----------
        metrics : Grouping, optional
            The values that the day's metrics have under `OTHER`, for the rows of `OTHERS`.
        """
        grouping = self._group()
        rows = {name: self._table_rows(name) for name in _DIMENSIONS}
        rows["daily_users"] = pack_columns("daily_users", rows["daily_users"])
        rows["daily_hours"] = _hour_rows(self._active.values())
        rows["daily_active"] = self._active_rows()
        for name, dimensions in _TOTALLED.items():
            rows[total_of(name)] = total_rows(rows[name], dimensions)
        return {**rows, OTHERS: other_rows(grouping, *([metrics] if metrics else []))}

    def _group(self) -> Grouping:
        """Add up the rare values of each dimension."""
        tables: dict[str, Any] = self._tables
        grouping = group_tables(_KEYS, tables, self._histograms, _OCCURRENCES, _NEVER_GROUPED)
        prompted = self._prompted
        self._prompted = defaultdict(set)
        for scope, users in prompted.items():
            self._prompted[grouping.key(_SCOPE, scope)] |= users
        for session in self._active.values():
            session.role = grouping.value("role", session.role)
            session.department = grouping.value("department", session.department)
        return grouping

    def _scope(self, sent: Mapping[str, Any]) -> Scope:
        person = self._directory.person(sent, self.day)
        return person.role, person.department, sent["source"]

    def _add_at(
        self, local: LocalHour | None, session: str, header: Mapping[str, Any], events: list[Event]
    ) -> None:
        """Count events of one sender in one local hour; without a hour given, one event."""
        day, hour = local or local_hour(events[0]["timestamp"], self._zone)
        if day != self.day:
            return
        scope = self._scope(header)
        self._add_activity(session, scope, hour)
        usage = self._tables["daily_usage"][scope]
        user = self._tables["daily_users"][(*scope, header.get("user_id", UNKNOWN))]
        usage["events"] += len(events)
        usage[_HOUR_FIELDS[hour]] += len(events)
        user["events"] += len(events)
        for event_type, count in Counter(event["event_type"] for event in events).items():
            self._tables["daily_events"][(*scope, event_type)]["events"] += count
        sent = _Sent(header, scope, usage, user)
        for event in events:
            if handler := _HANDLERS.get(event["event_type"]):
                handler(self, sent, event)

    def _add_activity(self, session: str, scope: Scope, hour: int) -> None:
        if is_sessionless(session):
            return
        if session not in self._active:
            self._active[session] = _ActiveSession(scope[0], scope[1])
        self._active[session].sources.add(scope[2])
        self._active[session].hours.add(hour)

    def _add_prompt(self, sent: _Sent, event: Event) -> None:
        if event.get("command_source") == "builtin":
            return
        project = self._tables["daily_projects"][(*sent.scope, project_of(sent.header))]
        for row in (sent.usage, sent.user, project):
            row["prompts"] += 1
        if user_id := sent.header.get("user_id"):
            self._prompted[sent.scope].add(user_id)

    def _add_request(self, sent: _Sent, event: Event) -> None:
        usage = sent.usage
        model_key = (*sent.scope, event.get("model", UNKNOWN))
        model = self._tables["daily_models"][model_key]
        project = self._tables["daily_projects"][(*sent.scope, project_of(sent.header))]
        total = 0
        for name in TOKEN_FIELDS:
            if name in event:
                count = event[name]
                total += count
                usage[name] += count
                model[name] += count
        cost, basis = self._prices.cost(event)
        for row in (usage, sent.user, model, project):
            row["api_requests"] += 1
            row["total_tokens"] += total
            if cost is None:
                row["unpriced_requests"] += 1
            else:
                row["cost_usd"] += cost
        if cost is None:
            usage["unpriced_tokens"] += total
        elif basis != "reported":
            usage["computed_requests"] += 1
            usage["computed_cost_usd"] += cost
            model["computed_cost_usd"] += cost
        if "duration_ms" in event:
            self._tables["daily_latency"][model_key]["api_requests"] += 1
            self._histograms["daily_latency"][model_key][bin_of(event["duration_ms"])] += 1

    def _add_api_error(self, sent: _Sent, event: Event) -> None:
        model = self._tables["daily_models"][(*sent.scope, event.get("model", UNKNOWN))]
        for row in (sent.usage, model):
            row["api_errors"] += 1
        self._add_error(sent, event)

    def _add_tool_result(self, sent: _Sent, event: Event) -> None:
        scope = sent.scope
        tool_key = (*scope, event.get("tool_name", UNKNOWN))
        tool = self._tables["daily_tools"][tool_key]
        sent.usage["tool_calls"] += 1
        tool["calls"] += 1
        if event.get("is_success") is False:
            sent.usage["tool_failures"] += 1
            tool["failures"] += 1
            self._add_error(sent, event)
        if event.get("tool_name") in EDIT_TOOLS:
            language = event.get("language", UNKNOWN)
            self._tables["daily_edits"][(*scope, language)]["edits"] += 1
        if "duration_ms" in event:
            self._histograms["daily_tools"][tool_key][bin_of(event["duration_ms"])] += 1

    def _add_decision(self, sent: _Sent, event: Event) -> None:
        scope = sent.scope
        outcome = {"accept": "accepted", "reject": "rejected"}.get(event.get("decision", ""))
        if outcome is None:
            return
        tables = self._tables
        sent.usage[outcome] += 1
        tables["daily_tools"][(*scope, event.get("tool_name", UNKNOWN))][outcome] += 1
        decision_source = event.get("decision_source", UNKNOWN)
        tables["daily_decisions"][(*scope, decision_source)][outcome] += 1
        is_counted = sent.header.get("session_id") not in self._measured
        if event.get("tool_name") in EDIT_TOOLS and is_counted:
            self.add_edit_decisions(scope, event.get("language", UNKNOWN), outcome, 1)

    def _add_error(self, sent: _Sent, event: Event) -> None:
        key = (*sent.scope, event.get("error_type", UNKNOWN), event["event_type"])
        self._tables["daily_errors"][key]["errors"] += 1

    def _active_rows(self) -> list[dict[str, Any]]:
        return [
            {"role": role, "department": department, "source": source, "users": sorted(users)}
            for (role, department, source), users in sorted(self._prompted.items())
        ]

    def _table_rows(self, name: str) -> list[dict[str, Any]]:
        rows = []
        for key, row in sorted(self._tables[name].items()):
            finished = dict(zip(_KEYS[name], key, strict=True)) | _rounded(row)
            if name in self._histograms:
                finished |= histogram_fields(self._histograms[name][key])
            rows.append(finished)
        return rows


class _ActiveSession:
    def __init__(self, role: str, department: str) -> None:
        self.role = role
        self.department = department
        self.sources: set[str] = set()
        self.hours: set[int] = set()


Handler = Callable[[DailyAggregator, _Sent, Event], None]

_HANDLERS: dict[str, Handler] = {
    "user_prompt": DailyAggregator._add_prompt,
    "api_request": DailyAggregator._add_request,
    "api_error": DailyAggregator._add_api_error,
    "tool_result": DailyAggregator._add_tool_result,
    "tool_decision": DailyAggregator._add_decision,
}


def project_of(header: Mapping[str, Any]) -> str:
    """Return the project that an event belongs to, "unknown" if nothing names one."""
    return str(header.get("project") or header.get("repository") or UNKNOWN)


def _new_row() -> Row:
    return defaultdict(int)


def _rounded(row: Row) -> dict[str, Any]:
    # Sums of floats drift in the last digits; a billionth of a dollar is exact enough.
    return {
        name: round(value, 9) if name in _MONEY_FIELDS else value for name, value in row.items()
    }


def _hour_rows(sessions: Iterable[_ActiveSession]) -> list[dict[str, Any]]:
    table: defaultdict[tuple[str, str, tuple[str, ...]], Row] = defaultdict(_new_row)
    for session in sessions:
        row = table[session.role, session.department, tuple(sorted(session.sources))]
        for hour in session.hours:
            row[f"s{hour:02}"] += 1
    return [
        {"role": role, "department": department, "sources": list(sources), **row}
        for (role, department, sources), row in sorted(table.items())
    ]
