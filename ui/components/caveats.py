"""What limits the numbers of a page."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from analytics import Totals
from ui.components.format import money, percent, plural, short
from ui.page import Page

ESTIMATE = "Cost is an estimate in US dollars, not an invoice."

COST_HELP = "In US dollars. Reported by Claude Code; list price where it reported none."


def caveats(lines: Iterable[str]) -> None:
    """Draw the caveats of a page at its end."""
    text = "\n".join(f"- {line}" for line in lines)
    if text:
        with st.container(border=True):
            st.subheader("About these numbers", anchor=False)
            st.caption(text)


def excluded(requests: float, tokens: float = 0) -> str:
    """Name the requests that no cost includes, since their model has no price.

    Parameters
    ----------
    requests : float
        Unpriced requests.
    tokens : float
        Their tokens, if known.

    Returns
    -------
    str
        One sentence; empty if every request has a price.
    """
    if not requests:
        return ""
    size = f" ({short(tokens)} tokens)" if tokens else ""
    return f"Excludes {plural(requests, 'unpriced request')}{size}."


def of_people(totals: Totals) -> list[str]:
    """Return what limits the numbers of a list of people."""
    lines = [
        "Shows current roles, departments, levels and locations; past usage counts under those "
        "held at the time.",
        ESTIMATE,
    ]
    return [*lines, *filter(None, [excluded(totals.unpriced_requests, totals.unpriced_tokens)])]


def of_person(page: Page) -> list[str]:
    """Return what limits the numbers of one person."""
    lines = [ESTIMATE]
    if page.partial_day:
        lines.append("Today is partial.")
    return [
        *lines,
        "Models and tools are those of the sessions that started in the period.",
        "Usage is no measure of how well a person works.",
    ]


def of_session() -> list[str]:
    """Return what limits the numbers of one session."""
    return [
        ESTIMATE,
        "Durations are those the client measured; a request or a tool call is drawn as ending "
        "when it was reported.",
    ]


def of_sessions() -> list[str]:
    """Return what limits the numbers of a list of sessions."""
    return [
        "A session counts on the day it started, with everything in it, also after midnight. "
        "Sessions without a prompt and without a request are left out.",
        ESTIMATE,
    ]


def of_usage(page: Page, totals: Totals) -> list[str]:
    """Return what limits the numbers of a usage page."""
    lines = [ESTIMATE]
    if totals.computed_cost_usd and totals.cost_usd:
        share = percent(totals.computed_cost_usd / totals.cost_usd)
        lines.append(
            f"{share} of the cost ({money(totals.computed_cost_usd)}) is computed from tokens "
            "at the list price of the day, because the client reported none."
        )
    if page.partial_day:
        lines.append("Today is partial; changes compare it with full days.")
    if page.previous is None:
        lines.append("No changes are shown: the data does not reach back one more period.")
    return lines
