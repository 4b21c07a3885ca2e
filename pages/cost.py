"""Cost: by day, model, role, department, project and person, and what it leaves out."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import COST_HELP, caveats, excluded, of_usage
from ui.components.drilldown import filter_by
from ui.components.figure import figure
from ui.components.format import money, percent, plural
from ui.components.table import table
from ui.page import open_page
from ui.prefetch import prefetch
from ui.sections.cost import CostSummary, cache_caveat, show_unattributed

page = open_page("Cost")
db, filters, today = page.db, page.filters, page.partial_day
prefetch(db, filters, analytics.headline_totals, analytics.cache_savings_per_day,
         analytics.cost_by_user, analytics.cost_by_project, analytics.cost_by_department,
         analytics.cost_per_day, analytics.cost_per_day_by_model, analytics.cost_by_model,
         analytics.tokens_by_role)  # fmt: skip
prefetch(db, page.previous, analytics.headline_totals, analytics.cache_savings_per_day)

totals = analytics.headline_totals(db, filters)
page.guard(totals.events)
savings = analytics.cache_savings_per_day(db, filters)
people, projects = analytics.cost_by_user(db, filters), analytics.cost_by_project(db, filters)
departments = analytics.cost_by_department(db, filters)
models = page.scope.options.models
nothing = "No requests in this period."
by_user = filter_by("user", "name")

headline(
    CostSummary.of(db, filters),
    CostSummary.of(db, page.previous),
    [
        Card("Cost", "cost_usd", money, trend=analytics.cost_per_day(db, filters)["cost_usd"],
             help=COST_HELP),
        Card("Per active user", "per_user", money,
             detail=plural(totals.active_users, "person", "people"),
             help="Active users have at least one prompt."),
        Card("Per session", "per_session", money,
             detail=plural(totals.sessions, "session")),
        Card("Per 1,000 prompts", "per_thousand_prompts", money,
             detail=plural(totals.prompts, "prompt")),
        Card("Cache savings", "cache_savings_usd", money, direction="more",
             trend=savings["cache_savings_usd"], detail=f"{percent(ratio)} hit rate"
             if (ratio := totals.cache_hit_ratio) is not None else "",
             help="Estimate: cache reads at the price of uncached input, less their own price."),
    ],
    page.comparison,
    excluded(totals.unpriced_requests, totals.unpriced_tokens),
)  # fmt: skip
show_unattributed(totals, person=people, department=departments, project=projects)

figure("Daily cost by model", analytics.cost_per_day_by_model(db, filters),
       charts.cost_per_day_by_model, on_pick=filter_by("model"), models=models,
       partial_day=today, empty=nothing)  # fmt: skip
with st.grid(2, min_column_width=380, gap="small"):
    figure("Cost by model", analytics.cost_by_model(db, filters), charts.cost_by_model,
           on_pick=filter_by("model"), models=models, empty=nothing)  # fmt: skip
    figure("Cost by role", analytics.tokens_by_role(db, filters), charts.cost_by_role,
           on_pick=filter_by("role"), roles=page.scope.options.roles, empty=nothing)  # fmt: skip
    figure("Cost by department", departments, charts.cost_by_department,
           on_pick=filter_by("department"), empty=nothing)  # fmt: skip
    figure("Cost by project", projects, charts.cost_by_project,
           on_pick=filter_by("project"), empty=nothing)  # fmt: skip
    figure("Top spenders", people, charts.cost_by_user, on_pick=by_user, empty=nothing)
    figure("Daily cache savings", savings, charts.cache_savings_per_day,
           note="Estimate at list price.", partial_day=today)  # fmt: skip
shares = people.assign(share=people["cost_usd"] / (totals.cost_usd or 1))
table("Cost by person", shares, nothing, on_pick=by_user)
caveats([*of_usage(page, totals), cache_caveat(savings)])
