"""The scope of a question: days, and values of dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from store.errors import FilterError
from store.rollups.definitions import DIMENSIONS

__all__ = ["Filters"]

_WEEK = range(7)


@dataclass(frozen=True, slots=True, repr=False)
class Filters:
    """A half-open range of days, and the values of dimensions in scope.

    Each event has one role, department, source, user, project, repository, terminal, operating
    system and client version: a filter on these selects events. Models and tools are what some
    events have: a filter on them selects the session on a day that used one, and what belongs to
    models or tools (requests, tokens, cost, latency, calls) counts for the selected ones alone.
    Sessions as a whole, such as their number and duration, are in scope with the values of their
    first event, and with any model or tool that they used.

    Parameters
    ----------
    start, end : datetime.date
        First day in scope and first day after it, both in the reporting time
        zone of the store.
    roles, departments, sources, models, projects, users, tools, client_versions, terminals, \
operating_systems, repositories : iterable of str
        Values in scope; empty means all. Kept as sorted tuples without
        repetitions, so that equal scopes are equal values.
    weekdays : iterable of int
        Weekdays in scope, 0 is Monday; empty means all. Days of others count as
        days without events.

    Raises
    ------
    FilterError
        If `start` is not before `end`, or a value has the wrong type.

    Examples
    --------
    >>> week = Filters(date(2026, 11, 16), date(2026, 11, 23), roles=["tech_lead"])
    >>> week.previous()
    Filters(2026-11-09 to 2026-11-16, roles=('tech_lead',))
    """

    start: date
    end: date
    roles: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    client_versions: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()
    operating_systems: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            _check_day(name, getattr(self, name))
        if self.start >= self.end:
            msg = (
                f"start {self.start} is not before end {self.end}; "
                "end is the first day after the range."
            )
            raise FilterError(msg)
        for name in _FIELDS.values():
            object.__setattr__(self, name, _sorted_texts(name, getattr(self, name)))
        object.__setattr__(self, "weekdays", _sorted_weekdays(self.weekdays))

    def __repr__(self) -> str:
        named = (*_FIELDS.values(), "weekdays")
        chosen = [f"{name}={getattr(self, name)!r}" for name in named if getattr(self, name)]
        return f"Filters({', '.join([f'{self.start} to {self.end}', *chosen])})"

    def selected(self) -> dict[str, tuple[str, ...]]:
        """Return the values in scope by dimension, of those that are not all in scope."""
        return {
            dimension: values
            for dimension, name in _FIELDS.items()
            if (values := getattr(self, name))
        }

    def previous(self) -> Filters:
        """Return the range of equal length that ends where this one starts.

        Raises
        ------
        FilterError
            If the calendar has no such days.
        """
        try:
            start = self.start - (self.end - self.start)
        except OverflowError as error:
            msg = f"no range of {self.end - self.start} ends on {self.start}; choose later days."
            raise FilterError(msg) from error
        return replace(self, start=start, end=self.start)

    def days(self) -> tuple[date, ...]:
        """Return every day in the range, in order."""
        count = (self.end - self.start).days
        return tuple(self.start + timedelta(days=n) for n in range(count))


_FIELDS = {name: dimension.filter for name, dimension in DIMENSIONS.items() if dimension.filter}
"""Names of the fields of `Filters`, by dimension."""


def _check_day(name: str, value: Any) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        msg = f"{name} must be a datetime.date without a time, not {value!r}."
        raise FilterError(msg)


def _sorted_texts(name: str, values: Any) -> tuple[str, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        msg = f"{name} must be a list or tuple of texts, not {values!r}."
        raise FilterError(msg)
    texts = set(values)
    for value in texts:
        if not isinstance(value, str) or not value:
            msg = f"{name} must hold texts that are not empty, not {value!r}."
            raise FilterError(msg)
    return tuple(sorted(texts))


def _sorted_weekdays(values: Any) -> tuple[int, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        msg = f"weekdays must be a list or tuple of numbers from 0 to 6, not {values!r}."
        raise FilterError(msg)
    days = set(values)
    for value in days:
        if type(value) is not int or value not in _WEEK:
            msg = f"weekdays must be numbers from 0 (Monday) to 6, not {value!r}."
            raise FilterError(msg)
    return () if len(days) == len(_WEEK) else tuple(sorted(days))
