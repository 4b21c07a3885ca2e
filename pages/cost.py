"""Cost: what is spent, by whom and on what, and what the sum leaves open."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import at_least, caveats, of_usage
from ui.components.drilldown import filter_by, open_sessions
from ui.components.figure import figure
from ui.components.format import money, percent, plural
from ui.components.table import table
from ui.page import open_page
from ui.prefetch import prefetch
from ui.scope import EVERYTHING
from ui.sections.cost import Spending, cache_caveat, left_open

page = open_page("Cost", "Where does the money go?")
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
models = analytics.filter_options(db, EVERYTHING).models
days = analytics.cost_per_day(db, filters)
least, nothing = at_least(totals), "No request was made."
someone = open_sessions("user", "user_id", "name")

headline(
    Spending.of(db, filters),
    Spending.of(db, page.previous),
    [
        Card("Cost", "cost_usd", money, trend=days["cost_usd"], prefix=least,
             help="US dollars as the clients reported them, else at list price."),
        Card("Per active user", "per_user", money, prefix=least,
             detail=plural(totals.active_users, "person", "people"),
             help="Divided by the people with at least one prompt."),
        Card("Per session", "per_session", money, prefix=least,
             detail=plural(totals.sessions, "session")),
        Card("Per 1,000 prompts", "per_thousand_prompts", money, prefix=least,
             detail=plural(totals.prompts, "prompt")),
        Card("Saved by the cache", "cache_savings_usd", money, direction="more",
             trend=savings["cache_savings_usd"], detail=f"hit ratio {percent(ratio)}"
             if (ratio := totals.cache_hit_ratio) is not None else "",
             help="Estimate: cache reads at the price of plain input, minus what they cost."),
    ],
    page.comparison,
)  # fmt: skip
left_open(totals, person=people, department=departments, project=projects)

figure("What does each day cost, by model?", analytics.cost_per_day_by_model(db, filters),
       charts.cost_per_day_by_model, on_pick=open_sessions("day"), models=models,
       partial_day=today, empty=nothing)  # fmt: skip
with st.grid(2, min_column_width=380, gap="small"):
    figure("Which models cost most?", analytics.cost_by_model(db, filters), charts.cost_by_model,
           on_pick=open_sessions("model"), models=models, empty=nothing)  # fmt: skip
    figure("Which roles spend most?", analytics.tokens_by_role(db, filters), charts.cost_by_role,
           on_pick=filter_by("role"), roles=page.scope.roles, empty=nothing)  # fmt: skip
    figure("Which departments spend most?", departments, charts.cost_by_department,
           on_pick=filter_by("department"), empty=nothing)  # fmt: skip
    figure("Which projects is it spent on?", projects, charts.cost_by_project,
           on_pick=open_sessions("project"), empty=nothing)  # fmt: skip
    figure("Who spends most?", people, charts.cost_by_user, on_pick=someone, empty=nothing)
    figure("What does the cache save each day?", savings, charts.cache_savings_per_day,
           note="An estimate at list price.", partial_day=today)  # fmt: skip
shares = people.assign(share=people["cost_usd"] / (totals.cost_usd or 1))
table("Who spends how much?", shares, nothing, on_pick=someone)
caveats([*of_usage(page, totals), cache_caveat(savings)])
