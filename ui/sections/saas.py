"""The headline of the SaaS page, and its findings in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pymongo.database import Database

from analytics import Filters
from analytics.saas import (
    requests_per_day,
    security_events_per_day,
    token_reuse_after_revocation,
    user_status,
)
from charts.shared.labels import humanize

if TYPE_CHECKING:
    import pandas as pd
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from analytics.saas import day_list
from ui import periods
from ui.components.format import day, days, plural
from ui.jobs.panel import begin, is_busy
from ui.jobs.tasks import load_saas_demo
from ui.scope import EVERYTHING, Scope

if TYPE_CHECKING:
    import pandas as pd


_FINDINGS = {
    "failed_login": "Failed sign-ins",
    "token_reuse": "Revoked token used",
    "request_after_session_end": "Request after session end",
    "rate_limited": "Rate limited",
}
_SUBJECTS = {"failed_login": "Address", "token_reuse": "Token"}


@dataclass(frozen=True)
class SaasSummary:
    """What the cards of the page show."""

    requests: int
    errors: int
    failed_logins: int
    token_reuses: int
    rate_limited: int
    answered: int
    accounts: int
    mfa_accounts: int

    @property
    def error_rate(self) -> float | None:
        """Part of the requests that failed; None without requests."""
        return self.errors / self.requests if self.requests else None

    @property
    def mfa_share(self) -> float | None:
        """Part of the accounts with a second factor; None without accounts."""
        return self.mfa_accounts / self.accounts if self.accounts else None


def saas_summary(db: Database, filters: Filters) -> SaasSummary:
    """Add up the answers to four questions."""
    traffic, events = requests_per_day(db, filters), security_events_per_day(db, filters)
    accounts = user_status(db, filters)
    return SaasSummary(
        requests=int(traffic["requests"].sum()),
        errors=int(traffic["errors"].sum()),
        failed_logins=int(events["failed_logins"].sum()),
        token_reuses=int(events["token_reuses"].sum()),
        rate_limited=int(events["rate_limited"].sum()),
        answered=int(token_reuse_after_revocation(db, filters)["succeeded"].sum()),
        accounts=int(accounts["users"].sum()),
        mfa_accounts=int(accounts["mfa_users"].sum()),
    )


def findings_told(found: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Say what was found, what about and whose; tokens and sessions are known by no name."""
    called = _names(accounts)
    subjects = [
        f"{_SUBJECTS.get(row['finding'], 'Session')} {_known(row['subject'])}"
        for row in found.to_dict("records")
    ]
    named: pd.DataFrame = found.assign(
        severity=found["severity"].map(humanize).astype("str"),
        finding=found["finding"].map(_FINDINGS).astype("str"),
        subject=subjects,
        account=[
            _known(called.get(user_id, user_id), "several" if several > 1 else "unknown")
            for user_id, several in zip(found["user_id"], found["accounts"], strict=True)
        ],
    )
    order = ["severity", "finding", "account", "subject", "events", "succeeded"]
    return named[[*order, "first_at", "last_at"]]


def reuses_told(reuses: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Call the accounts whose revoked tokens are used by their names."""
    called = _names(accounts)
    names = [_known(called.get(user_id, user_id)) for user_id in reuses["user_id"]]
    rest = reuses.drop(columns="user_id")
    named: pd.DataFrame = rest.assign(account=names)
    return named[["account", *rest.columns]]


def _names(accounts: pd.DataFrame) -> dict[object, object]:
    """Return how each account is called: by its name, else by its address."""
    called = accounts["username"].fillna(accounts["email"]).fillna(accounts["user_id"])
    return dict(zip(accounts["user_id"], called, strict=True))


def _known(name: object, nothing: str = "unknown") -> str:
    return name if isinstance(name, str) and name else nothing


_COMMANDS = """\
tokenflow generate saas --users 200 --requests 20000 --output saas
tokenflow load saas"""
_DAY = timedelta(days=1)


def guard_days(held: pd.DataFrame, filters: Filters) -> None:
    """Stop here, with a way on, if the chosen days hold no SaaS data."""
    if held.empty:
        _offer_data()
    elif not any(filters.start <= moment.date() < filters.end for moment in held["day"]):
        _offer_days(_span(held), int(held["requests"].sum()))
    else:
        return
    st.stop()


def saas_until(scope: Scope) -> str:
    """Say until when there is SaaS data: telemetry goes on without it."""
    held = day_list(scope.db, EVERYTHING)
    return "no SaaS data yet" if held.empty else f"SaaS data until {day(held['day'].iloc[-1])}"


def previous_days(held: pd.DataFrame, filters: Filters) -> Filters | None:
    """Return the period before, if all of it is among the days that hold SaaS data."""
    before = filters.previous()
    return before if before.start >= _span(held)[0] else None


def say_what_applies(scope: Scope) -> None:
    """Say that a choice of roles, departments or sources changes nothing here."""
    if narrowed := [noun for noun, _ in scope.narrowed()]:
        st.info(
            f"The choice of {' and '.join(narrowed)} does not apply here, only the period does: "
            "accounts of the web application have permissions, not roles of a team.",
            icon=":material/filter_alt_off:",
        )


def _offer_data() -> None:
    with st.container(border=True):
        st.subheader("No SaaS data yet", anchor=False)
        st.write(
            "This page is about a second data set: sign-ins, requests and the audit log of a web "
            "application. Load a made-up one, or import your own `synthetic_saas_dataset.json` on "
            "the Data page."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Load SaaS demo data",
                type="primary",
                icon=":material/play_arrow:",
                key="load-saas",
                disabled=is_busy(),
                on_click=begin,
                args=("Loading SaaS demo data", load_saas_demo()),
            )
            st.page_link(
                "../pages/data.py",
                label="Import a file",
                icon=":material/upload_file:",
                query_params={"add": "Files"},
            )
        st.caption("Or in a terminal:")
        st.code(_COMMANDS, language="bash")


def _offer_days(span: tuple[date, date], requests: int) -> None:
    start, end = span
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("No SaaS data in this period", anchor=False, text_alignment="center")
        st.markdown(
            f"The SaaS data has its own days: {plural(requests, 'request')}, {days(start, end)}.",
            text_alignment="center",
        )
        st.button(
            "Show these days",
            type="primary",
            icon=":material/date_range:",
            key="show-saas-days",
            on_click=_show,
            args=(start, end),
        )


def _show(start: date, end: date) -> None:
    st.session_state["period"] = periods.CUSTOM
    st.session_state["range"] = (start, end - _DAY)


def _span(held: pd.DataFrame) -> tuple[date, date]:
    """Return the first day with SaaS data and the day after the last."""
    return held["day"].iloc[0].date(), held["day"].iloc[-1].date() + _DAY
