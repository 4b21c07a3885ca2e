"""Selection of the sidebar, and the values there are to select from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import streamlit as st
from pymongo.database import Database

from analytics import FilterOptions, Filters
from store.events.sources import SYNTHETIC
from ui.filters import Choice

EVERYTHING = Filters(date(2000, 1, 1), date(2100, 1, 1))
"""A scope that holds every event."""


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
    options : FilterOptions
        Values that occur in the data.
    choices : mapping of str to Choice
        Filters that the page offers, by key.
    last_at : datetime, optional
        Latest event, in the reporting time zone.
    warning : str
        What the link asks for and the data does not have; empty if it has all of it.
    """

    db: Database
    filters: Filters
    today: date
    zone_name: str
    options: FilterOptions
    choices: Mapping[str, Choice]
    last_at: datetime | None
    warning: str = ""

    @classmethod
    def current(cls) -> Scope:
        """Return the selection of the visitor whose page is drawn."""
        return cast("Scope", st.session_state["scope"])

    @property
    def first_day(self) -> date | None:
        """First day with an event; None in an empty store."""
        return self.options.first_day

    @property
    def is_empty(self) -> bool:
        """Whether the store has no event at all."""
        return self.first_day is None

    @property
    def active(self) -> list[Choice]:
        """Filters that select anything."""
        return [choice for choice in self.choices.values() if choice.selected]

    @property
    def demo_label(self) -> str:
        """Whether all, some or none of the data is demo data: a label, empty for none."""
        if SYNTHETIC not in self.options.sources:
            return ""
        return "Demo data" if len(self.options.sources) == 1 else "Includes demo data"

    def previous(self) -> Filters | None:
        """Return the period before, if all of it is in the store."""
        return self.before(self.filters)

    def before(self, filters: Filters) -> Filters | None:
        """Return the period before that of other filters, if all of it is in the store."""
        if self.first_day is None:
            return None
        before = filters.previous()
        return before if before.start >= self.first_day else None
