"""Every collection and what its documents hold; printed as `docs/data-model.md`.

Run ``python -m store.documents > docs/data-model.md``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from textwrap import fill
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypedDict,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from store.events.documents import EventBucket, MetricBucket
from store.people.documents import DirectoryEntry
from store.rollups.definitions import (
    DIMENSIONS,
    HOURS,
    MEASURES,
    PARTS,
    ROLLUPS,
    SCOPE,
    RollupType,
)
from store.rollups.documents import ROWS, Fact, HoursRow, Rollup, Session, User
from store.rollups.per_user import PEOPLE_ROLLUPS
from store.saas.documents import (
    AuditsRow,
    CountriesRow,
    DevicesRow,
    EndpointsRow,
    SaasAuditLogBucket,
    SaasDayIndex,
    SaasDirectory,
    SaasRequestBucket,
    SaasSessionBucket,
    SaasTokenBucket,
    SaasUserBucket,
    SecurityRow,
    TrafficRow,
)


class Process(TypedDict):
    """A process on a machine."""

    host: Annotated[str, "name of the machine"]
    pid: Annotated[int, "process id"]


class ImportCounts(TypedDict, total=False):
    """What became of the records of an import."""

    read: Annotated[int, "records"]
    inserted: Annotated[int, "records that are new"]
    changed: Annotated[int, "records that replace a less complete one"]
    unchanged: Annotated[int, "records that were stored already"]
    rejected: Annotated[int, "records that are not valid"]
    reasons: Annotated[dict[str, int], "rejected records by reason"]
    skipped: Annotated[dict[str, int], "what is no record, by kind"]
    deleted: Annotated[int, "records deleted, of a deletion"]


class Import(TypedDict, total=False):
    """One import, deletion or edit, logged before it writes anything else (`store.import_log`)."""

    _id: Annotated[str, "digest of the content and a random part"]
    name: Annotated[str, "name of the file or stream"]
    format: Annotated[str, "format, or the kind of work, such as deletion"]
    sha256: Annotated[str, "digest of the content"]
    size: Annotated[int, "size, bytes"]
    state: Annotated[str, "open, done, recovered, rejected or failed"]
    days: Annotated[list[str], "UTC days that it may have changed"]
    is_directory: Annotated[bool, "whether it may have changed the directory"]
    is_saas: Annotated[bool, "whether it may have changed the SaaS data set"]
    process: Annotated[Process, "process that does it"]
    started_at: Annotated[datetime, "start"]
    ended_at: Annotated[datetime, "end"]
    lease_until: Annotated[datetime, "after this instant without an extension it counts as dead"]
    pending_events: Annotated[int, "events stored that are not in the rollups yet"]
    counts: Annotated[ImportCounts, "what became of its records"]


class RejectedRecord(TypedDict):
    """One record that is not valid."""

    line: Annotated[int, "line or number in the file, 0 if there is none"]
    excerpt: Annotated[str, "its first characters"]


class Reject(TypedDict, total=False):
    """The records that one import rejected for one reason."""

    _id: Annotated[str, "import|reason"]
    import_id: Annotated[str, "import"]
    reason: Annotated[str, "why they were rejected"]
    count: Annotated[int, "how many they were"]
    rows: Annotated[list[RejectedRecord], "the first 1,000 of them"]
    at: Annotated[datetime, "when they were recorded"]


class Failure(TypedDict, total=False):
    """A derived document that could not be written (`store.failures`)."""

    _id: Annotated[str, "collection|id"]
    collection: Annotated[str, "its collection"]
    document: Annotated[str, "its id"]
    code: Annotated[str, "error code of the store, or the name of the driver's error"]
    fence: Annotated[int, "fencing token of the writer"]
    at: Annotated[datetime, "last attempt"]


class RepeatDay(TypedDict, total=False):
    """A UTC day with events of sources that can repeat other events."""

    _id: Annotated[str, "UTC day, YYYY-MM-DD"]


class DayParts(TypedDict, total=False):
    """How many documents each rollup of a day or each fact ever had, where more than one."""

    _id: Annotated[str, "local day, or the fact"]


class Counter(TypedDict, total=False):
    """The fencing clock."""

    _id: Annotated[str, "refresh"]
    value: Annotated[int, "the last fencing token that was given out"]


class Revisions(TypedDict, total=False):
    """How often each collection changed: the key of cached answers; one document."""

    _id: Annotated[str, "revisions"]


class Settings(TypedDict, total=False):
    """The settings of the store, in one document."""

    _id: Annotated[str, "settings"]
    schema_version: Annotated[int, "version of the data model (`store.schema`)"]
    time_zone: Annotated[str, "reporting time zone, which local days and hours are in"]


class TokenPrices(TypedDict, total=False):
    """US dollars per million tokens of each kind."""

    input: Annotated[float, "input tokens, US dollars per million"]
    output: Annotated[float, "output tokens, US dollars per million"]
    cache_write_5m: Annotated[float, "tokens cached for 5 minutes, US dollars per million"]
    cache_write_1h: Annotated[float, "tokens cached for an hour, US dollars per million"]
    cache_read: Annotated[float, "tokens read from the cache, US dollars per million"]


class LongPromptPrices(TokenPrices, total=False):
    """The same for prompts above a number of tokens."""

    prompt_tokens: Annotated[int, "number of tokens of the prompt above which they hold"]


class PriceRate(TypedDict, total=False):
    """A price override, as `store/prices/prices.toml` has list prices."""

    _id: Annotated[str, "name of the override"]
    models: Annotated[list[str], "names of models; a trailing * makes one a prefix"]
    usd_per_million: Annotated[TokenPrices, "prices"]
    above: Annotated[LongPromptPrices, "prices of long prompts"]
    valid_from: Annotated[str, "first UTC day, YYYY-MM-DD"]
    valid_to: Annotated[str, "first UTC day on which they no longer hold, YYYY-MM-DD"]
    fast_multiplier: Annotated[float, "factor for fast mode"]
    source: Annotated[str, "where the prices come from"]
    checked_on: Annotated[str, "day of the last comparison with that, YYYY-MM-DD"]
    note: Annotated[str, "remark"]


class Family(NamedTuple):
    """Fields whose names follow a pattern."""

    pattern: str
    name: str
    meaning: str


FAMILIES: dict[type, Family] = {
    HoursRow: Family(r"s\d\d", "s00 to s23", "sessions with events in that local hour"),
    DayParts: Family(r"\w+", "(a rollup)", "documents that the rollup had on that day at most"),
    Revisions: Family(r"\w+", "(a collection)", "changes of the collection"),
}
"""Whole-number fields of documents besides those of their types."""


class Described(NamedTuple):
    """What the documents of a collection are, and the rows in them where they are a rollup."""

    document: type
    row: type | RollupType | None = None


_SAAS_ROWS = {
    "saas_daily_requests": TrafficRow,
    "saas_daily_endpoints": EndpointsRow,
    "saas_daily_security": SecurityRow,
    "saas_daily_audits": AuditsRow,
    "saas_daily_countries": CountriesRow,
    "saas_daily_devices": DevicesRow,
    "saas_daily_others": ROWS["daily_others"],
}
_SECTIONS: dict[str, dict[str, Described]] = {
    "Events": {
        "event_buckets": Described(EventBucket),
        "metric_points": Described(MetricBucket),
        "repeat_days": Described(RepeatDay),
    },
    "People": {"people": Described(DirectoryEntry)},
    "Sessions and users": {"sessions": Described(Session), "users": Described(User)},
    "Facts": {"session_days": Described(Fact)},
    "Daily rollups": {
        **{name: Described(Rollup, rollup) for name, rollup in ROLLUPS.items()},
        **{name: Described(Rollup, row) for name, row in ROWS.items()},
    },
    "SaaS data set": {
        "saas_users": Described(SaasUserBucket),
        "saas_sessions": Described(SaasSessionBucket),
        "saas_tokens": Described(SaasTokenBucket),
        "saas_requests": Described(SaasRequestBucket),
        "saas_audit_logs": Described(SaasAuditLogBucket),
        "saas_day_index": Described(SaasDayIndex),
        "saas_directory": Described(SaasDirectory),
    },
    "SaaS rollups": {name: Described(Rollup, row) for name, row in _SAAS_ROWS.items()},
    "Administration": {
        "imports": Described(Import),
        "rejects": Described(Reject),
        "failures": Described(Failure),
        "price_rates": Described(PriceRate),
        "settings": Described(Settings),
        "counters": Described(Counter),
        "day_parts": Described(DayParts),
        "revisions": Described(Revisions),
    },
}

COLLECTIONS = {
    name: described for section in _SECTIONS.values() for name, described in section.items()
}
"""Every collection that the product writes."""


def _parts() -> str:
    """Return what the entries of each list of a fact are."""
    lines = []
    for part in PARTS.values():
        histogram = (f"{part.histogram} as [bin, count, …]",) if part.histogram else ()
        entry = ", ".join((*part.dimensions, *part.measures, *histogram))
        lines.append(fill(f"- `{part.name}`: {entry}", 100, subsequent_indent="  "))
    return "\n".join(lines)


_NOTES = {
    "Events": "What sources delivered. Everything below, people apart, is derived from it.",
    "Daily rollups": (
        "Each collection has the fields of this table in every document, and its own fields in "
        "`rows`.\nA row lacks what it has none of."
    ),
    "Facts": (
        "Everything below is a sum of facts. The lists of a row are JSON. An entry is a list of "
        "values, then of\nsums:\n\n" + _parts() + "\n"
    ),
    "SaaS rollups": "As the daily rollups, of requests, audit logs and sessions.",
}
_TYPES = {
    str: "text", int: "integer", float: "number", bool: "boolean", bytes: "binary",
    datetime: "instant", Any: "any",
}  # fmt: skip
_INTRODUCTION = """\
# Data model

