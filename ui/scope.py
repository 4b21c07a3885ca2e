"""What the sidebar selects, and what there is to select from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import streamlit as st
from pymongo.database import Database

from analytics import Filters

EVERYTHING = Filters(date(2000, 1, 1), date(2100, 1, 1))
"""A scope that holds every event."""

DEMO_SOURCE = "synthetic"

SOURCES = {
    "cloudwatch": "CloudWatch export",
    "synthetic": "Demo data",
    "otlp": "Live telemetry",
    "collector": "Collector files",
    "transcript": "Transcripts",
    "legacy": "Earlier system",
    "manual": "Entered by hand",
}
"""Where events come from, in words for a reader."""


@dataclass(frozen=True)
class Scope:
    """The choice of one visitor at one moment.

    Attributes
    ----------
    db : pymongo.database.Database
        The store.
    filters : Filters
        The choice.
    today : date
        In the reporting time zone.
    zone_name : str
        The reporting time zone.
    roles, departments, sources : sequence of str
        What there is to choose from.
    first_day : date, optional
        First day with an event; None in an empty store.
    last_at : datetime, optional
        Latest event, in the reporting time zone.
    warning : str
        What the reader asked for and cannot see; empty if there is all of it.
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
        """Return the choice of whoever looks at the page now."""
        return cast("Scope", st.session_state["scope"])

    @property
    def is_empty(self) -> bool:
        """Tell whether the store has no event at all."""
        return self.first_day is None

    @property
    def demo_words(self) -> str:
        """Say how much of the data is synthetic; empty if none is."""
        if DEMO_SOURCE not in self.sources:
            return ""
        return "Demo data" if len(self.sources) == 1 else "Includes demo data"

    def narrowed(self) -> list[tuple[str, tuple[str, ...]]]:
        """Name the selections that leave something out."""
        chosen = (
            ("role", self.filters.roles),
            ("department", self.filters.departments),
            ("source", self.filters.sources),
        )
        return [(noun if len(v) == 1 else f"{noun}s", v) for noun, v in chosen if v]

    def previous(self) -> Filters | None:
        """Return the period before, if all of it is in the store."""
        return self.before(self.filters)

    def before(self, filters: Filters) -> Filters | None:
        """Return the period before that of other filters, if all of it is in the store."""
        if self.first_day is None:
            return None
        before = filters.previous()
        return before if before.start >= self.first_day else None
