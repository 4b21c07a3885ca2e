"""Person: who they are, when they were active, with what, and in which sessions."""

import streamlit as st

import charts
from analytics import (
    SessionFilter,
    UserNotFound,
    filter_options,
    found_sessions_per_day,
    user_calendar,
    user_models,
    user_profile,
    user_tools,
)
from ui.components.caveats import caveats, of_person
from ui.components.figure import figure
from ui.empty_states import not_found
from ui.jobs.panel import show_running
from ui.page import open_page
from ui.scope import EVERYTHING
from ui.sections import person as story
from ui.sections.person_form import edit_form, manual_form
from ui.sections.session_filters import SessionQuery
from ui.sections.sessions import session_table

page = open_page("Person", "What does this person do?")
page.guard(1)
db, filters, user_id = page.db, story.without_positions(page.filters), st.query_params.get("id", "")
try:
    person = user_profile(db, user_id)
except UserNotFound:
    not_found("person", user_id, "../pages/people.py", "All people")
days, year = user_calendar(db, filters, user_id), user_calendar(db, story.year(page), user_id)

story.about(person, page)
story.measures(page, user_id, days)
figure(
    "On which days?",
    year,
    charts.activity_calendar,
    note=story.year_words(year),
    on_pick=story.open_day(user_id),
)
if days["events"].sum():
    models, tools = user_models(db, filters, user_id), user_tools(db, filters, user_id)
    with st.grid(2, min_column_width=380, gap="small"):
        figure("What does each day cost?", days, charts.cost_per_day, partial_day=page.partial_day)
        figure("How many tokens each day?", days, charts.user_tokens_per_day,
               partial_day=page.partial_day)  # fmt: skip
        if len(models):
            figure("Which models?", models, charts.cost_by_model,
                   models=filter_options(db, EVERYTHING).models)  # fmt: skip
        if len(tools):
            figure("Which tools?", tools, charts.tools_used)
    theirs = SessionQuery(filters, SessionFilter(user_id=user_id), {})
    found = found_sessions_per_day(db, filters, theirs.search)
    session_table(page, theirs, int(found["sessions"].sum()))
    story.latest_events(db, filters, user_id, page.scope.zone_name)
else:
    story.quiet(page)

edit, manual = st.tabs(["Edit this person", "Enter an activity"], key="change", bind="query-params")
with edit:
    edit_form(person, page)
with manual:
    manual_form(person, page)
show_running("forms")
caveats(of_person(page))
