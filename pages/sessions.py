"""Sessions: search, filter, sort and open them."""

import streamlit as st

import charts
from analytics import found_sessions_per_day
from ui.components.caveats import caveats, of_sessions
from ui.components.figure import figure
from ui.page import open_page
from ui.sections.session_filters import on_day, pick_day, session_query
from ui.sections.sessions import no_match, session_summary, session_table

page = open_page("Sessions", narrow=on_day)
page.guard(1)
query = session_query(page)

by_day = found_sessions_per_day(page.db, query.filters, query.search)
total = int(by_day["sessions"].sum())
if not total and query.is_narrowed:
    no_match()
    st.stop()
page.guard(total)

session_summary(page, query, by_day)
if len(by_day) > 1:
    figure(
        "Sessions per day",
        by_day,
        charts.found_sessions_per_day,
        partial_day=page.partial_day,
        on_pick=pick_day(),
    )
session_table(page, query, total)
caveats(of_sessions())
