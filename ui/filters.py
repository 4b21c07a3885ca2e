"""Filters of the pages and of the API, each declared once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from pymongo.database import Database

from analytics import FilterOptions, Filters
from analytics.cost import labelled
from analytics.shared import all_users
from charts.shared.labels import WEEKDAYS, humanize, system_label, tool_label
from charts.shared.model_names import model_labels
from store.events.sources import source_label
from ui.components.labels import verbatim

Labels = Callable[[Database, Sequence[str]], Mapping[str, str]]

_MOST_NAMED = 3


@dataclass(frozen=True)
class FilterType:
    """A filter by one dimension.

    Attributes
    ----------
    key : str
        Parameter in the address and in the API, and key of the widget.
    label, plural : str
        Name of the dimension, and of several values.
    field : str
        Name of the values in `Filters`.
    column : str
        Column of frames that holds the values.
    labels_of : callable
        Returns the display name of each value.
    is_main : bool
        Whether it always stands in the sidebar; else among more filters.
    values : sequence of str
        Values that do not depend on the data.
    """

    key: str
    label: str
    plural: str
    field: str
    column: str
    labels_of: Labels
    is_main: bool = False
    values: Sequence[str] = ()


@dataclass(frozen=True)
class Choice:
    """A filter with the values that there are, and those that are selected.

    Attributes
    ----------
    filter : FilterType
        The filter.
    labels : mapping of str to str
        Display name of each value, in the order to offer them.
    selected : sequence of str
        Values in scope; empty means all.
    """

    filter: FilterType
    labels: Mapping[str, str]
    selected: Sequence[str] = ()

    @property
    def summary(self) -> str:
        """Name what is selected; count it where that would be a long list."""
        if len(self.selected) > _MOST_NAMED:
            return f"{len(self.selected)} selected"
        return ", ".join(self.labels[value] for value in self.selected)


def _each(label_of: Callable[[str], str]) -> Labels:
    return lambda _db, values: {value: label_of(value) for value in values}


def _names(db: Database, users: Sequence[str]) -> Mapping[str, str]:
    people = all_users(db)
    return {user: labelled({"user_id": user, **people.get(user, {})})["name"] for user in users}


FILTERS = {
    each.key: each
    for each in (
        FilterType("role", "Role", "roles", "roles", "role", _each(humanize), is_main=True),
        FilterType(
            "department", "Department", "departments", "departments", "department",
            _each(verbatim), is_main=True,
        ),
        FilterType("source", "Source", "sources", "sources", "source", _each(source_label)),
        FilterType(
            "model", "Model", "models", "models", "model", lambda _db, models: model_labels(models)
        ),
        FilterType("project", "Project", "projects", "projects", "project", _each(verbatim)),
        FilterType("user", "Person", "people", "users", "user_id", _names),
        FilterType("tool", "Tool", "tools", "tools", "tool_name", _each(tool_label)),
        FilterType(
            "version", "Client version", "client versions", "client_versions", "client_version",
            _each(verbatim),
        ),
        FilterType("terminal", "Terminal", "terminals", "terminals", "terminal", _each(verbatim)),
        FilterType(
            "os", "Operating system", "operating systems", "operating_systems", "os",
            _each(system_label),
        ),
        FilterType(
            "repository", "Repository", "repositories", "repositories", "repository",
            _each(verbatim),
        ),
        FilterType(
            "weekday", "Weekday", "weekdays", "weekdays", "weekday",
            _each(lambda number: WEEKDAYS[int(number)]), values=[*map(str, range(7))],
        ),
    )
}  # fmt: skip
"""Every filter by key, in the order in which it is offered."""

PERIOD = "period"

_UNUSED = {
    "Data": (PERIOD, *FILTERS),
    "Session": (PERIOD, *FILTERS),
    "SaaS": (*FILTERS,),
    # The person may have changed both
    "Person": ("role", "department", "user"),
}


def is_used(key: str, page: str) -> bool:
    """Whether the page with this title heeds the period or a filter."""
    return key not in _UNUSED.get(page, ())


def choices(db: Database, options: FilterOptions, page: str) -> list[Choice]:
    """Return the filters that a page heeds, with their values; nothing is selected yet."""
    return [
        Choice(each, _labels(db, each, each.values or getattr(options, each.field)))
        for each in FILTERS.values()
        if is_used(each.key, page)
    ]


def select(start: date, end: date, selected: Mapping[str, Iterable[str]]) -> Filters:
    """Return the scope of some days and selected values.

    Parameters
    ----------
    start, end : datetime.date
        First day, and day after the last.
    selected : mapping of str to iterable of str
        Values by the key of their filter.

    Raises
    ------
    FilterError
        If the days or a value are invalid.
    """
    fields: dict[str, Any] = {FILTERS[key].field: [*selected[key]] for key in selected}
    days = fields.get("weekdays", ())
    numbers = [int(day) if re.fullmatch("[0-6]", day) else day for day in days]
    return Filters(start, end, **{**fields, "weekdays": numbers})


def _labels(db: Database, each: FilterType, values: Sequence[str]) -> Mapping[str, str]:
    return _distinct((*each.labels_of(db, values).items(),), is_sorted=bool(each.values))


@lru_cache(maxsize=256)
def _distinct(names: tuple[tuple[str, str], ...], *, is_sorted: bool) -> Mapping[str, str]:
    """Return distinct display names, sorted: an address names values by them."""
    repeated = Counter(name for _, name in names)
    distinct = [
        (value, name if repeated[name] == 1 else f"{name} ({value})") for value, name in names
    ]
    return dict(distinct if is_sorted else sorted(distinct, key=lambda item: _natural(item[1])))


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key by which 2.1.9 comes before 2.1.10."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
