"""Which store the pages read, in words; never a password."""

from __future__ import annotations

import streamlit as st

from analytics import DataStatus
from ui.format import exact

_KINDS = {"embedded": "Embedded store", "mongodb": "MongoDB"}


def store_card(status: DataStatus) -> None:
    """Draw a card with the store's kind, place, zone and contents."""
    with st.container(border=True):
        st.subheader("Which store is this?", anchor=False)
        st.markdown(
            f"**{_KINDS.get(status.store_kind, status.store_kind)}**, "
            f"database `{status.database}`, at `{status.store_address}`"
        )
        st.caption(
            f"Days are counted in {status.time_zone}. The data was rewritten "
            f"{exact(status.revision)} times so far."
        )
        with st.expander("Documents by collection", icon=":material/database:"):
            st.dataframe(
                status.collections,
                hide_index=True,
                height="content",
                alt="Documents by collection",
            )
