"""Charts of active and new users, and of cohorts."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.shared.numbers import PERCENT, percent
from charts.shared.spec import ChartSpec, chart, field, field_by_rank, with_rank
from charts.shared.theme import PADDING, ROW_HEIGHT, legend_below, value_axis
from charts.shared.time_series import count_bars, lines, peak

SPANS = {"dau": "DAU (day)", "wau": "WAU (7 days)", "mau": "MAU (28 days)"}
"""Columns with active users, and their names for readers."""

_HEADING = 50
"""Pixels above the cells, for the numbers of the weeks."""

CELL_TEXT = {"dark": "#000000", "light": "#FFFFFF"}
LUMINANCE_OF_DARK_TEXT = 0.179
"""Luminance of a cell above which dark text has more contrast than light text."""

_LEGIBLE = (
    f"luminance(scale('color', datum.retention_rate)) > {LUMINANCE_OF_DARK_TEXT}"
    f" ? '{CELL_TEXT['dark']}' : '{CELL_TEXT['light']}'"
)

# Many weeks on a narrow page leave no room for the sign, then none for the number
_FITTING = (
    "bandwidth('x') < 20 ? '' : format(datum.retention_rate * 100, '.2~r')"
    " + (bandwidth('x') < 36 ? '' : '%')"
)


@chart
def active_users_per_day(frame: pd.DataFrame) -> ChartSpec:
    """Draw daily, weekly and monthly active users.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``dau``, ``wau``, ``mau`` and ``stickiness``.
    """
    named = frame.rename(columns=SPANS)
    rows = named.melt(
        ["day", "stickiness"], list(SPANS.values()), var_name="span", value_name="people"
    )
    return lines(
        rows,
        y=field("people:Q", axis=value_axis()),
        color=field(
            "span:N",
            scale={"domain": [*SPANS.values()]},
            legend=legend_below(3, symbol="stroke"),
        ),
        tooltip=[
            field("span:N", title="Metric"),
            field("people:Q", title="Active users", format=","),
            field("stickiness:Q", title="Stickiness", format=PERCENT),
        ],
        summary=peak(frame, "dau", "{:,.0f} active users".format),
        dot_size=30,
    )


@chart
def new_users_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how many users had their first prompt ever on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``new_users``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return count_bars(frame, "new_users", "New users", partial_day)


@chart
def retention_cohorts(frame: pd.DataFrame) -> ChartSpec:
    """Draw a row per cohort of users who started in the same week, a cell per week after.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``cohort_week``, ``week_number``, ``cohort_users``, ``retained_users`` and
        ``retention_rate``, the last two blank while the week is not over.
    """
    known = frame.dropna(subset=["retention_rate"]).assign(
        cohort=lambda part: [
            f"{week:%-d %b %Y} ({people})"
            for week, people in zip(part["cohort_week"], part["cohort_users"], strict=True)
        ],
    )
    rows = with_rank(known)
    weeks = dict(
        title="Week", titleAnchor="start", orient="top", labelAngle=0,
        ticks=False, domain=False,
    )  # fmt: skip
    cohorts = dict(title=None, ticks=False, domain=False, labelPadding=8, labelLimit=200)
    place = {
        "x": field("week_number:O", axis=weeks, scale={"padding": 0.05}),
        "y": field_by_rank("cohort:N", axis=cohorts, scale={"padding": 0.08}),
        # The numbers lie above the cells and need the same tooltip
        "tooltip": [
            field("cohort:N", title="Start week (users)"),
            field("week_number:O", title="Week"),
            field("retained_users:Q", title="Active users", format=","),
            field("cohort_users:Q", title="Cohort size", format=","),
            field("retention_rate:Q", title="Retention", format=PERCENT),
        ],
    }
    cells = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            **place,
            "color": field("retention_rate:Q", scale={"domain": [0, 1]}, legend=None),
        },
    }
    shares = {
        "mark": {
            "type": "text",
            "fill": {"expr": _LEGIBLE},
            "text": {"expr": _FITTING},
            "aria": False,
        },
        "encoding": place,
    }
    spec = {
        "layer": [cells, shares],
        "height": rows["cohort"].nunique() * ROW_HEIGHT + _HEADING,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, _week_one(rows))


def _week_one(rows: pd.DataFrame) -> str:
    after = rows[rows["week_number"] == 1]
    if after.empty:
        return "No cohort has completed week 1."
    rate = after["retained_users"].sum() / after["cohort_users"].sum()
    return f"Week 1 retention: {percent(rate)}."
