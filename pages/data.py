"""Data: sources, storage, imports, prices and the roster."""

import streamlit as st

from analytics import data_status, headline_totals
from store.import_log import pending_events
from ui.components.format import exact, plural, short
from ui.jobs.panel import show_latest
from ui.page import open_page
from ui.scope import EVERYTHING
from ui.sections.data.forms import generate_form, import_form
from ui.sections.data.otlp_setup import connect_form
from ui.sections.data.prices import prices_section
from ui.sections.data.roster import missing_people
from ui.sections.data.storage import imports_cards, sources_card, store_card

page = open_page("Data", is_filtered=False)
status = data_status(page.db)
total = headline_totals(page.db, EVERYTHING)

show_latest()
with st.grid(4, min_column_width=150, gap="small"):
    st.metric("Events", short(total.events), border=True)
    st.metric("Sessions", short(total.sessions), border=True)
    st.metric("Active users", short(total.active_users), border=True)
    st.metric("Rejected records", exact(status.rejects), border=True)
if pending := pending_events(page.db):
    st.caption(f"{plural(pending, 'event')} stored but not yet counted.")

st.header("Add data", anchor=False)
demo, files, live = st.tabs(["Demo data", "Files", "Connect"], key="add", bind="query-params")
with demo:
    generate_form()
with files:
    import_form()
with live:
    connect_form()

st.header("Storage", anchor=False)
with st.grid(2, min_column_width=380, gap="small"):
    sources_card(status)
    store_card(page.db, status)
st.header("Prices", anchor=False)
prices_section(page.db)

st.header("Roster", anchor=False)
missing_people(page.db, page.scope.zone_name)

st.header("Imports", anchor=False)
imports_cards(page.db, status)
