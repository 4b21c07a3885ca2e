"""Bars over the hours of a day: when the work happens."""

from __future__ import annotations

import pandas as pd

from charts.drawing import Drawing, charted, field
from charts.theme import HEIGHT, PADDING, value_axis


@charted
def events_by_hour(frame: pd.DataFrame) -> Drawing:
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
    return Drawing(hours, spec, _busiest(hours))


def _busiest(hours: pd.DataFrame) -> str:
    if not hours["events"].sum():
        return "No events at any hour."
    top = hours.sort_values("events", kind="stable").iloc[-1]
    return f"Busiest from {top['span']} with {top['events']:,.0f} events."
