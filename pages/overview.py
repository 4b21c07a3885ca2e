"""Overview: headline numbers, daily cost and tokens, events by type and hour."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import COST_HELP, caveats, excluded, of_usage
from ui.components.drilldown import filter_by
from ui.components.figure import figure
from ui.components.format import money, percent, short
from ui.page import open_page
from ui.prefetch import prefetch

page = open_page("Overview")
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
             help="Input, output, cache read and cache write."),
        Card("Cost", "cost_usd", money, trend=cost["cost_usd"], help=COST_HELP),
        Card("Error rate", "error_rate", percent, direction="less", is_ratio=True,
             trend=error_rates, detail=f"{short(now.api_errors)} failed",
             help="Failed API requests, of all API requests."),
    ],
    page.comparison,
    excluded(now.unpriced_requests, now.unpriced_tokens),
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    figure("Daily cost", cost, charts.cost_per_day, partial_day=today)
    figure("Tokens by type", tokens, charts.tokens_per_day, partial_day=today)
    figure("Events per day", events, charts.events_per_day, partial_day=today)
    figure("Activity by hour", analytics.events_by_hour(db, filters), charts.events_by_hour)
    figure(
        "Tokens by role",
        analytics.tokens_by_role(db, filters),
        charts.tokens_by_role,
        on_pick=filter_by("role"),
        roles=page.scope.options.roles,
    )
    figure("Events by type", analytics.events_by_type(db, filters), charts.events_by_type)

caveats(of_usage(page, now))
