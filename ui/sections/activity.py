"""How people work, in a few numbers and one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
from pymongo.database import Database

import charts
from analytics import (
    Filters,
    active_time_per_day,
    active_users_per_day,
    code_edits_per_day,
    commits_per_day,
    headline_totals,
    lines_of_code_per_day,
    new_users_per_day,
)
from charts.shared.labels import WEEKDAYS
from charts.shared.spec import ChartFunction
from ui.components.figure import figure
from ui.components.format import percent
from ui.page import Page

SATURDAY = 5

_MEASURED: tuple[tuple[str, Callable[..., pd.DataFrame], ChartFunction[...]], ...] = (
    ("How many lines of code?", lines_of_code_per_day, charts.lines_of_code_per_day),
    ("How many commits?", commits_per_day, charts.commits_per_day),
    ("How long were people and the agent active?", active_time_per_day, charts.active_time_per_day),
)


@dataclass(frozen=True)
class Habits:
    """How much people work with the agent in a period; None where there is nothing to divide by.

    Attributes
    ----------
    active_users, sessions, new_users, edits : int
        People with a prompt, sessions that started, people who started, edits of files.
    stickiness : float, optional
        Mean of the days: who was active on the day, of those active in the 28 days up to it.
    avg_session_seconds : float, optional
        Mean from first to last event.
    """

    active_users: int
    sessions: int
    new_users: int
    edits: int
    stickiness: float | None
    avg_session_seconds: float | None

    @classmethod
    def of(cls, db: Database, filters: Filters | None) -> Habits | None:
        """Ask for all of it; None for no period."""
        if filters is None:
            return None
        totals = headline_totals(db, filters)
        stickiness = active_users_per_day(db, filters)["stickiness"].mean()
        return cls(
            active_users=totals.active_users,
            sessions=totals.sessions,
            new_users=int(new_users_per_day(db, filters)["new_users"].sum()),
            edits=int(code_edits_per_day(db, filters)["edits"].sum()),
            stickiness=None if pd.isna(stickiness) else float(stickiness),
            avg_session_seconds=totals.avg_session_seconds,
        )


def rhythm(week: pd.DataFrame) -> str:
    """Say in one sentence when the work is done.

    Parameters
    ----------
    week : pandas.DataFrame
        What `activity_by_weekday_hour` answers.
    """
    everything = week["events"].sum()
    top = week.sort_values("events", kind="stable").iloc[-1]
    by_hour = week.groupby("hour")["events"].sum().to_list()
    first, last = _core(by_hour)
    weekend = week.loc[week["weekday"] >= SATURDAY, "events"].sum() / everything
    return (
        f"Busiest on **{WEEKDAYS[top['weekday']]}s from {top['hour']:02}:00 to "
        f"{(top['hour'] + 1) % 24:02}:00**. Four fifths of all events fall between "
        f"{first:02}:00 and {last:02}:00, {percent(weekend)} on weekends."
    )


def output_figures(db: Database, filters: Filters, partial_day: date | None) -> bool:
    """Draw what only metrics tell, where there are any; say whether there were."""
    answers = [(title, ask(db, filters), chart) for title, ask, chart in _MEASURED]
    told = [answer for answer in answers if answer[1].drop(columns="day").to_numpy().any()]
    for title, frame, chart in told:
        figure(title, frame, chart, partial_day=partial_day)
    return bool(told)


def _core(by_hour: list[int]) -> tuple[int, int]:
    """Return the shortest span of hours that holds four fifths of the events."""
    spans = (
        (length, start)
        for length in range(1, 25)
        for start in range(25 - length)
        if sum(by_hour[start : start + length]) >= 0.8 * sum(by_hour)
    )
    length, start = next(spans)
    return start, start + length


def activity_caveats(page: Page, is_measured: bool) -> list[str]:
    """Return what limits the numbers of the Activity page."""
    lines = [
        f"Days, weekdays and hours are in {page.scope.zone_name}, the reporting time zone: "
        "people elsewhere work at other hours of their own day.",
        "Active means at least one prompt; sessions last from the first to the last event, "
        "pauses included. The first days of a store make everybody new.",
    ]
    if (page.filters.end - page.filters.start).days % 7:
        lines.append("This period is not whole weeks: it holds some weekdays more often.")
    if not is_measured:
        lines.append("No client exports metrics, so lines of code and commits are not known.")
    if page.partial_day:
        lines.append("Today is not over: its bars are paler.")
    return lines
