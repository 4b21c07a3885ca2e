"""What the Data page shows of the store: where events come from, which store it is."""

from __future__ import annotations

import streamlit as st

from analytics import DataStatus
from ui.data_forms import delete_form
from ui.format import exact
from ui.scope import SOURCES
from ui.tables import columns
from ui.zone_form import zone_form

_KINDS = {"embedded": "Embedded store", "mongodb": "MongoDB"}


def sources_card(status: DataStatus) -> None:
    """Draw a card with the events of each source, and the way to delete them."""
    with st.container(border=True, height="stretch"):
        st.subheader("Where do the events come from?", anchor=False)
        if status.sources.empty:
            st.caption("Nowhere yet.")
            return
        names = [SOURCES.get(source, source) for source in status.sources["source"]]
        named = status.sources.assign(source=names)
        st.dataframe(
            named,
            hide_index=True,
            height="content",
            column_config=columns(named),
            alt="Events by source",
        )
        delete_form(status.sources["source"].tolist())


def store_card(status: DataStatus) -> None:
    """Draw a card with the store's kind, place, zone and contents; never a password."""
    with st.container(border=True, height="stretch"):
        st.subheader("Which store is this?", anchor=False)
        st.markdown(
            f"**{_KINDS.get(status.store_kind, status.store_kind)}**, "
            f"database `{status.database}`, at `{status.store_address}`"
        )
        if status.first_timestamp and status.last_timestamp:
            first, last = status.first_timestamp, status.last_timestamp
            st.markdown(
                f"Events from **{first:%-d %b %Y, %H:%M}** to **{last:%-d %b %Y, %H:%M}** UTC"
            )
        st.caption(f"Revision {exact(status.revision)}: it grows whenever the data changes.")
        zone_form(status.time_zone)
        with st.expander("Documents by collection", icon=":material/database:"):
            st.dataframe(
                status.collections,
                hide_index=True,
                height="content",
                column_config=columns(status.collections),
                alt="Documents by collection",
            )
