"""The forms of the Data page: make a data set, import files, delete a source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ui.components.format import literal, plural, short
from ui.components.toast import toast
from ui.jobs.panel import begin, is_busy
from ui.jobs.tasks import DataSet, delete, import_files, import_uploads, load_demo
from ui.scope import SOURCES
from ui.sections.data.roster import preview_named, preview_upload

FORMATS = ["jsonl", "json", "gz", "csv"]


def generate_form() -> None:
    """Ask how large a data set should be, and make it."""
    st.write(
        "A made-up team with working hours, several roles, changing models and a few incidents. "
        "The same seed always makes the same data. It replaces the demo data that is there."
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
    """Ask for files, from the visitor or on the server's disk, and import them."""
    files = st.file_uploader(
        "Telemetry files", FORMATS, accept_multiple_files=True, key="upload-telemetry"
    )
    people = st.file_uploader(
        "employees.csv (optional): names, departments, levels", ["csv"], key="upload-people"
    )
    rejected = preview_upload(people.getvalue()) if people else ""
    is_named, named_rejected = _named_files()
    # What was sent goes before what is named
    reason = rejected if files or people else named_rejected
    st.button(
        "Import",
        type="primary",
        icon=":material/upload:",
        key="import",
        help=f"{reason} Choose another, or none." if reason else None,
        disabled=is_busy() or bool(reason) or not (files or people or is_named),
        on_click=_import_uploads if files or people else _import_named,
    )


def delete_form(sources: Sequence[str]) -> None:
    """Offer to delete all events of a source."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.selectbox(
            "Delete all events of", sources, format_func=_named, key="delete-source"
        )
        if st.button("Delete…", icon=":material/delete:", key="delete", disabled=is_busy()):
            _confirm(source)


@st.dialog("Delete this source?")
def _confirm(source: str) -> None:
    st.write(
        f"All events from **{_named(source)}** go, and every number made from them. "
        "This cannot be undone; only importing or generating the same again brings them back."
    )
    with st.container(horizontal=True):
        if st.button(
            "Delete",
            type="primary",
            icon=":material/delete:",
            key="delete-confirmed",
            on_click=begin,
            args=(f"Deleting {_named(source)}", delete(source, _named(source))),
        ):
            st.rerun()
        if st.button("Keep", key="delete-declined"):
            st.rerun()


def _named_files() -> tuple[bool, str]:
    """Ask for paths on the server's disk; only those who sit at it may name them.

    Returns
    -------
    tuple of bool and str
        Whether anything is named, and why the directory among it cannot be applied.
    """
    # Streamlit gives no address for a visitor on the same computer
    if isinstance(st.context.ip_address, str):
        return False, ""
    with st.expander("Or name a file on this computer", icon=":material/folder_open:"):
        st.text_input("Path of a file or folder", key="path-telemetry")
        st.text_input("Path of employees.csv (optional)", key="path-people")
        named, roster = _path("path-telemetry"), _path("path-people")
        rejected = preview_named(roster) if roster else ""
    return bool(named or roster), rejected


# Callbacks read the widgets themselves: what is passed to them is older by a run.


def _generate() -> None:
    names = ("users", "sessions", "days", "seed")
    size = DataSet(**{name: st.session_state[f"demo-{name}"] for name in names})
    begin("Loading demo data", load_demo(size))


def _import_uploads() -> None:
    files, people = st.session_state["upload-telemetry"], st.session_state["upload-people"]
    sent = [(file.name, file.getvalue()) for file in files]
    roster = people.getvalue() if people else None
    named = plural(len(files), "file") if files else "people"
    begin(f"Importing {named}", import_uploads(sent, roster))


def _import_named() -> None:
    named = _path("path-telemetry")
    roster = _path("path-people")
    for wanted in filter(None, (named, roster)):
        if not wanted.exists():
            toast(f"There is no file {literal(str(wanted))} on the server.", is_error=True)
            return
    if first := named or roster:
        # A directory alone is a file like any other
        begin(f"Importing {literal(first.name)}", import_files([first], roster if named else None))


def _path(key: str) -> Path | None:
    text = st.session_state[key].strip()
    return Path(text).expanduser().absolute() if text else None


def _named(source: str) -> str:
    return SOURCES.get(source, source)