<!-- Generated: python -m store.documents > docs/data-model.md -->

Every collection of a store and every field of its documents. A field without a value is absent.
Instants are UTC, in milliseconds; local days and hours are in the reporting time zone of the store
(`settings`). Raw events and records are never changed by a rebuild; everything derived from them
can be deleted and rebuilt with `tokenflow rebuild`.
"""


def fields_of(document: type) -> dict[str, tuple[Any, str]]:
    """Return the fields of a type, by name: each with its type and its meaning."""
    hints = get_type_hints(document, include_extras=True)
    return {name: (get_args(hint)[0], get_args(hint)[1]) for name, hint in hints.items()}


def item_of(hint: Any) -> Any:
    """Return the type of the items of a list, else the type itself."""
    return get_args(hint)[0] if _is_list(hint) else hint


def _is_list(hint: Any) -> bool:
    return get_origin(hint) in (list, Sequence)


def data_model() -> str:
    """Return the text of `docs/data-model.md`."""
    parts = [_INTRODUCTION]
    for title, collections in _SECTIONS.items():
        parts.append(f"## {title}\n")
        if note := _NOTES.get(title):
            parts.append(f"{note}\n")
        parts += _section(collections)
    return "\n".join(parts)


def _section(collections: dict[str, Described]) -> Iterator[str]:
    shared = {described.document for described in collections.values() if described.row}
    for document in sorted(shared, key=lambda document: document.__name__):
        yield _table(_lines(document))
    for name, described in collections.items():
        yield f"### {name}\n"
        yield f"{_meaning(described)}\n"
        if described.row is None:
            yield _table(_lines(described.document))
        elif isinstance(described.row, RollupType):
            yield _table(_lines_of_rollup(described.row))
        elif described.document is Rollup:
            yield _table(_lines(described.row, "rows[]."))


def _meaning(described: Described) -> str:
    if isinstance(described.row, RollupType):
        return described.row.meaning
    return str(inspect.getdoc(described.row or described.document))


def rollup_fields(rollup: RollupType) -> dict[str, tuple[type, str]]:
    """Return the fields of the rows of a rollup, by name: each with its type and its meaning."""
    is_by_user = rollup.name in PEOPLE_ROLLUPS
    fields: dict[str, tuple[Any, str]] = {}
    for name in (*SCOPE, *rollup.dimensions):
        is_listed = is_by_user and name not in SCOPE
        fields[name] = (list[str] if is_listed else str, DIMENSIONS[name].meaning)
    for name in rollup.measures:
        measure = MEASURES[name]
        kind: Any = float if measure.dtype == "float64" else int
        unit = "" if measure.unit in ("", "count") else f", {measure.unit}"
        fields[name] = (list[kind] if is_by_user else kind, f"{measure.meaning}{unit}")
    if rollup.part and PARTS[rollup.part].histogram:
        of = MEASURES[PARTS[rollup.part].histogram].meaning
        fields["histogram"] = (str, f"{of}, JSON: [bin, count, …] (`store.histogram`)")
    return fields


def _lines_of_rollup(rollup: RollupType) -> Iterator[tuple[str, str, str]]:
    fields = rollup_fields(rollup)
    for name, (hint, meaning) in fields.items():
        if name not in HOURS:
            yield f"`rows[].{name}`", _type_name(hint), meaning
    if HOURS[0] in fields:
        yield "`rows[].h00 to h23`", "integer", "events in that local hour"


def _table(lines: Iterator[tuple[str, str, str]]) -> str:
    rows = [("field", "type", "meaning"), ("---", "---", "---"), *lines]
    escaped = ([re.sub(r"[|<]", r"\\\g<0>", cell) for cell in row] for row in rows)
    return "".join(f"| {' | '.join(row)} |\n" for row in escaped)


def _lines(document: type, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    fields = fields_of(document)
    for name, (hint, meaning) in sorted(fields.items(), key=lambda field: field[0] != "_id"):
        yield f"`{prefix}{name}`", _type_name(hint), meaning
        if is_typeddict(item_of(hint)):
            inner = f"{prefix}{name}{'[]' if _is_list(hint) else ''}."
            own = fields_of(item_of(hint)).items() - fields.items()
            names = {field for field, _ in own}
            yield from (
                line
                for line in _lines(item_of(hint), inner)
                if line[0].strip("`").removeprefix(inner).split(".")[0].removesuffix("[]") in names
            )
    if family := FAMILIES.get(document):
        yield f"`{prefix}{family.name}`", "integer", family.meaning


def _type_name(hint: Any) -> str:
    if _is_list(hint):
        return f"list of {_type_name(item_of(hint))}"
    if is_typeddict(hint) or get_origin(hint) in (dict, Mapping):
        return "document"
    return "integer" if get_origin(hint) is Literal else _TYPES[hint]


if __name__ == "__main__":
    print(data_model(), end="")
