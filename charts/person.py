"""One person over days: a calendar of activity, and what they used."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.overview import WHEN, bars, marked, peak
from charts.shared.money import price_tip, with_prices
from charts.shared.spec import ChartSpec, charted, field
from charts.shared.theme import PADDING, SHORT_NUMBER, label_expr, value_axis

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_CELL = 17
_MONTH_ROW = 24


@charted
def activity_calendar(frame: pd.DataFrame) -> ChartSpec:
    """Draw one cell per day, a column per week, the darker the more prompts.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``is_active``, ``prompts``, ``sessions``, ``events`` and ``cost_usd``, one row
        per day.
    """
    monday = frame["day"] - pd.to_timedelta(frame["day"].dt.day_of_week, unit="D")
    rows = with_prices(frame).assign(
        week=monday.dt.strftime("%Y-%m-%d"),
        weekday=[WEEKDAYS[number] for number in frame["day"].dt.day_of_week],
    )
    busiest = float(frame["prompts"].quantile(0.95)) if len(frame) else 0.0
    scale = dict(domain=[0, max(busiest, 1.0)], clamp=True)
    months = _months(rows)
    quiet = {"title": None, "domain": False, "ticks": False, "grid": False}
    weeks = dict(
        **quiet, orient="top", values=[*months], labelExpr=label_expr(months), labelAngle=0,
        labelAlign="left", labelOverlap=False,
    )  # fmt: skip
    days = {"domain": [*WEEKDAYS], "paddingInner": 0.15}
    spec = {
        "mark": {"type": "rect", "cornerRadius": 3},
        "encoding": {
            "x": field("week:O", scale={"paddingInner": 0.15}, axis=weeks),
            "y": field("weekday:O", scale=days, axis={**quiet, "values": [*WEEKDAYS[::2]]}),
            "color": field("prompts:Q", scale=scale, legend=None),
            "tooltip": [
                WHEN,
                field("prompts:Q", title="Prompts", format=","),
                field("sessions:Q", title="Sessions", format=","),
                field("events:Q", title="Events", format=","),
                price_tip("cost_usd", "Cost"),
            ],
        },
        "height": 7 * _CELL + _MONTH_ROW,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, _habit(frame))


@charted
def user_tokens_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
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
        y=field("total_tokens:Q", axis=value_axis(SHORT_NUMBER)),
        tooltip=[
            field("total_tokens:Q", title="Tokens", format=","),
            field("prompts:Q", title="Prompts", format=","),
        ],
        words=peak(frame, "total_tokens", "{:,.0f} tokens".format),
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
