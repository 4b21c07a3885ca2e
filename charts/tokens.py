"""Charts of tokens, by day and by role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from charts.shared.money import price_tip
from charts.shared.numbers import PERCENT
from charts.shared.palette import TOKEN_KINDS, role_scale
from charts.shared.ranked import ranked
from charts.shared.spec import ChartSpec, chart, field
from charts.shared.time_series import peak, stacked_bars


@chart
def tokens_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw tokens per day, stacked by type.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, the four types and ``total_tokens``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return stacked_bars(
        frame,
        TOKEN_KINDS,
        tooltip=[
            field("kind:N", title="Type"),
            field("amount:Q", title="Tokens", format=","),
            field("total_tokens:Q", title="Day total", format=","),
        ],
        summary=peak(frame, "total_tokens", "{:,.0f} tokens".format),
        partial_day=partial_day,
        columns=4,
    )


@chart
def tokens_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> ChartSpec:
    """Rank roles by total tokens, each in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``role``, ``api_requests``, ``total_tokens``, ``tokens_per_request`` and ``cost_usd``.
    roles : iterable of str
        Every role of the store, so that a filter changes no colour.
    """
    scale = role_scale([*frame["role"], *roles])
    return ranked(
        frame,
        "role",
        "total_tokens",
        tooltip=[
            field("total_tokens:Q", title="Tokens", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("api_requests:Q", title="API requests", format=","),
            field("tokens_per_request:Q", title="Tokens per request", format=",.0f"),
            price_tip("cost_usd", "Cost"),
        ],
        color=field("role:N", scale=scale, legend=None),
    )
