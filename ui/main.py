"""Script that Streamlit runs for every visitor: navigation, filters, page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import sidebar
from ui.http.access import EXPOSED, INSECURE_VARIABLE
from ui.page import guarded
from ui.prefetch import prefetching

ASSETS = Path(__file__).parent / "assets"
SAAS = st.Page("../pages/saas.py", title="SaaS", icon=":material/cloud:")
PAGES = [
    st.Page("../pages/overview.py", title="Overview", icon=":material/monitoring:", default=True),
    st.Page("../pages/cost.py", title="Cost", icon=":material/payments:"),
    st.Page("../pages/activity.py", title="Activity", icon=":material/schedule:"),
    st.Page("../pages/tools.py", title="Tools", icon=":material/construction:"),
    st.Page("../pages/reliability.py", title="Reliability", icon=":material/health_and_safety:"),
    st.Page("../pages/sessions.py", title="Sessions", icon=":material/forum:"),
    st.Page("../pages/session.py", title="Session", visibility="hidden"),
    st.Page("../pages/people.py", title="People", icon=":material/group:"),
    st.Page("../pages/person.py", title="Person", visibility="hidden"),
    SAAS,
    st.Page("../pages/data.py", title="Data", icon=":material/database:"),
]

st.set_page_config(page_icon=str(ASSETS / "icon.png"), layout="wide")
st.html(ASSETS / "page.css")
st.logo(ASSETS / "logo.svg", icon_image=ASSETS / "icon.png", size="large")

page = st.navigation(PAGES)
if EXPOSED.is_set():
    st.badge(
        "No sign-in",
        icon=":material/lock_open:",
        color="orange",
        help=f"Anyone who reaches it can read and delete all data ({INSECURE_VARIABLE}=1).",
    )
with guarded():
    st.session_state["scope"] = sidebar.choose(page.title, is_any_day=page.title == SAAS.title)
    with prefetching():
        page.run()
