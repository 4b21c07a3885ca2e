"""Charts of failures and latency, by day, cause and model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from charts.shared.labels import error_label
from charts.shared.model_names import model_labels
from charts.shared.numbers import PERCENT, milliseconds
from charts.shared.palette import FAILURES, color_scale, model_scale
from charts.shared.percentiles import (
    P50,
    P95,
    duration_axis,
    duration_texts,
    percentile_ranges,
)
from charts.shared.ranked import ranked
from charts.shared.spec import ChartSpec, chart, field
from charts.shared.theme import legend_below
from charts.shared.time_series import lines, peak, stacked_bars


@chart
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
    rows = frame.assign(
        errors=frame["api_errors"] + frame["tool_failures"],
        tool_failure_rate=frame["tool_failures"] / frame["tool_calls"],
    )
    return stacked_bars(
        rows,
        FAILURES,
        tooltip=[
            field("kind:N", title="Failed"),
            field("amount:Q", title="Failures", format=","),
            field("errors:Q", title="Day total", format=","),
            field("error_rate:Q", title="API error rate", format=PERCENT),
            field("tool_failure_rate:Q", title="Tool failure rate", format=PERCENT),
        ],
        summary=peak(rows, "errors", "{:,.0f} failures".format),
        partial_day=partial_day,
    )


@chart
def errors_by_type(frame: pd.DataFrame, limit: int = 8) -> ChartSpec:
    """Rank causes of failure, each in the colour of what failed.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``error_type``, ``errors``, ``api_errors`` and ``tool_failures``.
    limit : int
        Most causes to draw; the rest is added up.
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
            field("api_errors:Q", title=request, format=","),
            field("tool_failures:Q", title=call, format=","),
        ],
        names=[error_label(error) for error in rows["error_type"]],
        color=field(
            "failed:N",
            scale=color_scale((), [request, call]),
            legend=legend_below(values=[request, call]),
        ),
        limit=limit,
    )


@chart
def latency_per_day(frame: pd.DataFrame) -> ChartSpec:
    """Draw the median and the 95th percentile of each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``p50_ms``, ``p95_ms``, and how many requests of the day were timed.
    """
    timed = "api_requests" if "api_requests" in frame else "requests"
    named = frame.rename(columns={"p50_ms": P50, "p95_ms": P95})
    rows = named.melt(["day", timed], [P50, P95], var_name="quantile", value_name="ms")
    rows = rows.assign(duration=duration_texts(rows["ms"]))
    return lines(
        rows,
        y=field("ms:Q", axis=duration_axis(), scale={"zero": True}),
        color=field(
            "quantile:N", scale={"domain": [P50, P95]}, legend=legend_below(2, symbol="stroke")
        ),
        tooltip=[
            field("quantile:N", title="Percentile"),
            field("duration:N", title="Latency (\N{PLUS-MINUS SIGN}1%)"),
            field(f"{timed}:Q", title="Requests timed", format=","),
        ],
        summary=_slowest(frame),
        dot_size=36,
    )


@chart
def latency_by_model(frame: pd.DataFrame, models: Iterable[str] = ()) -> ChartSpec:
    """Compare models by the latency of their requests.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``model``, ``api_requests``, ``p50_ms`` and ``p95_ms``.
    models : iterable of str
        Every model of the store, so that a filter changes no colour.
    """
    labels = model_labels([*frame["model"], *models])
    color = field("model:N", scale=model_scale(labels), legend=None)
    names = [labels[model] for model in frame["model"]]
    return percentile_ranges(frame, "model", "api_requests", names, color)


def _slowest(frame: pd.DataFrame) -> str:
    timed = frame.dropna(subset=["p95_ms"])
    if timed.empty:
        return "No days with a known latency."
    top = timed.sort_values("p95_ms", kind="stable").iloc[-1]
    return f"Slowest on {top['day']:%-d %b}: p95 {milliseconds(top['p95_ms'])}."
