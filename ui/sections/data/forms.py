"""Forms of the Data page: generate demo data, import files, delete a source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from store.events.sources import source_label
from ui.components.format import literal, plural, short
from ui.components.toast import toast
from ui.jobs.panel import begin, is_busy
from ui.jobs.tasks import DataSet, delete, import_files, import_uploads, load_demo
from ui.sections.data.roster import preview_named, preview_upload

FORMATS = ["jsonl", "json", "gz", "csv"]


def generate_form() -> None:
    """Draw the form that generates and loads demo data."""
    st.write(
        "A synthetic team with working hours, roles, changing models and a few incidents. The same "
        "seed always gives the same data. Replaces existing demo data."
    )
    with st.grid(4, min_column_width=130):
        st.number_input("People", 1, 1_000, 100, 10, key="demo-users")
        sessions = st.number_input("Sessions", 1, 200_000, 5_000, 500, key="demo-sessions")
        st.number_input("Days", 1, 730, 60, 10, key="demo-days")
        st.number_input("Seed", 0, 2**31 - 1, 42, key="demo-seed")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Generate and load",
            type="primary",
            icon=":material/play_arrow:",
            key="generate",
            disabled=is_busy(),
            on_click=_generate,
        )
        st.caption(f"About {short(DataSet(sessions=sessions).events)} events", width="content")


def import_form() -> None:
    """Draw the form that imports files, uploaded or on the server's disk."""
    files = st.file_uploader(
        "Telemetry files", FORMATS, accept_multiple_files=True, key="upload-telemetry"
    )
    people = st.file_uploader(
        "Roster, employees.csv (optional): names, departments, levels", ["csv"], key="upload-people"
    )
    rejected = preview_upload(people.getvalue()) if people else ""
    is_named, named_rejected = _named_files()
    # Uploads take precedence over paths
    reason = rejected if files or people else named_rejected
    st.button(
        "Import",
        type="primary",
        icon=":material/upload:",
        key="import",
        help=f"{reason} Choose another file, or none." if reason else None,
        disabled=is_busy() or bool(reason) or not (files or people or is_named),
        on_click=_import_uploads if files or people else _import_named,
    )


def delete_form(events_by_source: Mapping[str, int]) -> None:
    """Draw the form that deletes all events of a source."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.selectbox(
            "Delete all events from",
            [*events_by_source],
            format_func=source_label,
            key="delete-source",
        )
        if st.button("Delete…", icon=":material/delete:", key="delete", disabled=is_busy()):
            _confirm(source, events_by_source[source])


@st.dialog("Delete source")
def _confirm(source: str, events: int) -> None:
    label = source_label(source)
    st.write(f"Delete **{plural(events, 'event')}** from **{label}**? This cannot be undone.")
    with st.container(horizontal=True):
        if st.button(
            "Delete",
            type="primary",
            icon=":material/delete:",
            key="delete-confirmed",
            on_click=begin,
            args=(
                f"Deleting {label}",
                delete(source),
                f"{label} deleted",
            ),
        ):
            st.rerun()
        if st.button("Cancel", key="delete-declined"):
            st.rerun()


def _named_files() -> tuple[bool, str]:
    """Draw the fields for paths on the server's disk, for a visitor on the same computer only.

    Returns
    -------
    tuple of bool and str
        Whether a path is entered, and why the roster among them cannot be applied.
    """
    # Streamlit gives no address for a visitor on the same computer
    if isinstance(st.context.ip_address, str):
        return False, ""
    with st.expander("Or enter a path on this computer", icon=":material/folder_open:"):
        st.text_input("File or folder", key="path-telemetry")
        st.text_input("Roster, employees.csv (optional)", key="path-people")
        named, roster = _path("path-telemetry"), _path("path-people")
        rejected = preview_named(roster) if roster else ""
    return bool(named or roster), rejected


# Callbacks read the widgets themselves: their arguments are those of the previous run.


def _generate() -> None:
    names = ("users", "sessions", "days", "seed")
    size = DataSet(**{name: st.session_state[f"demo-{name}"] for name in names})
    begin("Loading demo data", load_demo(size), "Demo data loaded")


def _import_uploads() -> None:
    files, people = st.session_state["upload-telemetry"], st.session_state["upload-people"]
    uploads = [(file.name, file.getvalue()) for file in files]
    roster = people.getvalue() if people else None
    what = plural(len(files), "file") if files else "roster"
    begin(f"Importing {what}", import_uploads(uploads, roster), f"Imported {what}")


def _import_named() -> None:
    named = _path("path-telemetry")
    roster = _path("path-people")
    for path in filter(None, (named, roster)):
        if not path.exists():
            toast(f"No such file on the server: {literal(str(path))}", is_error=True)
            return
    if first := named or roster:
        # A roster alone is a file like any other
        name = literal(first.name)
        work = import_files([first], roster if named else None)
        begin(f"Importing {name}", work, f"Imported {name}")


def _path(key: str) -> Path | None:
    text = st.session_state[key].strip()
    return Path(text).expanduser().absolute() if text else None
