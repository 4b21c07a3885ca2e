"""Ranked bars: who or what has how much of it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from charts.drawing import Drawing, charted, field
from charts.numbers import PERCENT
from charts.palette import role_scale
from charts.prices import price_tip
from charts.ranking import ranked


@charted
def tokens_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> Drawing:
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


@charted
def events_by_type(frame: pd.DataFrame) -> Drawing:
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
            field("events:Q", title="Events", format=","),
            field("share:Q", title="Share", format=PERCENT),
        ],
    )
