"""Sources, database and imports on the Data page."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import DataStatus
from analytics.data import grouped_values, rejects_by_reason, unwritten_documents
from charts.shared.labels import humanize
from store.events.sources import DELETABLE, source_label
from ui.components.format import literal, milliseconds, plural
from ui.components.table import columns, table
from ui.components.time_zone import in_zone
from ui.sections.data.forms import delete_form
from ui.sections.data.time_zone import zone_form

_NOUNS = {
    "tool_name": ("tool", "tools"),
    "os": ("system", "systems"),
    "status": ("status", "statuses"),
}
"""Singular and plural of a dimension, where they differ from its name."""

_SHOWN_FAILURES = 5

_KINDS = {"embedded": "Embedded store", "mongodb": "MongoDB"}


def sources_card(status: DataStatus) -> None:
    """Draw the events of each source, and the form that deletes them."""
    with st.container(border=True, height="stretch"):
        st.subheader("Sources", anchor=False)
        if status.sources.empty:
            st.caption("No sources yet")
            return
        names = [source_label(source) for source in status.sources["source"]]
        named = status.sources.assign(source=names)
        st.dataframe(
            named,
            hide_index=True,
            height="content",
            column_config=columns(named),
            alt="Events by source",
        )
        delete_form(dict(zip(status.sources["source"], status.sources["events"], strict=True)))


def store_card(db: Database, status: DataStatus) -> None:
    """Draw kind, address, time zone and collections of the database; never a password."""
    with st.container(border=True, height="stretch"):
        st.subheader("Database", anchor=False)
        st.markdown(
            f"**{_KINDS.get(status.store_kind, status.store_kind)}**, "
            f"database `{status.database}`, at `{status.store_address}`"
        )
        if status.first_timestamp and status.last_timestamp:
            first, last = status.first_timestamp, status.last_timestamp
            st.markdown(
                f"Events from **{first:%-d %b %Y, %H:%M}** to **{last:%-d %b %Y, %H:%M}** UTC"
            )
        _limits(db)
        zone_form(status.time_zone)
        with st.expander("Documents by collection", icon=":material/database:"):
            st.dataframe(
                status.collections,
                hide_index=True,
                height="content",
                column_config=columns(status.collections),
                alt="Documents by collection",
            )


def _limits(db: Database) -> None:
    """Name the values grouped as (other) and the documents that could not be written."""
    for row in grouped_values(db).to_dict("records"):
        values = plural(row["values"], *_noun(row["dimension"]))
        st.caption(
            f"Up to {values} a day, on {plural(row['days'], 'day')}, are grouped as **(other)**; "
            "totals include them."
        )
    unwritten = unwritten_documents(db)
    if not unwritten.empty:
        named = [
            literal(f"{row['collection']} {row['document'][:80]} ({row['code']})")
            for row in unwritten.head(_SHOWN_FAILURES).to_dict("records")
        ]
        st.warning(
            f"{plural(len(unwritten), 'document')} could not be written, so some numbers are "
            f"missing or old: {', '.join(named)}. To try again, recalculate costs under Prices."
        )


def _noun(dimension: str) -> tuple[str, str]:
    if dimension in _NOUNS:
        return _NOUNS[dimension]
    noun = dimension.replace("_", " ")
    return noun, f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def imports_cards(db: Database, status: DataStatus) -> None:
    """Draw the imports, latest first, and what was rejected of them."""
    table(
        "Import log",
        imports_table(status.imports, status.time_zone),
        "None yet",
        whole=lambda: status.imports,
    )
    rejected = rejects_by_reason(db)
    shown = in_zone(rejected, status.time_zone)
    # A rejected file has no line
    shown["line"] = rejected["line"].where(rejected["line"] > 0).astype("Int64")
    shown["reason"] = [reason[:1].upper() + reason[1:] for reason in rejected["reason"]]
    table("Rejected records", shown, "None", whole=lambda: rejected)


def imports_table(imports: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the imports with local times, durations and display names."""
    took = (imports["ended_at"] - imports["started_at"]).dt.total_seconds() * 1_000
    shown = in_zone(imports, zone).assign(
        name=[
            source_label(name.removeprefix("delete ")) if kind == "deletion" else name
            for name, kind in zip(imports["name"], imports["format"], strict=True)
        ],
        format=[
            source_label(name) if name in DELETABLE else humanize(name)
            for name in imports["format"]
        ],
        state=[humanize(state) for state in imports["state"]],
        took=["" if pd.isna(span) else milliseconds(span) for span in took],
    )
    counts = ["read", "inserted", "changed", "unchanged", "rejected"]
    return shown[["name", "format", "state", "started_at", "took", *counts]]
