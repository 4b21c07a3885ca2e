"""What a reader must know before quoting a number of the page."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from analytics import SessionTimeline, Totals
from ui.components.format import money, percent, plural, short
from ui.page import Page


def caveats(lines: Iterable[str]) -> None:
    """Draw the caveats of a page at its end."""
    text = "\n".join(f"- {line}" for line in lines)
    if text:
        with st.container(border=True):
            st.markdown("##### Before you quote these numbers")
            st.caption(text)


def at_least(totals: Totals) -> str:
    """Return what stands before a cost: requests without a price make it a lower bound."""
    return "\N{GREATER-THAN OR EQUAL TO} " if totals.unpriced_requests else ""


def unpriced(totals: Totals) -> str:
    """Say how much stands outside of the cost; empty if nothing does."""
    if not totals.unpriced_requests:
        return ""
    requests = plural(totals.unpriced_requests, "request")
    tokens = short(totals.unpriced_tokens)
    return f"{requests} ({tokens} tokens) used a model without a known price: not in the cost."


def of_people(totals: Totals) -> list[str]:
    """Return what limits the numbers of a list of people."""
    lines = [
        "Role, department, level and location are those of today; what somebody did counts "
        "with the post they had then.",
        "Cost is an estimate in US dollars, not an invoice.",
    ]
    return [*lines, *filter(None, [unpriced(totals)])]


def of_person(page: Page) -> list[str]:
    """Return what limits the numbers of one person."""
    lines = ["Cost is an estimate in US dollars, not an invoice."]
    if page.filters.roles or page.filters.departments:
        lines.append("The filters by role and department do not apply on this page.")
    if page.partial_day:
        lines.append("Today is not over: its bars are paler.")
    return [
        *lines,
        "Models and tools are those of the sessions that started in the period.",
        "Numbers tell how the agent was used, not how well somebody works.",
    ]


def of_session(session: SessionTimeline) -> list[str]:
    """Return what limits the numbers of one session."""
    lines = [
        "Cost is an estimate in US dollars, not an invoice.",
        "Durations are the client's; a request or a tool is drawn as ending when it was reported.",
    ]
    if session.unpriced_requests:
        requests = plural(session.unpriced_requests, "request")
        lines.append(f"{requests} used a model without a known price: not in the cost.")
    return lines


def of_sessions(found: pd.DataFrame) -> list[str]:
    """Return what limits the numbers of sessions that were found, summed up by day."""
    lines = [
        "A session belongs to the day it started, with all that happened in it, also after "
        "midnight. Sessions without a prompt and without a request are left out.",
        "Cost is an estimate in US dollars, not an invoice.",
    ]
    if unpriced_requests := int(found["unpriced_requests"].sum()):
        requests = plural(unpriced_requests, "request")
        lines.append(f"{requests} used a model without a known price: not in the cost.")
    return lines


def of_usage(page: Page, totals: Totals) -> list[str]:
    """Return what limits the numbers of a usage page."""
    lines = ["Cost is an estimate in US dollars, not an invoice."]
    if totals.computed_cost_usd and totals.cost_usd:
        share = percent(totals.computed_cost_usd / totals.cost_usd)
        lines.append(
            f"{share} of the cost ({money(totals.computed_cost_usd)}) was computed from tokens "
            "at the list price of the day, because the client reported none."
        )
    lines += filter(None, [unpriced(totals)])
    if page.partial_day:
        lines.append("Today is not over: its bars are paler, and the change is against full days.")
    if page.previous is None:
        lines.append("No change is shown: the store does not reach back over a period before.")
    return lines
