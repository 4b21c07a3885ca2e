"""Charts of sessions, by day and by role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from charts.shared.labels import humanize
from charts.shared.money import price_tip, with_prices
from charts.shared.palette import role_scale
from charts.shared.percentiles import duration_texts, percentile_ranges
from charts.shared.spec import ChartSpec, chart, field
from charts.shared.time_series import count_bars


@chart
def found_sessions_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw sessions by the day they started.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``sessions``, ``prompts``, ``errors`` and ``cost_usd``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return count_bars(
        with_prices(frame),
        "sessions",
        "Sessions",
        partial_day,
        field("prompts:Q", title="Prompts", format=","),
        field("errors:Q", title="Failures", format=","),
        price_tip("cost_usd", "Cost"),
    )


@chart
def session_duration_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> ChartSpec:
    """Compare roles by the duration of their sessions.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``role``, ``sessions``, ``avg_seconds``, ``p50_seconds`` and ``p95_seconds``.
    roles : iterable of str
        Every role of the store, so that a filter changes no colour.
    """
    rows = frame.assign(
        p50_ms=frame["p50_seconds"] * 1000,
        p95_ms=frame["p95_seconds"] * 1000,
        average=duration_texts(frame["avg_seconds"] * 1000),
    )
    color = field("role:N", scale=role_scale([*frame["role"], *roles]), legend=None)
    names = [humanize(role) for role in frame["role"]]
    average = field("average:N", title="Mean")
    return percentile_ranges(rows, "role", "sessions", names, color, [average])
