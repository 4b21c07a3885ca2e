"""Charts of events and sessions, by day, weekday and hour."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.shared.labels import WEEKDAYS
from charts.shared.numbers import PERCENT, SPACE
from charts.shared.ranked import ranked
from charts.shared.spec import ChartSpec, chart, field
from charts.shared.theme import HEIGHT, PADDING, ROW_HEIGHT, SHORT_NUMBER, value_axis
from charts.shared.time_series import count_bars, peak, stacked_bars

LINES = {"added": "Added", "removed": "Removed"}
COMMITS = {"commits": "Commits", "pull_requests": "Pull requests"}
ACTIVE = {"user_seconds": "User", "cli_seconds": "Agent"}

_HOURS = f"{SHORT_NUMBER} + '{SPACE}h'"
_CLOCK = "(datum.value < 10 ? '0' : '') + datum.value + ':00'"


@chart
def events_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw events per day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``events``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return count_bars(frame, "events", "Events", partial_day)


@chart
def sessions_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how many sessions started on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``sessions``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return count_bars(frame, "sessions", "Sessions", partial_day)


@chart
def events_by_type(frame: pd.DataFrame) -> ChartSpec:
    """Rank event types by number of events.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``event_type`` and ``events``.
    """
    return ranked(
        frame,
        "event_type",
        "events",
        tooltip=[
            field("events:Q", title="Events", format=","),
            field("share:Q", title="Share", format=PERCENT),
        ],
    )


@chart
def events_by_hour(frame: pd.DataFrame) -> ChartSpec:
    """Draw events by hour of the day, in the reporting time zone.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``hour`` (0-23), ``events`` and ``sessions``, one row per hour.
    """
    rows = frame.assign(span=[_hour_span(hour) for hour in frame["hour"]])
    axis = dict(title=None, labelAngle=0, grid=False, labelExpr=f"datum.value % 3 ? '' : {_CLOCK}")
    spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": field("hour:O", axis=axis, scale={"paddingInner": 0.25}),
            "y": field("events:Q", axis=value_axis()),
            "tooltip": [
                field("span:N", title="Hour"),
                field("events:Q", title="Events", format=","),
                field("sessions:Q", title="Active sessions", format=","),
            ],
        },
        "height": HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, _busiest(rows))


@chart
def activity_by_weekday_hour(frame: pd.DataFrame) -> ChartSpec:
    """Draw a week as 7 by 24 cells, the darker the more events.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``weekday`` (0 is Monday), ``hour`` (0-23) and ``events``, one row for each of both.
    """
    rows = frame.assign(
        weekday_name=[WEEKDAYS[weekday] for weekday in frame["weekday"]],
        span=[_hour_span(hour) for hour in frame["hour"]],
    )
    hours = dict(
        title=None, labelAngle=0, ticks=False, domain=False, labelExpr=_CLOCK,
        values=[*range(0, 24, 3)],
    )  # fmt: skip
    days = dict(title=None, ticks=False, domain=False, labelPadding=8)
    spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": field("hour:O", axis=hours, scale={"padding": 0.06}),
            "y": field("weekday_name:N", sort=[*WEEKDAYS], axis=days, scale={"padding": 0.1}),
            "color": field("events:Q", scale={"domainMin": 0}, legend=None),
            "tooltip": [
                field("weekday_name:N", title="Weekday"),
                field("span:N", title="Hour"),
                field("events:Q", title="Events", format=","),
            ],
        },
        "height": 7 * ROW_HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, _busiest(rows))


@chart
def lines_of_code_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw the lines of code that were added and removed on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``added`` and ``removed``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _measured(frame, LINES, "Lines", partial_day)


@chart
def commits_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw the commits and pull requests that the agent made on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``commits`` and ``pull_requests``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _measured(frame, COMMITS, "Commits and pull requests", partial_day)


@chart
def active_time_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how many hours users and the agent were active on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``user_seconds`` and ``cli_seconds``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    hours = frame.assign(**{name: frame[name] / 3600 for name in ACTIVE})
    return _measured(hours, ACTIVE, "Hours", partial_day, ",.1f", _HOURS)


def _measured(
    frame: pd.DataFrame,
    kinds: dict[str, str],
    unit: str,
    partial_day: date | None,
    digits: str = ",.0f",
    label_expr: str = SHORT_NUMBER,
) -> ChartSpec:
    """Stack two columns per day."""
    noun = unit.lower()
    rows = frame.assign(total=frame[[*kinds]].sum(axis="columns"))
    return stacked_bars(
        rows,
        kinds,
        tooltip=[
            field("kind:N", title="Type"),
            field("amount:Q", title=unit, format=digits),
            field("total:Q", title="Day total", format=digits),
        ],
        summary=peak(rows, "total", f"{{:{digits}}} {noun}".format),
        partial_day=partial_day,
        label_expr=label_expr,
    )


def _hour_span(hour: int) -> str:
    return f"{hour:02}:00\N{EN DASH}{(hour + 1) % 24:02}:00"


def _busiest(rows: pd.DataFrame) -> str:
    """Name the peak hour, with its weekday if the rows have one."""
    if not rows["events"].sum():
        return "No events at any hour."
    top = rows.sort_values("events", kind="stable").iloc[-1]
    weekday = f"{top['weekday_name']} " if "weekday_name" in rows else ""
    return f"Peak: {weekday}{top['span']}, {top['events']:,.0f} events."
