"""Charts of one person, over days."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.shared.labels import WEEKDAYS
from charts.shared.money import price_tip, with_prices
from charts.shared.spec import ChartSpec, chart, field
from charts.shared.theme import PADDING, label_expr
from charts.shared.time_series import DAY_TIP, count_bars

_DAYS = [name[:3] for name in WEEKDAYS]
_CELL = 17
_MONTH_ROW = 24


@chart
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
        weekday=[_DAYS[number] for number in frame["day"].dt.day_of_week],
    )
    busiest = float(frame["prompts"].quantile(0.95)) if len(frame) else 0.0
    scale = dict(domain=[0, max(busiest, 1.0)], clamp=True)
    months = _months(rows)
    quiet = {"title": None, "domain": False, "ticks": False, "grid": False}
    weeks = dict(
        **quiet, orient="top", values=[*months], labelExpr=label_expr(months), labelAngle=0,
        labelAlign="left", labelOverlap=False,
    )  # fmt: skip
    days = {"domain": _DAYS, "paddingInner": 0.15}
    spec = {
        "mark": {"type": "rect", "cornerRadius": 3},
        "encoding": {
            "x": field("week:O", scale={"paddingInner": 0.15}, axis=weeks),
            "y": field("weekday:O", scale=days, axis={**quiet, "values": _DAYS[::2]}),
            "color": field("prompts:Q", scale=scale, legend=None),
            "tooltip": [
                DAY_TIP,
                field("prompts:Q", title="Prompts", format=","),
                field("sessions:Q", title="Sessions", format=","),
                field("events:Q", title="Events", format=","),
                price_tip("cost_usd", "Cost"),
            ],
        },
        "height": 7 * _CELL + _MONTH_ROW,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, _active_days(frame))


@chart
def user_tokens_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw a person's tokens per day, all types together.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``total_tokens`` and ``prompts``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    prompts = field("prompts:Q", title="Prompts", format=",")
    return count_bars(frame, "total_tokens", "Tokens", partial_day, prompts)


def _months(rows: pd.DataFrame) -> dict[str, str]:
    """Map the week of the first day of each month to the name of the month."""
    firsts = rows[rows["day"].dt.day == 1]
    return dict(zip(firsts["week"], firsts["day"].dt.strftime("%b"), strict=True))


def _active_days(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No days."
    first, last = frame["day"].iloc[0], frame["day"].iloc[-1]
    active = int(frame["is_active"].sum())
    return f"Active on {active:,} of {len(frame):,} days, {first:%-d %b %Y} to {last:%-d %b %Y}."
