"""Bars over the hours of a day: when the work happens."""

from __future__ import annotations

import altair as alt
import pandas as pd

from charts.theme import HEIGHT, PADDING, value_axis


def events_by_hour(frame: pd.DataFrame) -> alt.Chart:
    """Draw events by hour of the day, in the reporting time zone.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``hour`` (0-23), ``events`` and ``sessions``, one row per hour.
    """
    hours = frame.assign(span=[f"{h:02}:00 to {(h + 1) % 24:02}:00" for h in frame["hour"]])
    axis = alt.Axis(
        title=None, labelAngle=0, grid=False, labelExpr="datum.value % 3 ? '' : datum.label + ' h'"
    )
    chart: alt.Chart = (
        alt.Chart(hours)
        .mark_bar()
        .encode(
            x=alt.X("hour:O", axis=axis, scale=alt.Scale(paddingInner=0.25)),
            y=alt.Y("events:Q", axis=value_axis()),
            tooltip=[
                alt.Tooltip("span:N", title="Hour"),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("sessions:Q", title="Sessions active", format=","),
            ],
        )
        .properties(height=HEIGHT, padding=PADDING, description=_busiest(hours))
    )
    return chart


def _busiest(hours: pd.DataFrame) -> str:
    if not hours["events"].sum():
        return "No events at any hour."
    top = hours.sort_values("events", kind="stable").iloc[-1]
    return f"Busiest from {top['span']} with {top['events']:,.0f} events."
