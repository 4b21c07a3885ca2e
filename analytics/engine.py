"""Read the rows of rollups in scope, and group them: the one way from the store to a frame.

A scope of roles, departments, sources and weekdays is answered by the rollups. Any other is
answered by the facts in scope, rolled up in memory by the code that writes the rollups, so that
both give the same rows. Rows are added up here: the embedded store takes twice as long to group
rows as to return them, and the questions of a page share what is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, cast

import orjson
import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, fill_days_by, to_frame
from analytics.question import Columns, question
from analytics.rows import Rows, rows_of
from analytics.scope import Stage, days_in_scope, found_by, rows_in_scope, session_conditions
from store.histogram import quantiles
from store.rollups.daily import HOURS_ACTIVE, DailyAggregator, rows_with_events
from store.rollups.day_parts import whole_days
from store.rollups.definitions import MEASURES, PARTS, ROLLUPS, SCOPE, SESSION_HOURS
from store.rollups.documents import Fact, FactRow, Rollup, Session
from store.rollups.facts import FACTS, fact_id, lists_of, whole_facts, with_lists, with_rows
from store.rollups.users import session_rollups
from store.schema import DERIVED

__all__ = ["Query", "Table"]

MAX_ANSWERS = 12
"""Rows of each kind that are kept; the rows of a year of 500 people take up to 5 MB."""

MAX_FOLDED = 4
"""Scopes whose facts are kept rolled up."""

_SESSION_SUMS = (
    *("sessions", "prompts", "duration_seconds", "total_tokens", "cost_usd"),
    *("unpriced_requests", "errors"),
)
_SESSION_ROLLUPS = {
    "daily_sessions": {
        **{name: MEASURES[name].dtype for name in _SESSION_SUMS if name != "errors"},
        "errors": "int64",
        "durations": "object",
    },
    "daily_user_sessions": {"user_id": "str", "sessions": "int64"},
}
_BY_USER = frozenset({"daily_users", "daily_user_sessions"})
_QUANTILES = {"p50_ms": 0.5, "p95_ms": 0.95}


def is_answered_by_rollups(filters: Filters) -> bool:
    """Return whether rollups alone can answer."""
    return filters.selected().keys() <= {*SCOPE}


@question(reads=DERIVED, columns={}, max_answers=MAX_ANSWERS)
def table_rows(db: Database, filters: Filters, rollup: str) -> Rows:
    """Return the rows of a rollup in scope."""
    days: Iterable[Mapping[str, Any]]
    if is_answered_by_rollups(filters):
        days = db[rollup].aggregate(rows_in_scope(filters, _source_field(rollup)))
    elif rollup in _SESSION_ROLLUPS:
        days = session_days(db, filters)[rollup]
    else:
        days = folded_days(db, filters)[rollup]
    rows = rows_of(days, columns_of(rollup), is_by_user=rollup in _BY_USER)
    return rows.on_weekdays(filters.weekdays) if filters.weekdays else rows


def columns_of(rollup: str) -> Columns:
    """Return the columns of the rows of a rollup, besides `day`, and their dtypes."""
    scope = {"role": "str", "department": "str"}
    if rollup == HOURS_ACTIVE:
        return {**scope, **dict.fromkeys(SESSION_HOURS, "int64")}
    if rollup in _SESSION_ROLLUPS:
        return {**scope, **_SESSION_ROLLUPS[rollup]}
    declared = ROLLUPS[rollup]
    histogram = declared.part and PARTS[declared.part].histogram
    return {
        **scope,
        **dict.fromkeys(declared.dimensions, "str"),
        **{name: MEASURES[name].dtype for name in declared.measures},
        **({"histogram": "object"} if histogram else {}),
    }


def _source_field(rollup: str) -> str:
    return "sources" if rollup in (*_SESSION_ROLLUPS, HOURS_ACTIVE) else "source"


@question(reads=DERIVED, columns={}, max_answers=MAX_FOLDED)
def folded_days(db: Database, filters: Filters) -> Mapping[str, list[Rollup]]:
    """Return the rollups of the facts in scope, by collection. Callers do not change them."""
    folds: dict[str, DailyAggregator] = {}
    # A session counts as a whole in the hours of its day, whatever the sources of its events
    any_scope = replace(filters, roles=(), departments=(), sources=())
    for stored in whole_facts(_found_facts(db, filters)):
        fact = with_rows(stored, [with_lists(row, lists_of(row)) for row in stored["rows"]])
        fold = folds.setdefault(fact["day"], DailyAggregator())
        narrowed = narrow(fact, filters)
        if narrowed:
            fold.add_sums(narrowed)
        session = narrowed if any_scope == filters else narrow(fact, any_scope)
        if session and _is_in_scope(session, filters):
            fold.add_hours(session)
    days: dict[str, list[Rollup]] = {name: [] for name in (*ROLLUPS, HOURS_ACTIVE)}
    for day, fold in sorted(folds.items()):
        for name, rows in fold.rows().items():
            if name in days:
                days[name].append({"_id": day, "day": day, "rows": rows})
    return days


def narrow(fact: Fact, filters: Filters) -> Fact | None:
    """Return the part of a fact that is in scope; None if nothing is."""
    selected = filters.selected()
    models, tools = selected.pop("model", ()), selected.pop("tool_name", ())
    rows = [
        row
        for row in fact["rows"]
        if all(row[name] in values for name, values in selected.items())  # type: ignore[literal-required]
    ]
    for used, values in (("models", models), ("tools", tools)):
        if values and not any(name in values for row in rows for name in row[used]):  # type: ignore[literal-required]
            return None
    if models or tools:
        rows = [_narrow_lists(row, models, tools) for row in rows]
    return with_rows(fact, rows) if rows else None


def _is_in_scope(session: Fact, filters: Filters) -> bool:
    """Return whether a session of a day has its roles, departments and sources in scope."""
    rows = rows_with_events(session)
    sources = {row["source"] for row in rows}
    return (
        bool(rows)
        and (not filters.roles or rows[0]["role"] in filters.roles)
        and (not filters.departments or rows[0]["department"] in filters.departments)
        and (not filters.sources or not sources.isdisjoint(filters.sources))
    )


def _narrow_lists(row: FactRow, models: Iterable[str], tools: Iterable[str]) -> FactRow:
    lists = dict(lists_of(row))
    for name, values in (("models", models), ("tools", tools)):
        if values and name in lists:
            lists[name] = [entry for entry in lists[name] if entry[0] in values]
    if models and "metrics" in lists:
        place = PARTS["metrics"].dimensions.index("model")
        lists["metrics"] = [
            entry for entry in lists["metrics"] if entry[place] is None or entry[place] in models
        ]
    return with_lists(row, lists)


def _found_facts(db: Database, filters: Filters) -> list[Fact]:
    """Return the facts in scope, those in several parts with the parts that do not match too."""
    facts: list[Fact] = list(db[FACTS].aggregate(_facts_in_scope(filters)))
    divided = {fact_id(fact["day"], fact["session_id"]) for fact in facts if "parts" in fact}
    if not divided:
        return facts
    whole = [fact for fact in facts if "parts" not in fact]
    return [*whole, *cast("Iterator[Fact]", whole_days(db, FACTS, divided))]


def _facts_in_scope(filters: Filters) -> list[Stage]:
    """Return the stages that find facts: by the rarest indexed field, then by the others."""
    lists = {"model": "models", "tool_name": "tools"}
    of_rows: Stage = {
        f"rows.{lists.get(name, name)}": {"$in": list(values)}
        for name, values in filters.selected().items()
    }
    indexed = next((field for field in ("rows.user_id", "rows.project") if field in of_rows), "day")
    conditions: Stage = {"day": days_in_scope(filters), **of_rows}
    others = {field: value for field, value in of_rows.items() if field != indexed}
    if others:
        # The values in scope may be in different parts
        either = [others, {"parts": {"$exists": True}}]
        conditions = {"day": conditions["day"], indexed: conditions[indexed], "$or": either}
    return found_by(indexed, conditions)


@question(reads=DERIVED, columns={}, max_answers=MAX_FOLDED)
def session_days(db: Database, filters: Filters) -> Mapping[str, list[Rollup]]:
    """Return the rollups of the sessions in scope, by collection. Callers do not change them."""
    conditions = session_conditions(filters)
    indexed = "user_id" if filters.users else "day"
    started: defaultdict[str, list[Session]] = defaultdict(list)
    for session in db["sessions"].aggregate(found_by(indexed, conditions)):
        started[session["day"]].append(session)
    days: dict[str, list[Rollup]] = {name: [] for name in _SESSION_ROLLUPS}
    for day, sessions in sorted(started.items()):
        for name, rows in session_rollups(sessions).items():
            days[name].append({"_id": day, "day": day, "rows": rows})
    return days


@dataclass(frozen=True)
class Query:
    """A question to one rollup: what to add up by what.

    Attributes
    ----------
    rollup : str
        Collection whose rows are added up.
    dimensions : tuple of str
        What to group by; `day` gives a row for every day in scope.
    measures : tuple of str
        What to add up; `p50_ms` and `p95_ms` are read off the histogram.
    order : str
        Measure to sort by, the largest first; by default in the order of the dimensions.
    required : str
        Measure that must be more than 0 for a row to count.
    """

    rollup: str
    dimensions: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    order: str = ""
    required: str = ""

    def having(self, measure: str) -> Query:
        """Leave out rows in which a measure is 0."""
        return replace(self, required=measure)

    def select(self, *measures: str, order: str = "") -> Query:
        """Choose what to add up, and by which measure to sort."""
        return replace(self, measures=measures, order=order.removeprefix("-"))

    @property
    def columns(self) -> Columns:
        """Columns of the frame and their dtypes."""
        dimensions = {
            name: "datetime64[us]" if name == "day" else "str" for name in self.dimensions
        }
        measures = {
            name: "float64" if name in _QUANTILES else MEASURES[name].dtype
            for name in self.measures
        }
        return {**dimensions, **measures}

    def __call__(self, db: Database, filters: Filters) -> pd.DataFrame:
        """Answer."""
        groups = self.groups(db, filters)
        if self.dimensions[0] != "day":
            return to_frame(groups, self.columns)
        if len(self.dimensions) == 1:
            blank = tuple(name for name in self.measures if name in _QUANTILES)
            days = ({**group, "_id": group["day"]} for group in groups)
            return fill_days(days, filters, self.columns, blank)
        dimension = self.dimensions[1]
        pairs = (
            {**group, "_id": {"day": group["day"], "value": group[dimension]}} for group in groups
        )
        return fill_days_by(pairs, filters, self.columns)

    def groups(self, db: Database, filters: Filters) -> list[dict[str, Any]]:
        """Return one document per combination of values, in order."""
        rows = table_rows(db, filters, self.rollup)
        if self.required:
            rows = rows.having(self.required)
        sums = [name for name in self.measures if name not in _QUANTILES]
        groups = rows.sum_by(self.dimensions, sums)
        if len(sums) < len(self.measures):
            groups = _with_quantiles(rows, self.dimensions, groups)
        if self.order:
            first = self.dimensions[0]
            groups.sort(key=lambda group: (-group[self.order], group[first]))
        return groups

    def totals(self, db: Database, filters: Filters) -> dict[str, Any]:
        """Return the sums over all rows in scope."""
        return table_rows(db, filters, self.rollup).sums(self.measures)


class Table:
    """A rollup to ask."""

    def __init__(self, rollup: str) -> None:
        self.rollup = rollup

    def by(self, *dimensions: str) -> Query:
        """Group by dimensions."""
        return Query(self.rollup, dimensions)

    def rows(self, db: Database, filters: Filters) -> Rows:
        """Return the rows in scope."""
        return table_rows(db, filters, self.rollup)


def _with_quantiles(
    rows: Rows, dimensions: tuple[str, ...], groups: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add the quantiles of each group, and how many durations they are of."""
    histograms: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in zip(rows["histogram"], *(rows[name] for name in dimensions), strict=True):
        if row[0]:
            histograms[row[1:]].append(row[0])
    return [
        {**group, **_quantiles(histograms[tuple(group[name] for name in dimensions)])}
        for group in groups
    ]


def _quantiles(histograms: list[str]) -> dict[str, float]:
    """Return the quantiles of histograms in JSON, and how many durations they are of."""
    numbers = [*chain.from_iterable(orjson.loads(f"[{','.join(histograms)}]"))]
    bins, counts = numbers[::2], numbers[1::2]
    values = quantiles(bins, counts, tuple(_QUANTILES.values()))
    return {**dict(zip(_QUANTILES, values, strict=True)), "timed": sum(counts)}
