"""Session: timeline, requests, tools and events of one session."""

import streamlit as st

import charts
from analytics import SessionNotFound, session_timeline
from ui.components.caveats import caveats, of_session
from ui.components.figure import figure
from ui.components.table import table
from ui.empty_states import not_found
from ui.page import open_page
from ui.sections import session as detail

page = open_page("Session", heading=detail.heading, is_filtered=False)
page.guard(1)
zone = page.scope.zone_name
try:
    session = session_timeline(page.db, st.query_params.get("id", ""))
except SessionNotFound:
    not_found("session", st.query_params.get("id", ""), "../pages/sessions.py", "All sessions")
events = session.events

detail.about(session, zone)
detail.measures(session)
figure("Timeline", detail.lanes(events, zone), charts.session_lanes)

requests, tools = detail.requests(events, zone), detail.tools(events)
durations = detail.time_spent(events)
with st.grid(2, min_column_width=380, gap="small"):
    if len(requests):
        figure("Cost per request", requests, charts.request_costs,
               models=page.scope.options.models)  # fmt: skip
        figure("Tokens per request", requests, charts.request_tokens)
    if len(tools):
        figure("Tools used", tools, charts.tools_used)
    if len(durations):
        figure("Time spent", durations, charts.time_spent)

table("Events", detail.events_table(events, zone), "None.", whole=lambda: events)
caveats(of_session())
