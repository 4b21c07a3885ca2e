"""Activity page: headline numbers, peak times, metrics of the client."""

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
    ("Lines of code per day", lines_of_code_per_day, charts.lines_of_code_per_day),
    ("Commits per day", commits_per_day, charts.commits_per_day),
    ("Active time per day", active_time_per_day, charts.active_time_per_day),
)


@dataclass(frozen=True)
class ActivitySummary:
    """Headline numbers of a period; None where a ratio has no denominator.

    Attributes
    ----------
    active_users, sessions, new_users, edits : int
        People with a prompt, sessions that started, people with their first prompt, file edits.
    stickiness : float, optional
        Mean of the days: active on the day, of those active in the 28 days up to it.
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
    def of(cls, db: Database, filters: Filters | None) -> ActivitySummary | None:
        """Query the numbers of a period; None for no period."""
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


def peak_times(week: pd.DataFrame) -> str:
    """Describe the busiest hour, and the hours with most activity.

    Parameters
    ----------
    week : pandas.DataFrame
        Result of `activity_by_weekday_hour`.
    """
    everything = week["events"].sum()
    top = week.sort_values("events", kind="stable").iloc[-1]
    by_hour = week.groupby("hour")["events"].sum().to_list()
    first, last = _core(by_hour)
    weekend = week.loc[week["weekday"] >= SATURDAY, "events"].sum() / everything
    return (
        f"Peak: **{WEEKDAYS[top['weekday']][:3]} {top['hour']:02}:00\N{EN DASH}"
        f"{(top['hour'] + 1) % 24:02}:00**. 80% of activity between {first:02}:00 and "
        f"{last:02}:00; {percent(weekend)} on weekends."
    )


def output_figures(db: Database, filters: Filters, partial_day: date | None) -> bool:
    """Draw the metrics that clients export; return whether there are any."""
    frames = [(title, question(db, filters), chart) for title, question, chart in _MEASURED]
    measured = [part for part in frames if part[1].drop(columns="day").to_numpy().any()]
    for title, frame, chart in measured:
        figure(title, frame, chart, partial_day=partial_day)
    return bool(measured)


def _core(by_hour: list[int]) -> tuple[int, int]:
    """Return the shortest span of hours with 80% of the events."""
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
        f"Days, weekdays and hours are in the reporting time zone, {page.scope.zone_name}, not in "
        "that of each user.",
        "Active means at least one prompt. Sessions last from the first to the last event, pauses "
        "included. On the first days of the data, all users are new.",
    ]
    if (page.filters.end - page.filters.start).days % 7:
        lines.append("The period is not a number of whole weeks: some weekdays occur more often.")
    if not is_measured:
        lines.append("Lines of code and commits are unknown: no client exports metrics.")
    if page.partial_day:
        lines.append("Today is partial.")
    return lines
