"""Overview: headline numbers and the shape of the work."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import at_least, caveats, of_usage, unpriced
from ui.components.drilldown import filter_by
from ui.components.figure import figure
from ui.components.format import money, percent, short
from ui.page import open_page
from ui.prefetch import prefetch

page = open_page("Overview", "How is usage going?")
db, filters, today = page.db, page.filters, page.partial_day
prefetch(db, filters, analytics.headline_totals, analytics.active_users_per_day,
         analytics.sessions_per_day, analytics.prompts_per_day, analytics.events_per_day,
         analytics.tokens_per_day, analytics.cost_per_day, analytics.errors_per_day,
         analytics.events_by_hour, analytics.tokens_by_role, analytics.events_by_type)  # fmt: skip
prefetch(db, page.previous, analytics.headline_totals)

now = analytics.headline_totals(db, filters)
page.guard(now.events)
before = analytics.headline_totals(db, page.previous) if page.previous else None
users = analytics.active_users_per_day(db, filters)
sessions = analytics.sessions_per_day(db, filters)
prompts, events = analytics.prompts_per_day(db, filters), analytics.events_per_day(db, filters)
tokens, cost = analytics.tokens_per_day(db, filters), analytics.cost_per_day(db, filters)
error_rates = analytics.errors_per_day(db, filters)["error_rate"].dropna()

headline(
    now,
    before,
    [
        Card("Active users", "active_users", trend=users["dau"], direction="more",
             help="People with at least one prompt."),
        Card("Sessions", "sessions", trend=sessions["sessions"]),
        Card("Prompts", "prompts", trend=prompts["prompts"]),
        Card("Tokens", "total_tokens", trend=tokens["total_tokens"],
             help="All four kinds: input, output, cache read and cache creation."),
        Card("Cost", "cost_usd", money, trend=cost["cost_usd"], prefix=at_least(now),
             help="US dollars as the clients reported them, else at list price."),
        Card("Error rate", "error_rate", percent, direction="less", is_ratio=True,
             trend=error_rates, detail=f"{short(now.api_errors)} failed",
             help="API requests that failed, of all that were made."),
    ],
    page.comparison,
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    figure(
        "What does each day cost?", cost, charts.cost_per_day, note=unpriced(now), partial_day=today
    )
    figure("How many tokens, of which kind?", tokens, charts.tokens_per_day, partial_day=today)
    figure("How much happens each day?", events, charts.events_per_day, partial_day=today)
    figure(
        "Which hours of the day are busy?",
        analytics.events_by_hour(db, filters),
        charts.events_by_hour,
    )
    figure(
        "Which roles use the tokens?",
        analytics.tokens_by_role(db, filters),
        charts.tokens_by_role,
        on_pick=filter_by("role"),
        roles=page.scope.roles,
    )
    figure("What are the events?", analytics.events_by_type(db, filters), charts.events_by_type)

caveats(of_usage(page, now))
