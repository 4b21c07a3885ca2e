"""What fails, by day and by kind."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from charts.days import bars, marked, peak
from charts.labels import error_label
from charts.numbers import PERCENT
from charts.palette import FAILURES, color_scale
from charts.ranking import ranked
from charts.theme import HEIGHT, LEGEND_HEIGHT, value_axis


def errors_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> alt.Chart:
    """Draw failures per day, stacked by what failed.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``api_requests``, ``api_errors``, ``error_rate``, ``tool_calls`` and
        ``tool_failures``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    named = frame.assign(
        errors=frame["api_errors"] + frame["tool_failures"],
        tool_failure_rate=frame["tool_failures"] / frame["tool_calls"],
    ).rename(columns=FAILURES)
    kept = ["day", "errors", "error_rate", "tool_failure_rate"]
    rows = named.melt(kept, [*FAILURES.values()], var_name="kind", value_name="failed")
    chart = bars(
        marked(rows, partial_day),
        y=alt.Y("failed:Q", axis=value_axis(), stack="zero"),
        tooltip=[
            alt.Tooltip("kind:N", title="What failed"),
            alt.Tooltip("failed:Q", title="How many", format=","),
            alt.Tooltip("error_rate:Q", title="Of all API requests", format=PERCENT),
            alt.Tooltip("tool_failure_rate:Q", title="Of all tool calls", format=PERCENT),
        ],
        description=peak(named, "errors", "{:,.0f} failures"),
    )
    legend = alt.Legend(title=None, orient="bottom", symbolType="square", columns=2, padding=0)
    scale = alt.Scale(domain=[*FAILURES.values()])
    shown = alt.Color("kind:N", scale=scale, legend=legend)
    colored: alt.Chart = chart.encode(color=shown).properties(height=HEIGHT + LEGEND_HEIGHT)
    return colored


def errors_by_type(frame: pd.DataFrame, limit: int = 8) -> alt.LayerChart:
    """Rank kinds of failure, each in the colour of what failed.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``error_type``, ``errors``, ``api_errors`` and ``tool_failures``.
    limit : int
        Most kinds to draw; the rest is added up.
    """
    request, call = FAILURES.values()
    of_requests = frame["api_errors"] >= frame["tool_failures"]
    rows = frame.assign(failed=of_requests.map({True: request, False: call}))
    return ranked(
        rows,
        "error_type",
        "errors",
        tooltip=[
            alt.Tooltip("errors:Q", title="Failures", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("api_errors:Q", title="API requests", format=","),
            alt.Tooltip("tool_failures:Q", title="Tool calls", format=","),
        ],
        names=[error_label(error) for error in rows["error_type"]],
        color=alt.Color("failed:N", scale=color_scale((), [*FAILURES.values()]), legend=None),
        limit=limit,
    )
