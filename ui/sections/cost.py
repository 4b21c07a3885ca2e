"""What a lead asks about money beyond its sum, and what the sum leaves open."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import Filters, Totals, cache_savings_per_day, headline_totals
from store.people.roles import UNKNOWN
from ui.components.caveats import unpriced
from ui.components.format import money, percent


@dataclass(frozen=True)
class Spending:
    """Cost of a period in relation to what was done; None where nothing was.

    Attributes
    ----------
    cost_usd, cache_savings_usd : float
        What was spent, and what reading from the cache saved.
    per_user, per_session, per_thousand_prompts : float, optional
        The cost divided by these.
    """

    cost_usd: float
    cache_savings_usd: float
    per_user: float | None
    per_session: float | None
    per_thousand_prompts: float | None

    @classmethod
    def of(cls, db: Database, filters: Filters | None) -> Spending | None:
        """Work all of it out; None for no period."""
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
    """Return what is spent on nothing that has a name."""
    return float(frame.loc[frame[dimension] == UNKNOWN, "cost_usd"].sum())


def left_open(totals: Totals, **spent: pd.DataFrame) -> None:
    """Say what has no price, and what is spent on nobody and nothing.

    Parameters
    ----------
    totals : Totals
        The period in scope.
    **spent : pandas.DataFrame
        By the noun that says what is missing: dimension first, ``cost_usd`` among the rest.
    """
    lines = [f":material/help: **Without a price:** {unpriced(totals)}"] if unpriced(totals) else []
    amounts = {noun: unattributed(frame, str(frame.columns[0])) for noun, frame in spent.items()}
    named = [
        f"{money(usd)} ({percent(usd / totals.cost_usd)}) names no {noun}"
        for noun, usd in amounts.items()
        if usd > 0
    ]
    if named:
        lines.append(f":material/person_off: **Not attributed:** {', '.join(named)}.")
    # Always a container: a line more or less, and browsers would build all that follows anew
    with st.container():
        for line in lines:
            st.markdown(line.replace("$", "\\$"))


def cache_caveat(savings: pd.DataFrame) -> str:
    """Say what the estimate of the savings rests on."""
    premium = savings["cache_write_premium_usd"].sum()
    return (
        "Cache savings compare the cache reads with the list price of plain input; an estimate. "
        f"Writing to the cache cost {money(premium)} more than plain input would have."
    )
