"""When people work: the week hour by hour, and how many of them come, stay and return."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from charts.days import bars, day_axis, marked, peak
from charts.numbers import PERCENT, SPACE, percent
from charts.theme import (
    DAY_FORMAT,
    HEIGHT,
    LEGEND_HEIGHT,
    PADDING,
    ROW_HEIGHT,
    value_axis,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SPANS = {"dau": "on the day", "wau": "in 7 days", "mau": "in 28 days"}
"""The three counts of active people, and their names for readers."""

_HEADING = 50
"""Pixels above the fields, for the numbers of the weeks."""

# Dark on light and light on dark, whatever the theme makes of the scale
_LEGIBLE = "luminance(scale('color', datum.retention_rate)) > 0.35 ? '#18202F' : '#FFFFFF'"

# Many weeks on a narrow page leave no room for the sign, then none for the number
_FITTING = (
    "bandwidth('x') < 20 ? '' : format(datum.retention_rate * 100, '.2~r')"
    f" + (bandwidth('x') < 36 ? '' : '{SPACE}%')"
)


def activity_by_weekday_hour(frame: pd.DataFrame) -> alt.Chart:
    """Draw a week as 7 by 24 fields, the busier the stronger.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``weekday`` (0 is Monday), ``hour`` (0-23) and ``events``, one row for each of both.
    """
    rows = frame.assign(
        weekday_name=[WEEKDAYS[weekday] for weekday in frame["weekday"]],
        span=[_hour_span(hour) for hour in frame["hour"]],
    )
    hours = alt.Axis(
        title=None, labelAngle=0, ticks=False, domain=False, labelExpr="datum.label + ' h'",
        values=[*range(0, 24, 3)],
    )  # fmt: skip
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_rect(cornerRadius=2)
        .encode(
            x=alt.X("hour:O", axis=hours, scale=alt.Scale(padding=0.06)),
            y=alt.Y(
                "weekday_name:N",
                sort=list(WEEKDAYS),
                axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=8),
                scale=alt.Scale(padding=0.1),
            ),
            color=alt.Color("events:Q", scale=alt.Scale(domainMin=0), legend=None),
            tooltip=[
                alt.Tooltip("weekday_name:N", title="Weekday"),
                alt.Tooltip("span:N", title="Hour"),
                alt.Tooltip("events:Q", title="Events", format=","),
            ],
        )
        .properties(height=7 * ROW_HEIGHT, padding=PADDING, description=_busiest(rows))
    )
    return chart


def active_users_per_day(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw how many people were active on each day, and in the weeks before it.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``dau``, ``wau``, ``mau`` and ``stickiness``.
    """
    named = frame.rename(columns=SPANS)
    rows = named.melt(
        ["day", "stickiness"], list(SPANS.values()), var_name="span", value_name="people"
    )
    legend = alt.Legend(title=None, orient="bottom", symbolType="stroke", columns=3, padding=0)
    base = alt.Chart(rows).encode(
        x=alt.X(
            "day:T", timeUnit="utcyearmonthdate", bandPosition=0.5, axis=day_axis(frame["day"])
        ),
        y=alt.Y("people:Q", axis=value_axis()),
        color=alt.Color("span:N", scale=alt.Scale(domain=list(SPANS.values())), legend=legend),
        tooltip=[
            alt.Tooltip("day:T", timeUnit="utcyearmonthdate", title="Day", format=DAY_FORMAT),
            alt.Tooltip("span:N", title="Active"),
            alt.Tooltip("people:Q", title="People", format=","),
            alt.Tooltip("stickiness:Q", title="Stickiness", format=PERCENT),
        ],
    )
    return alt.LayerChart(
        layer=[base.mark_line(strokeWidth=2), base.mark_point(filled=True, size=30)],
        height=HEIGHT + LEGEND_HEIGHT,
        padding=PADDING,
        description=peak(frame, "dau", "{:,.0f} people"),
    )


def sessions_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw how many sessions started on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``sessions``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _counts(frame, "sessions", "Sessions", partial_day)


def new_users_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw how many people had their first prompt ever on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``new_users``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _counts(frame, "new_users", "New people", partial_day)


def retention_cohorts(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the people who started in the same week as a line, and who came back as its fields.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``cohort_week``, ``week_number``, ``cohort_users``, ``retained_users`` and
        ``retention_rate``, the last two blank while the week is not over.
    """
    rows = frame.dropna(subset=["retention_rate"]).assign(
        cohort=lambda part: [
            f"{week:%-d %b %Y} ({people})"
            for week, people in zip(part["cohort_week"], part["cohort_users"], strict=True)
        ],
    )
    weeks = alt.Axis(
        title="Weeks after the first", titleAnchor="start", orient="top", labelAngle=0,
        ticks=False, domain=False,
    )  # fmt: skip
    base = alt.Chart(rows).encode(
        x=alt.X("week_number:O", axis=weeks, scale=alt.Scale(padding=0.05)),
        y=alt.Y(
            "cohort:N",
            sort=None,
            axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=8, labelLimit=200),
            scale=alt.Scale(padding=0.08),
        ),
    )
    fields = base.mark_rect(cornerRadius=2).encode(
        color=alt.Color("retention_rate:Q", scale=alt.Scale(domain=[0, 1]), legend=None),
        tooltip=[
            alt.Tooltip("cohort:N", title="Started in the week of"),
            alt.Tooltip("week_number:O", title="Weeks after"),
            alt.Tooltip("retained_users:Q", title="Came back", format=","),
            alt.Tooltip("cohort_users:Q", title="Of", format=","),
            alt.Tooltip("retention_rate:Q", title="Retention", format=PERCENT),
        ],
    )
    shares = base.mark_text(
        fill=alt.ExprRef(expr=_LEGIBLE), text=alt.ExprRef(expr=_FITTING), aria=False
    )
    return alt.LayerChart(
        layer=[fields, shares],
        height=rows["cohort"].nunique() * ROW_HEIGHT + _HEADING,
        padding=PADDING,
        description=_returned(rows),
    )


def _counts(frame: pd.DataFrame, value: str, title: str, partial_day: date | None) -> alt.Chart:
    return bars(
        marked(frame, partial_day),
        y=alt.Y(f"{value}:Q", axis=value_axis()),
        tooltip=[alt.Tooltip(f"{value}:Q", title=title, format=",")],
        description=peak(frame, value, "{:,.0f}"),
    )


def _hour_span(hour: int) -> str:
    return f"{hour:02}:00 to {(hour + 1) % 24:02}:00"


def _busiest(rows: pd.DataFrame) -> str:
    if not rows["events"].sum():
        return "No events at any hour."
    top = rows.sort_values("events", kind="stable").iloc[-1]
    return f"Busiest on {top['weekday_name']}, {top['span']}, with {top['events']:,.0f} events."


def _returned(rows: pd.DataFrame) -> str:
    after = rows[rows["week_number"] == 1]
    if after.empty:
        return "No week after a first one is over yet."
    rate = after["retained_users"].sum() / after["cohort_users"].sum()
    return f"{percent(rate)} of those who started came back in the week after."
