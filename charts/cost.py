"""Charts of cost, by day and by what it is spent on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from charts.shared.labels import UNATTRIBUTED
from charts.shared.model_names import model_labels
from charts.shared.money import price_tip, with_prices
from charts.shared.numbers import PERCENT, money, to_the_cent
from charts.shared.palette import UNNAMED, model_scale, role_scale
from charts.shared.ranked import Row, amount_and_share, ranked
from charts.shared.spec import ChartSpec, chart, field
from charts.shared.theme import SHORT_MONEY, label_expr, legend_below, value_axis
from charts.shared.time_series import bars, peak

TOP = 8
"""Projects or people to draw; the table lists all."""


@chart
def cost_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw US dollars per day; the tooltip counts unpriced requests.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``cost_usd`` and ``unpriced_requests``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        with_prices(frame),
        y=field("cost_usd:Q", axis=value_axis(SHORT_MONEY)),
        tooltip=[price_tip("cost_usd", "Cost")],
        summary=peak(frame, "cost_usd", to_the_cent),
        partial_day=partial_day,
    )


@chart
def cost_per_day_by_model(
    frame: pd.DataFrame, models: Iterable[str] = (), partial_day: date | None = None
) -> ChartSpec:
    """Draw US dollars per day, stacked by model, the most expensive at the bottom.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``model`` and ``cost_usd``.
    models : iterable of str
        Every model of the store, so that a filter changes no colour.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    days = frame["day"].to_list()
    by_model, by_day = Counter[str](), Counter[pd.Timestamp]()
    for day, model, usd in zip(days, frame["model"], frame["cost_usd"], strict=True):
        by_model[model] += usd
        by_day[day] += usd
    present = [model for model, usd in by_model.most_common() if usd > 0]
    labels = model_labels(sorted({*frame["model"], *models}))
    place = {model: number for number, model in enumerate(present)}
    rows = frame.assign(
        label=[labels[model] for model in frame["model"]],
        place=[place.get(model, len(place)) for model in frame["model"]],
        day_usd=[by_day[day] for day in days],
    )
    # Bars without height take clicks from others; one per day keeps all days on the axis
    is_drawn = (frame["cost_usd"] > 0) | (frame["model"] == next(iter(present), ""))
    daily = pd.DataFrame({"day": [*by_day], "cost_usd": [*by_day.values()]})
    # In an order that no filter changes, so the browser only moves the bars
    legend = legend_below(
        4,
        values=sorted(present, key=labels.__getitem__),
        labelExpr=label_expr(labels),
    )
    return bars(
        with_prices(rows[is_drawn]),
        y=field("cost_usd:Q", axis=value_axis(SHORT_MONEY), stack="zero"),
        tooltip=[
            field("label:N", title="Model"),
            price_tip("cost_usd", "Cost"),
            price_tip("day_usd", "Day total"),
        ],
        summary=peak(daily, "cost_usd", to_the_cent),
        color=field("model:N", scale=model_scale([*present, *models]), legend=legend),
        order=field("place:Q"),
        partial_day=partial_day,
    )


@chart
def cache_savings_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw cache savings per day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``cache_read_tokens``, ``cache_savings_usd`` and ``cache_write_premium_usd``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        with_prices(frame),
        y=field("cache_savings_usd:Q", axis=value_axis(SHORT_MONEY)),
        tooltip=[
            price_tip("cache_savings_usd", "Savings from cache reads"),
            price_tip("cache_write_premium_usd", "Premium for cache writes"),
            field("cache_read_tokens:Q", title="Cache read tokens", format=","),
        ],
        summary=peak(frame, "cache_savings_usd", to_the_cent),
        partial_day=partial_day,
    )


@chart
def cost_by_model(frame: pd.DataFrame, models: Iterable[str] = ()) -> ChartSpec:
    """Rank models by cost, each in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``model``, ``api_requests``, ``total_tokens``, ``cost_usd`` and ``unpriced_requests``.
    models : iterable of str
        Every model of the store, so that a filter changes no colour.
    """
    labels = model_labels([*frame["model"], *models])
    scale = model_scale([*frame["model"], *models])
    return _by_cost(
        frame,
        "model",
        names=[labels[model] for model in frame["model"]],
        color=field("model:N", scale=scale, legend=None),
    )


@chart
def cost_by_role(frame: pd.DataFrame, roles: Iterable[str] = ()) -> ChartSpec:
    """Rank roles by cost, each in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``role``, ``api_requests``, ``total_tokens``, ``cost_usd`` and ``unpriced_requests``.
    roles : iterable of str
        Every role of the store, so that a filter changes no colour.
    """
    ordered = frame.sort_values("cost_usd", ascending=False, kind="stable", ignore_index=True)
    scale = role_scale([*frame["role"], *roles])
    color = field("role:N", scale=scale, legend=None)
    return _by_cost(ordered, "role", color=color)


@chart
def cost_by_department(frame: pd.DataFrame) -> ChartSpec:
    """Rank departments by cost.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``department``, ``api_requests``, ``total_tokens``, ``cost_usd`` and
        ``unpriced_requests``.
    """
    return _by_cost(frame, "department", limit=TOP)


@chart
def cost_by_project(frame: pd.DataFrame) -> ChartSpec:
    """Rank projects by cost; requests without a project have their own row.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``project``, ``api_requests``, ``total_tokens``, ``cost_usd`` and ``unpriced_requests``.
    """
    names = [UNATTRIBUTED if name in UNNAMED else name for name in frame["project"]]
    return _by_cost(frame, "project", names=names, limit=TOP)


@chart
def cost_by_user(frame: pd.DataFrame) -> ChartSpec:
    """Rank people by cost; requests without a user have their own row.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``user_id``, ``name``, ``api_requests``, ``total_tokens``, ``cost_usd`` and
        ``unpriced_requests``.
    """
    names = [
        UNATTRIBUTED if user in UNNAMED else name
        for user, name in zip(frame["user_id"], frame["name"], strict=True)
    ]
    return _by_cost(frame, "user_id", names=names, limit=TOP, title="Person")


def _by_cost(frame: pd.DataFrame, dimension: str, **options: Any) -> ChartSpec:
    return ranked(
        frame,
        dimension,
        "cost_usd",
        tooltip=[
            price_tip("cost_usd", "Cost"),
            field("share:Q", title="Share", format=PERCENT),
            field("total_tokens:Q", title="Tokens", format=","),
            field("api_requests:Q", title="API requests", format=","),
        ],
        value_label=_cost_and_share,
        **options,
    )


def _cost_and_share(row: Row) -> str:
    if not row["cost_usd"] and row["unpriced_requests"]:
        return "unpriced"
    return amount_and_share("cost_usd", money)(row)
