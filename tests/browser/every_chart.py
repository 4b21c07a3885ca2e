"""Page with all charts over hostile names, drawn as the pages of the app do."""

import streamlit as st

import charts
from tests.charts.frames import HOSTILE, MARKDOWN, wide
from ui.components.figure import figure
from ui.components.format import literal

frame = wide(HOSTILE)
for name in charts.__all__:
    if name != "use_theme":
        figure(name, frame, getattr(charts, name))
with st.container(key="names"):
    for name in MARKDOWN:
        st.markdown(f"**{literal(name)}**")
st.text("Drawn.")
