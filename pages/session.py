"""Session: one run of the agent, event by event."""

import streamlit as st

import charts
from analytics import SessionNotFound, filter_options, session_timeline
from ui.components.caveats import caveats, of_session
from ui.components.figure import figure
from ui.components.table import table
from ui.empty_states import not_found
from ui.page import open_page
from ui.scope import EVERYTHING
from ui.sections import session as story

page = open_page("Session", "What happened in this session?", is_filtered=False)
page.guard(1)
zone = page.scope.zone_name
try:
    session = session_timeline(page.db, st.query_params.get("id", ""))
except SessionNotFound:
    not_found("session", st.query_params.get("id", ""), "../pages/sessions.py", "All sessions")
events = session.events

story.about(session, zone)
story.measures(session)
figure("What happened when?", story.lanes(events, zone), charts.session_lanes)

requests, tools = story.requests(events, zone), story.tools(events)
spent = story.time_spent(events)
with st.grid(2, min_column_width=380, gap="small"):
    if len(requests):
        figure("What did each request cost?", requests, charts.request_costs,
               models=filter_options(page.db, EVERYTHING).models)  # fmt: skip
        figure("How many tokens did each request use?", requests, charts.request_tokens)
    if len(tools):
        figure("Which tools did it use?", tools, charts.tools_used)
    if len(spent):
        figure("What took the time?", spent, charts.time_spent)

table("What are the events?", story.told(events, zone), "None.", whole=lambda: events)
caveats(of_session(session))
