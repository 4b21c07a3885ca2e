"""One person over days: a calendar of activity, and what they used."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from charts.days import bars, marked, peak
from charts.theme import DAY_FORMAT, PADDING, SHORT_NUMBER, label_expr, value_axis

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_CELL = 17
_MONTH_ROW = 24


def activity_calendar(frame: pd.DataFrame) -> alt.Chart:
    """Draw one cell per day, a column per week, the darker the more prompts.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``is_active``, ``prompts``, ``sessions``, ``events`` and ``cost_usd``, one row
        per day.
    """
    monday = frame["day"] - pd.to_timedelta(frame["day"].dt.day_of_week, unit="D")
    rows = frame.assign(
        week=monday.dt.strftime("%Y-%m-%d"),
        weekday=[WEEKDAYS[number] for number in frame["day"].dt.day_of_week],
    )
    busiest = float(frame["prompts"].quantile(0.95)) if len(frame) else 0.0
    scale = alt.Scale(domain=[0, max(busiest, 1.0)], clamp=True)
    months = _months(rows)
    chart: alt.Chart = (
        alt.Chart(rows)
        .mark_rect(cornerRadius=3)
        .encode(
            x=alt.X(
                "week:O",
                scale=alt.Scale(paddingInner=0.15),
                axis=alt.Axis(
                    title=None, values=[*months], labelExpr=label_expr(months), labelAngle=0,
                    labelAlign="left", labelOverlap=False, orient="top",
                    domain=False, ticks=False, grid=False,
                ),
            ),
            y=alt.Y(
                "weekday:O",
                scale=alt.Scale(domain=[*WEEKDAYS], paddingInner=0.15),
                axis=alt.Axis(
                    title=None, values=[*WEEKDAYS[::2]], domain=False, ticks=False, grid=False
                ),
            ),
            color=alt.Color("prompts:Q", scale=scale, legend=None),
            tooltip=[
                alt.Tooltip("day:T", timeUnit="utcyearmonthdate", title="Day", format=DAY_FORMAT),
                alt.Tooltip("prompts:Q", title="Prompts", format=","),
                alt.Tooltip("sessions:Q", title="Sessions", format=","),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("cost_usd:Q", title="Cost", format="$,.2f"),
            ],
        )
        .properties(height=7 * _CELL + _MONTH_ROW, padding=PADDING, description=_habit(frame))
    )  # fmt: skip
    return chart


def user_tokens_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw a person's tokens per day, all kinds together.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``total_tokens`` and ``prompts``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(frame, partial_day),
        y=alt.Y("total_tokens:Q", axis=value_axis(SHORT_NUMBER)),
        tooltip=[
            alt.Tooltip("total_tokens:Q", title="Tokens", format=","),
            alt.Tooltip("prompts:Q", title="Prompts", format=","),
        ],
        description=peak(frame, "total_tokens", "{:,.0f} tokens"),
    )


def _months(rows: pd.DataFrame) -> dict[str, str]:
    """Name each month over the week that holds its first day."""
    firsts = rows[rows["day"].dt.day == 1]
    return dict(zip(firsts["week"], firsts["day"].dt.strftime("%b"), strict=True))


def _habit(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No days."
    active = int(frame["is_active"].sum())
    first, last = frame["day"].iloc[0], frame["day"].iloc[-1]
    return (
        f"Active on {active:,} of {len(frame):,} days from {first:%-d %B %Y} to {last:%-d %B %Y}."
    )
