"""The scope of a question: days, roles, departments and sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from store.errors import FilterError

__all__ = ["Filters"]


@dataclass(frozen=True, slots=True, repr=False)
class Filters:
    """A half-open range of days, and the roles, departments and sources in scope.

    Parameters
    ----------
    start, end : datetime.date
        First day in scope and first day after it, both in the reporting time
        zone of the store.
    roles, departments, sources : iterable of str
        Values in scope; empty means all. Kept as sorted tuples without
        repetitions, so that equal scopes are equal values.

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

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            _check_day(name, getattr(self, name))
        if self.start >= self.end:
            msg = (
                f"start {self.start} is not before end {self.end}; "
                "end is the first day after the range."
            )
            raise FilterError(msg)
        for name in ("roles", "departments", "sources"):
            object.__setattr__(self, name, _sorted_texts(name, getattr(self, name)))

    def __repr__(self) -> str:
        named = ("roles", "departments", "sources")
        chosen = [f"{name}={getattr(self, name)!r}" for name in named if getattr(self, name)]
        return f"Filters({', '.join([f'{self.start} to {self.end}', *chosen])})"

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
