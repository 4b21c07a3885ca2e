"""The form that edits somebody's directory entry, and what it asks before it does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from analytics import UserProfile
from charts.shared.labels import humanize
from charts.shared.palette import ROLES
from ingest.manual import ACTIVITIES, PersonChange
from store.people.roles import derived_role
from store.time_bounds import EARLIEST
from ui.components.format import day, literal
from ui.components.toast import toast
from ui.jobs.panel import begin, is_busy
from ui.jobs.people import add_activity, change_person
from ui.page import Page

FROM_A_DAY, ALWAYS = "From a day on", "Always, it was wrong"

_FIELDS = ("name", "role", "department", "level", "location")


def edit_form(person: UserProfile, page: Page) -> None:
    """Ask what is to change, and from when."""
    scope = page.scope
    with st.form("edit-person", border=False):
        with st.grid(3, min_column_width=210, gap="small"):
            email = _email(person)
            st.text_input("Name", _told(person)["name"], max_chars=120, key="edit-name")
            _choice("Role", "role", person, {*ROLES, *scope.roles}, _rule(person))
            _choice("Department", "department", person, set(scope.departments), "Unknown")
            st.text_input("Level", person.level, max_chars=20, key="edit-level")
            st.text_input("Location", person.location, max_chars=80, key="edit-location")
            when = st.segmented_control(
                "Valid", [FROM_A_DAY, ALWAYS], default=FROM_A_DAY, required=True, key="edit-when"
            )
            since = st.date_input(
                "First day", scope.today, key="edit-from", format="YYYY-MM-DD",
                help="Counts only with “From a day on”. What was before stays as it was.",
            )  # fmt: skip
        asked = st.form_submit_button("Review the change", icon=":material/edit:")
    if asked:
        fields = _changes(person)
        if not email:
            toast("The directory needs an e-mail address.", is_error=True)
        elif not fields:
            toast("Nothing is different.")
        else:
            from_day = since.isoformat() if when == FROM_A_DAY else ""
            link = "" if person.email else person.user_id
            _confirm(person, PersonChange(email, link, fields, from_day))
            return
        st.rerun()


@st.dialog("Change this entry?")
def _confirm(person: UserProfile, change: PersonChange) -> None:
    before = _told(person)
    lines = [
        f"- **{humanize(name)}**: {_word(before[name])} \N{RIGHTWARDS ARROW} {_word(value)}"
        for name, value in change.fields.items()
    ]
    st.markdown("\n".join([*lines, *_followed(person, change)]))
    st.write(_effect(person, change))
    with st.container(horizontal=True):
        if st.button(
            "Save",
            type="primary",
            icon=":material/check:",
            key="save-person",
            on_click=begin,
            args=(f"Changing {literal(person.name)}", change_person(change)),
        ):
            st.rerun()
        if st.button("Keep as it was", key="keep-person"):
            st.rerun()


def _followed(person: UserProfile, change: PersonChange) -> list[str]:
    """Say which role follows by rule from another department or level, where nobody names one."""
    told = {**_told(person), **change.fields}
    role = derived_role(told["department"], told["level"])
    if told["role"] or role == person.role:
        return []
    return [f"- **Role**: {humanize(person.role)} \N{RIGHTWARDS ARROW} {humanize(role)}, by rule"]


def _effect(person: UserProfile, change: PersonChange) -> str:
    """Say which days a change counts for, and what else it does."""
    if not change.from_day:
        said = "It counts for all days, past ones too."
    else:
        first = day(date.fromisoformat(change.from_day))
        said = f"It counts from {first} on; days before keep what held then."
        if any(post.until_day >= change.from_day for post in person.history):
            said += " The change that was known for a later day is dropped."
    return f"{said} Numbers are counted anew, which may take a minute."


def _email(person: UserProfile) -> str:
    if person.email:
        st.text_input("E-mail", person.email, disabled=True, key="edit-email-known")
        return person.email
    typed = st.text_input("E-mail", type="email", max_chars=200, key="edit-email")
    return (typed or "").strip().lower() if "@" in (typed or "") else ""


def _choice(label: str, name: str, person: UserProfile, known: set[str], placeholder: str) -> None:
    now = _told(person)[name]
    options = sorted({*known, *filter(None, [now])} - {"unknown"})
    st.selectbox(
        label,
        options,
        index=options.index(now) if now else None,
        format_func=humanize,
        accept_new_options=True,
        placeholder=placeholder,
        key=f"edit-{name}",
    )


def _rule(person: UserProfile) -> str:
    return f"{humanize(person.role)}, by rule" if person.role_basis == "derived" else "Unknown"


def _told(person: UserProfile) -> Mapping[str, str]:
    """Return what the form begins with: blank where the directory says nothing."""
    return {
        "name": "" if person.name in (person.email, person.user_id) else person.name,
        "role": person.role if person.role_basis == "directory" else "",
        "department": "" if person.department == "unknown" else person.department,
        "level": person.level,
        "location": person.location,
    }


def _changes(person: UserProfile) -> dict[str, str]:
    typed = {name: (st.session_state[f"edit-{name}"] or "").strip() for name in _FIELDS}
    before = _told(person)
    return {name: value for name, value in typed.items() if value != before[name]}


def _word(value: str) -> str:
    return literal(humanize(value)) if value else "nothing"


def manual_form(person: UserProfile, page: Page) -> None:
    """Ask when the person did what, and store it as an event of its own source."""
    zone = page.scope.zone_name
    st.caption(
        "For work that no telemetry tells of. It is stored as an event entered by hand, which the "
        "source filter can leave out and the Data page can delete."
    )
    with st.form("enter-activity", border=False):
        with st.grid(3, min_column_width=210, gap="small"):
            on = st.date_input(
                "Day", page.scope.today, min_value=EARLIEST.date(), max_value=page.scope.today,
                key="manual-day", format="YYYY-MM-DD",
            )  # fmt: skip
            clock = st.time_input(f"Time in {zone}", time(12), key="manual-time")
            what = st.selectbox(
                "What", ACTIVITIES, format_func=ACTIVITIES.__getitem__, key="manual-type"
            )
        sent = st.form_submit_button("Enter", icon=":material/add:", disabled=is_busy())
    if sent:
        moment = datetime.combine(on, clock, tzinfo=ZoneInfo(zone))
        if moment > datetime.now(UTC):
            toast("That is still to come; enter what was.", is_error=True)
        elif moment < EARLIEST:
            earliest = literal(day(EARLIEST.date()))
            toast(f"There was no Claude Code before {earliest}; enter a later day.", is_error=True)
        else:
            begin(
                f"Entering an activity of {literal(person.name)}",
                add_activity(person, moment, what),
            )
        st.rerun()
