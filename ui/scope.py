"""Selection of the sidebar, and the values there are to select from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import streamlit as st
from pymongo.database import Database

from analytics import Filters
from charts.shared.labels import humanize
from store.events.sources import SYNTHETIC, source_label

EVERYTHING = Filters(date(2000, 1, 1), date(2100, 1, 1))
"""A scope that holds every event."""

_MOST_NAMED = 3


@dataclass(frozen=True)
class Scope:
    """Selection of one visitor at one moment.

    Attributes
    ----------
    db : pymongo.database.Database
        The store.
    filters : Filters
        The selection.
    today : date
        In the reporting time zone.
    zone_name : str
        The reporting time zone.
    roles, departments, sources : sequence of str
        Values that occur in the data.
    first_day : date, optional
        First day with an event; None in an empty store.
    last_at : datetime, optional
        Latest event, in the reporting time zone.
    warning : str
        What the link asks for and the data does not have; empty if it has all of it.
    """

    db: Database
    filters: Filters
    today: date
    zone_name: str
    roles: Sequence[str]
    departments: Sequence[str]
    sources: Sequence[str]
    first_day: date | None
    last_at: datetime | None
    warning: str = ""

    @classmethod
    def current(cls) -> Scope:
        """Return the selection of the visitor whose page is drawn."""
        return cast("Scope", st.session_state["scope"])

    @property
    def is_empty(self) -> bool:
        """Whether the store has no event at all."""
        return self.first_day is None

    @property
    def demo_label(self) -> str:
        """Whether all, some or none of the data is demo data: a label, empty for none."""
        if SYNTHETIC not in self.sources:
            return ""
        return "Demo data" if len(self.sources) == 1 else "Includes demo data"

    def previous(self) -> Filters | None:
        """Return the period before, if all of it is in the store."""
        return self.before(self.filters)

    def before(self, filters: Filters) -> Filters | None:
        """Return the period before that of other filters, if all of it is in the store."""
        if self.first_day is None:
            return None
        before = filters.previous()
        return before if before.start >= self.first_day else None


def selections(filters: Filters) -> list[tuple[str, list[str]]]:
    """Return the dimensions that are filtered, each with the labels of what is selected."""
    selected = (
        ("role", [*map(humanize, filters.roles)]),
        ("department", [*filters.departments]),
        ("source", [source_label(source) for source in filters.sources]),
    )
    return [(noun if len(v) == 1 else f"{noun}s", v) for noun, v in selected if v]


def filter_labels(filters: Filters) -> list[str]:
    """Name what is selected in each dimension; count it where that would be a long list."""
    return [
        ", ".join(labels) if len(labels) <= _MOST_NAMED else f"{len(labels)} {noun}"
        for noun, labels in selections(filters)
    ]
