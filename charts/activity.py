"""Bars over the hours of a day: when the work happens."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.overview import bars, curves, marked, peak
from charts.shared.numbers import PERCENT, SPACE, percent
from charts.shared.spec import ChartSpec, charted, field, field_by_rank, with_rank
from charts.shared.theme import HEIGHT, PADDING, ROW_HEIGHT, SHORT_NUMBER, legend_below, value_axis


@charted
def events_by_hour(frame: pd.DataFrame) -> ChartSpec:
    """Draw events by hour of the day, in the reporting time zone.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``hour`` (0-23), ``events`` and ``sessions``, one row per hour.
    """
    hours = frame.assign(span=[f"{h:02}:00 to {(h + 1) % 24:02}:00" for h in frame["hour"]])
    axis = dict(
        title=None, labelAngle=0, grid=False, labelExpr="datum.value % 3 ? '' : datum.label + ' h'"
    )
    spec = {
        "mark": {"type": "bar"},
        "encoding": {
            "x": field("hour:O", axis=axis, scale={"paddingInner": 0.25}),
            "y": field("events:Q", axis=value_axis()),
            "tooltip": [
                field("span:N", title="Hour"),
                field("events:Q", title="Events", format=","),
                field("sessions:Q", title="Sessions active", format=","),
            ],
        },
        "height": HEIGHT,
        "padding": PADDING,
    }
    return ChartSpec(hours, spec, _busiest(hours))


def _busiest(hours: pd.DataFrame) -> str:
    if not hours["events"].sum():
        return "No events at any hour."
    top = hours.sort_values("events", kind="stable").iloc[-1]
    return f"Busiest from {top['span']} with {top['events']:,.0f} events."


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


@charted
def activity_by_weekday_hour(frame: pd.DataFrame) -> ChartSpec:
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
    hours = dict(
        title=None, labelAngle=0, ticks=False, domain=False, labelExpr="datum.label + ' h'",
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
    return ChartSpec(rows, spec, _busiest_rhythm(rows))


@charted
def active_users_per_day(frame: pd.DataFrame) -> ChartSpec:
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
    return curves(
        rows,
        y=field("people:Q", axis=value_axis()),
        color=field(
            "span:N",
            scale={"domain": [*SPANS.values()]},
            legend=legend_below(3, symbol="stroke"),
        ),
        tooltip=[
            field("span:N", title="Active"),
            field("people:Q", title="People", format=","),
            field("stickiness:Q", title="Stickiness", format=PERCENT),
        ],
        words=peak(frame, "dau", "{:,.0f} people".format),
        dot_size=30,
    )


@charted
def sessions_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how many sessions started on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``sessions``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _counts(frame, "sessions", "Sessions", partial_day)


@charted
def new_users_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how many people had their first prompt ever on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and ``new_users``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _counts(frame, "new_users", "New people", partial_day)


@charted
def retention_cohorts(frame: pd.DataFrame) -> ChartSpec:
    """Draw the people who started in the same week as a line, and who came back as its fields.

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
        title="Weeks after the first", titleAnchor="start", orient="top", labelAngle=0,
        ticks=False, domain=False,
    )  # fmt: skip
    cohorts = dict(title=None, ticks=False, domain=False, labelPadding=8, labelLimit=200)
    place = {
        "x": field("week_number:O", axis=weeks, scale={"padding": 0.05}),
        "y": field_by_rank("cohort:N", axis=cohorts, scale={"padding": 0.08}),
    }
    fields = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            **place,
            "color": field("retention_rate:Q", scale={"domain": [0, 1]}, legend=None),
            "tooltip": [
                field("cohort:N", title="Started in the week of"),
                field("week_number:O", title="Weeks after"),
                field("retained_users:Q", title="Came back", format=","),
                field("cohort_users:Q", title="Of", format=","),
                field("retention_rate:Q", title="Retention", format=PERCENT),
            ],
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
        "layer": [fields, shares],
        "height": rows["cohort"].nunique() * ROW_HEIGHT + _HEADING,
        "padding": PADDING,
    }
    return ChartSpec(rows, spec, _returned(rows))


def _counts(frame: pd.DataFrame, value: str, title: str, partial_day: date | None) -> ChartSpec:
    return bars(
        marked(frame, partial_day),
        y=field(f"{value}:Q", axis=value_axis()),
        tooltip=[field(f"{value}:Q", title=title, format=",")],
        words=peak(frame, value, "{:,.0f}".format),
    )


def _hour_span(hour: int) -> str:
    return f"{hour:02}:00 to {(hour + 1) % 24:02}:00"


def _busiest_rhythm(rows: pd.DataFrame) -> str:
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


LINES = {"added": "Added", "removed": "Removed"}
COMMITS = {"commits": "Commits", "pull_requests": "Pull requests"}
ACTIVE = {"user_seconds": "People", "cli_seconds": "Agent"}

_HOURS = f"format(datum.value, '~s') + '{SPACE}h'"


@charted
def code_edits_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how many edits of files each day had.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``edits``, ``accepted`` and ``rejected``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(frame, partial_day),
        y=field("edits:Q", axis=value_axis()),
        tooltip=[
            field("edits:Q", title="Edits", format=","),
            field("accepted:Q", title="Permissions granted", format=","),
            field("rejected:Q", title="Permissions refused", format=","),
        ],
        words=peak(frame, "edits", "{:,.0f} edits".format),
    )


@charted
def lines_of_code_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw the lines of code that were added and removed on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``added`` and ``removed``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _two(frame, LINES, SHORT_NUMBER, partial_day)


@charted
def commits_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw the commits and pull requests that the agent made on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``commits`` and ``pull_requests``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _two(frame, COMMITS, SHORT_NUMBER, partial_day)


@charted
def active_time_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw how long people and the agent were active on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``user_seconds`` and ``cli_seconds``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    hours = frame.assign(**{name: frame[name] / 3600 for name in ACTIVE})
    return _two(hours, ACTIVE, _HOURS, partial_day, ",.1f")


def _two(
    frame: pd.DataFrame,
    kinds: dict[str, str],
    label_expr: str,
    partial_day: date | None,
    digits: str = ",.0f",
) -> ChartSpec:
    """Stack two columns per day, each in its own colour."""
    named = frame.rename(columns=kinds)
    rows = named.melt(["day"], list(kinds.values()), var_name="kind", value_name="amount")
    total = frame.assign(amount=frame[[*kinds]].sum(axis="columns"))
    return bars(
        marked(rows, partial_day),
        y=field("amount:Q", axis=value_axis(label_expr), stack="zero"),
        tooltip=[
            field("kind:N", title=" "),
            field("amount:Q", title="Amount", format=digits),
        ],
        words=peak(total, "amount", f"{{:{digits}}}".format),
        color=field("kind:N", scale={"domain": [*kinds.values()]}, legend=legend_below(columns=2)),
    )
