"""Cost page: headline numbers, unattributed cost, caveat of the cache savings."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import Filters, Totals, cache_savings_per_day, headline_totals
from store.people.roles import UNKNOWN
from ui.components.format import money, percent


@dataclass(frozen=True)
class CostSummary:
    """Cost of a period and its ratios; None where a ratio has no denominator.

    Attributes
    ----------
    cost_usd, cache_savings_usd : float
        Total cost, and the estimated savings of the cache.
    per_user, per_session, per_thousand_prompts : float, optional
        Cost divided by these counts.
    """

    cost_usd: float
    cache_savings_usd: float
    per_user: float | None
    per_session: float | None
    per_thousand_prompts: float | None

    @classmethod
    def of(cls, db: Database, filters: Filters | None) -> CostSummary | None:
        """Query the numbers of a period; None for no period."""
        if filters is None:
            return None
        totals = headline_totals(db, filters)
        cost = totals.cost_usd
        return cls(
            cost_usd=cost,
            cache_savings_usd=cache_savings_per_day(db, filters)["cache_savings_usd"].sum(),
            per_user=cost / totals.active_users if totals.active_users else None,
            per_session=cost / totals.sessions if totals.sessions else None,
            per_thousand_prompts=1000 * cost / totals.prompts if totals.prompts else None,
        )


def unattributed(frame: pd.DataFrame, dimension: str) -> float:
    """Return the cost of requests without a value of the dimension."""
    return float(frame.loc[frame[dimension] == UNKNOWN, "cost_usd"].sum())


def show_unattributed(totals: Totals, **frames: pd.DataFrame) -> None:
    """Name the cost that belongs to no person, department or project.

    Parameters
    ----------
    totals : Totals
        The period in scope.
    **frames : pandas.DataFrame
        Cost by each dimension: dimension first, ``cost_usd`` among the rest.
    """
    amounts = {noun: unattributed(frame, str(frame.columns[0])) for noun, frame in frames.items()}
    parts = [
        f"{money(usd)} ({percent(usd / totals.cost_usd)}) without a {noun}"
        for noun, usd in amounts.items()
        if usd > 0
    ]
    # Always a container: without it the browser rebuilds the page when the line disappears
    with st.container():
        if parts:
            line = f":material/person_off: **Unattributed:** {', '.join(parts)}."
            st.markdown(line.replace("$", "\\$"))


def cache_caveat(savings: pd.DataFrame) -> str:
    """Explain how the savings are estimated."""
    premium = savings["cache_write_premium_usd"].sum()
    return (
        "Cache savings are an estimate: cache reads compared with uncached input at list price. "
        f"Cache writes cost {money(premium)} more than uncached input would have."
    )
