"""Forms of the Person page: edit the roster entry, log activity manually."""

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

FROM_DATE, CORRECTION = "From a date", "To all history (correction)"

_FIELDS = ("name", "role", "department", "level", "location")


def edit_form(person: UserProfile, page: Page) -> None:
    """Draw the form with the fields of the entry, and when a change applies."""
    scope = page.scope
    with st.form("edit-person", border=False):
        with st.grid(3, min_column_width=210, gap="small"):
            email = _email(person)
            st.text_input("Name", _entry(person)["name"], max_chars=120, key="edit-name")
            _choice("Role", "role", person, {*ROLES, *scope.options.roles}, _rule(person))
            _choice("Department", "department", person, set(scope.options.departments), "Unknown")
            st.text_input("Level", person.level, max_chars=20, key="edit-level")
            st.text_input("Location", person.location, max_chars=80, key="edit-location")
            when = st.segmented_control(
                "Applies",
                [FROM_DATE, CORRECTION],
                default=FROM_DATE,
                required=True,
                key="edit-when",
            )
            since = st.date_input(
                "Date", scope.today, key="edit-from", format="YYYY-MM-DD",
                help="Only for “From a date”: earlier days do not change.",
            )  # fmt: skip
        is_submitted = st.form_submit_button("Review change", icon=":material/edit:")
    if is_submitted:
        fields = _changes(person)
        if not email:
            toast("An email address is required.", is_error=True)
        elif not fields:
            toast("Nothing changed.")
        else:
            from_day = since.isoformat() if when == FROM_DATE else ""
            link = "" if person.email else person.user_id
            _confirm(person, PersonChange(email, link, fields, from_day))
            return
        st.rerun()


@st.dialog("Review change")
def _confirm(person: UserProfile, change: PersonChange) -> None:
    before = _entry(person)
    lines = [
        f"- **{humanize(name)}**: {_word(before[name])} \N{RIGHTWARDS ARROW} {_word(value)}"
        for name, value in change.fields.items()
    ]
    st.markdown("\n".join([*lines, *_inferred_role(person, change)]))
    st.write(_effect(person, change))
    with st.container(horizontal=True):
        if st.button(
            "Save",
            type="primary",
            icon=":material/check:",
            key="save-person",
            on_click=begin,
            args=(
                f"Updating {literal(person.name)}",
                change_person(change),
                f"{literal(person.name)} updated",
            ),
        ):
            st.rerun()
        if st.button("Cancel", key="cancel-person"):
            st.rerun()


def _inferred_role(person: UserProfile, change: PersonChange) -> list[str]:
    """Name the role that a change of department or level implies, if no role is entered."""
    entry = {**_entry(person), **change.fields}
    role = derived_role(entry["department"], entry["level"])
    if entry["role"] or role == person.role:
        return []
    return [f"- **Role**: {humanize(person.role)} \N{RIGHTWARDS ARROW} {humanize(role)} (auto)"]


def _effect(person: UserProfile, change: PersonChange) -> str:
    """Explain which days a change applies to, and what else it does."""
    if not change.from_day:
        effect = "Applies to all history."
    else:
        first = day(date.fromisoformat(change.from_day))
        effect = f"Applies from {first}; earlier days do not change."
        if any(past.until_day >= change.from_day for past in person.history):
            effect += " A later change is overwritten."
    return f"{effect} Numbers are recalculated, which may take a minute."


def _email(person: UserProfile) -> str:
    if person.email:
        st.text_input("Email", person.email, disabled=True, key="edit-email-known")
        return person.email
    typed = st.text_input("Email", type="email", max_chars=200, key="edit-email")
    return (typed or "").strip().lower() if "@" in (typed or "") else ""


def _choice(label: str, name: str, person: UserProfile, known: set[str], placeholder: str) -> None:
    now = _entry(person)[name]
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
    return f"Auto: {humanize(person.role)}" if person.role_basis == "derived" else "Unknown"


def _entry(person: UserProfile) -> Mapping[str, str]:
    """Return the initial values of the form; blank where the roster has none."""
    return {
        "name": "" if person.name in (person.email, person.user_id) else person.name,
        "role": person.role if person.role_basis == "directory" else "",
        "department": "" if person.department == "unknown" else person.department,
        "level": person.level,
        "location": person.location,
    }


def _changes(person: UserProfile) -> dict[str, str]:
    typed = {name: (st.session_state[f"edit-{name}"] or "").strip() for name in _FIELDS}
    before = _entry(person)
    return {name: value for name, value in typed.items() if value != before[name]}


def _word(value: str) -> str:
    return literal(humanize(value)) if value else "none"


def manual_form(person: UserProfile, page: Page) -> None:
    """Draw the form that logs activity as an event of the manual source."""
    zone = page.scope.zone_name
    st.caption(
        "For work telemetry did not capture. Stored as a manual entry, which the source filter can "
        "exclude and the Data page can delete."
    )
    with st.form("enter-activity", border=False):
        with st.grid(3, min_column_width=210, gap="small"):
            on = st.date_input(
                "Day", page.scope.today, min_value=EARLIEST.date(), max_value=page.scope.today,
                key="manual-day", format="YYYY-MM-DD",
            )  # fmt: skip
            clock = st.time_input(f"Time in {zone}", time(12), key="manual-time")
            activity = st.selectbox(
                "Activity", ACTIVITIES, format_func=ACTIVITIES.__getitem__, key="manual-type"
            )
        is_sent = st.form_submit_button("Log activity", icon=":material/add:", disabled=is_busy())
    if is_sent:
        moment = datetime.combine(on, clock, tzinfo=ZoneInfo(zone))
        if moment > datetime.now(UTC):
            toast("That time is in the future.", is_error=True)
        elif moment < EARLIEST:
            earliest = literal(day(EARLIEST.date()))
            toast(f"Claude Code did not exist before {earliest}.", is_error=True)
        else:
            begin(
                f"Logging activity of {literal(person.name)}",
                add_activity(person, moment, activity),
                "Activity logged",
            )
        st.rerun()
