"""Sessions: all of them, to search, to sort, and to open."""

import streamlit as st

import charts
from analytics import found_sessions_per_day
from ui.components.caveats import caveats, of_sessions
from ui.components.figure import figure
from ui.page import open_page
from ui.sections.session_filters import pick_day, session_query
from ui.sections.sessions import nothing_found, session_measures, session_table

page = open_page("Sessions", "Which sessions?")
page.guard(1)
wanted = session_query(page)

found = found_sessions_per_day(page.db, wanted.filters, wanted.search)
total = int(found["sessions"].sum())
if not total and wanted.is_narrowed:
    nothing_found()
    st.stop()
page.guard(total)

session_measures(page, wanted, found)
if len(found) > 1:
    figure(
        "When did they start?",
        found,
        charts.found_sessions_per_day,
        partial_day=page.partial_day,
        on_pick=pick_day(),
    )
session_table(page, wanted, total)
caveats(of_sessions(found))
