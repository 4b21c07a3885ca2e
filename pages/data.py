"""Data: what is in the store, where it came from, and how more gets in."""

import streamlit as st

from analytics import data_status
from ui.connect import connect_help
from ui.data_forms import delete_form, generate_form, import_form
from ui.format import exact, short
from ui.frame import open_page
from ui.jobs_panel import show_latest
from ui.store_card import store_card
from ui.tables import table

page = open_page("Data", "What is in the store?")
status = data_status(page.db)
held = dict(status.collections.to_numpy().tolist())

show_latest()
with st.grid(4, min_column_width=150, gap="small"):
    st.metric("Events", short(status.sources["events"].sum()), border=True)
    st.metric("Sessions", short(held["sessions"]), border=True)
    st.metric("People", short(held["users"]), border=True)
    st.metric("Records refused", exact(status.rejects), border=True)

st.header("Add data", anchor=False)
demo, files, live = st.tabs(
    [":material/science: Demo data", ":material/upload_file: Files", ":material/cable: Claude Code"]
)
with demo:
    generate_form()
with files:
    import_form()
with live:
    connect_help()

st.header("What there is", anchor=False)
with st.grid(2, min_column_width=380, gap="medium"):
    with st.container():
        table("Where do the events come from?", status.sources, "Nowhere yet.")
        if not status.sources.empty:
            delete_form(status.sources["source"].tolist())
    store_card(status)
table("What was imported?", status.imports, "Nothing yet.")
