"""Cost: what is spent, by whom and on what, and what the sum leaves open."""

import streamlit as st

import charts
from analytics import (
    cache_savings_per_day,
    cost_by_department,
    cost_by_model,
    cost_by_project,
    cost_by_user,
    cost_per_day,
    cost_per_day_by_model,
    filter_options,
    headline_totals,
    tokens_by_role,
)
from ui.components.card import Card, headline
from ui.components.caveats import at_least, caveats, of_usage
from ui.components.drilldown import filter_by, open_sessions
from ui.components.figure import figure
from ui.components.format import money, percent, plural
from ui.components.table import table
from ui.page import open_page
from ui.scope import EVERYTHING
from ui.sections.cost import Spending, cache_caveat, left_open

page = open_page("Cost", "Where does the money go?")
db, filters, today = page.db, page.filters, page.partial_day

totals = headline_totals(db, filters)
page.guard(totals.events)
savings = cache_savings_per_day(db, filters)
people, projects = cost_by_user(db, filters), cost_by_project(db, filters)
departments, models = cost_by_department(db, filters), filter_options(db, EVERYTHING).models
least, nothing = at_least(totals), "No request was made."
someone = open_sessions("user", "user_id", "name")

headline(
    Spending.of(db, filters),
    Spending.of(db, page.previous),
    [
        Card("Cost", "cost_usd", money, trend=cost_per_day(db, filters)["cost_usd"], prefix=least,
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

figure("What does each day cost, by model?", cost_per_day_by_model(db, filters),
       charts.cost_per_day_by_model, on_pick=open_sessions("day"), models=models,
       partial_day=today, empty=nothing)  # fmt: skip
with st.grid(2, min_column_width=380, gap="small"):
    figure("Which models cost most?", cost_by_model(db, filters), charts.cost_by_model,
           on_pick=open_sessions("model"), models=models, empty=nothing)  # fmt: skip
    figure("Which roles spend most?", tokens_by_role(db, filters), charts.cost_by_role,
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
