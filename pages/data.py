"""Data: what is in the store, where it came from, and how more gets in."""

import streamlit as st

from analytics import data_status, headline_totals
from store.import_log import pending_events
from ui.components.format import exact, plural, short
from ui.jobs.panel import show_latest
from ui.page import open_page
from ui.scope import EVERYTHING
from ui.sections.data.forms import generate_form, import_form
from ui.sections.data.otlp_setup import connect_help
from ui.sections.data.prices import prices_section
from ui.sections.data.roster import missing_people
from ui.sections.data.storage import imports_cards, sources_card, store_card

page = open_page("Data", "What is in the store?", is_filtered=False)
status = data_status(page.db)
total = headline_totals(page.db, EVERYTHING)

show_latest()
with st.grid(4, min_column_width=150, gap="small"):
    st.metric("Events", short(total.events), border=True)
    st.metric("Sessions", short(total.sessions), border=True)
    st.metric("Active users", short(total.active_users), border=True)
    st.metric("Records refused", exact(status.rejects), border=True)
if pending := pending_events(page.db):
    st.caption(f"{plural(pending, 'event')} stored, not yet in the rollups.")

st.header("Add data", anchor=False)
demo, files, live = st.tabs(["Demo data", "Files", "Connect"], key="add", bind="query-params")
with demo:
    generate_form()
with files:
    import_form()
with live:
    connect_help()

st.header("What there is", anchor=False)
with st.grid(2, min_column_width=380, gap="small"):
    sources_card(status)
    store_card(page.db, status)
st.header("Prices", anchor=False)
prices_section(page.db)

st.header("People", anchor=False)
missing_people(page.db, page.scope.zone_name)

st.header("Imports", anchor=False)
imports_cards(page.db, status)
