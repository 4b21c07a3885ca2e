"""Ranked bars: who or what has how much of it."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd

from charts.numbers import PERCENT
from charts.palette import role_scale
from charts.ranking import ranked


def tokens_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> alt.LayerChart:
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
            alt.Tooltip("total_tokens:Q", title="Tokens", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("api_requests:Q", title="API requests", format=","),
            alt.Tooltip("tokens_per_request:Q", title="Tokens per request", format=",.0f"),
            alt.Tooltip("cost_usd:Q", title="Cost", format="$,.2f"),
        ],
        color=alt.Color("role:N", scale=scale, legend=None),
    )


def events_by_type(frame: pd.DataFrame) -> alt.LayerChart:
    """Rank event types by how often they happened.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``event_type`` and ``events``.
    """
    return ranked(
        frame,
        "event_type",
        "events",
        tooltip=[
            alt.Tooltip("events:Q", title="Events", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
        ],
    )
