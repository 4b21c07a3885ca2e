"""Person: facts, usage by day, models, tools and sessions of one person."""

import streamlit as st

import charts
from analytics import (
    SessionFilter,
    UserNotFound,
    found_sessions_per_day,
    user_calendar,
    user_models,
    user_profile,
    user_tools,
)
from ui.components.caveats import caveats, of_person
from ui.components.drilldown import filter_by
from ui.components.figure import figure
from ui.empty_states import not_found
from ui.jobs.panel import show_running
from ui.page import open_page
from ui.sections import person as detail
from ui.sections.person_form import edit_form, manual_form
from ui.sections.session_filters import SessionQuery
from ui.sections.sessions import session_table

page = open_page("Person", heading=detail.heading)
page.guard(1)
db, filters, user_id = page.db, page.filters, st.query_params.get("id", "")
try:
    person = user_profile(db, user_id)
except UserNotFound:
    not_found("person", user_id, "../pages/people.py", "All people")
days, year = user_calendar(db, filters, user_id), user_calendar(db, detail.year(page), user_id)

detail.about(person, page)
detail.measures(page, user_id, days)
figure(
    "Activity calendar",
    year,
    charts.activity_calendar,
    note=detail.calendar_note(year),
    on_pick=detail.open_day(user_id),
)
if days["events"].sum():
    models, tools = user_models(db, filters, user_id), user_tools(db, filters, user_id)
    with st.grid(2, min_column_width=380, gap="small"):
        figure("Daily cost", days, charts.cost_per_day, partial_day=page.partial_day)
        figure("Tokens per day", days, charts.user_tokens_per_day,
               partial_day=page.partial_day)  # fmt: skip
        if len(models):
            figure("Cost by model", models, charts.cost_by_model,
                   on_pick=filter_by("model"), models=page.scope.options.models)  # fmt: skip
        if len(tools):
            figure("Tools used", tools, charts.tools_used, on_pick=filter_by("tool"))
    query = SessionQuery(filters, SessionFilter(user_id=user_id), {})
    by_day = found_sessions_per_day(db, filters, query.search)
    session_table(page, query, int(by_day["sessions"].sum()))
    detail.latest_events(db, filters, user_id, page.scope.zone_name)
else:
    detail.no_activity()

edit, manual = st.tabs(["Edit person", "Log activity"], key="change", bind="query-params")
with edit:
    edit_form(person, page)
with manual:
    manual_form(person, page)
show_running("forms")
caveats(of_person(page))
