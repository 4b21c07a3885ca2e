"""What fails, by day and by kind."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.overview import bars, marked, peak
from charts.shared.labels import error_label
from charts.shared.numbers import PERCENT
from charts.shared.palette import FAILURES, color_scale
from charts.shared.ranked import ranked
from charts.shared.spec import ChartSpec, charted, field
from charts.shared.theme import legend_below, value_axis


@charted
def errors_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
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
    return bars(
        marked(rows, partial_day),
        y=field("failed:Q", axis=value_axis(), stack="zero"),
        tooltip=[
            field("kind:N", title="What failed"),
            field("failed:Q", title="How many", format=","),
            field("error_rate:Q", title="Of all API requests", format=PERCENT),
            field("tool_failure_rate:Q", title="Of all tool calls", format=PERCENT),
        ],
        words=peak(named, "errors", "{:,.0f} failures".format),
        color=field(
            "kind:N", scale={"domain": [*FAILURES.values()]}, legend=legend_below(columns=2)
        ),
    )


@charted
def errors_by_type(frame: pd.DataFrame, limit: int = 8) -> ChartSpec:
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
            field("errors:Q", title="Failures", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("api_errors:Q", title="API requests", format=","),
            field("tool_failures:Q", title="Tool calls", format=","),
        ],
        names=[error_label(error) for error in rows["error_type"]],
        color=field("failed:N", scale=color_scale((), [*FAILURES.values()]), legend=None),
        limit=limit,
    )
