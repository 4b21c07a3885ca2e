"""SaaS page: headline numbers, tables, and states without data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st
from pymongo.database import Database

from analytics import Filters
from analytics.saas import (
    day_list,
    requests_per_day,
    security_events_per_day,
    token_reuse_after_revocation,
    user_status,
)
from charts.shared.labels import humanize
from ui import periods
from ui.components.format import day, days, plural
from ui.jobs.panel import begin, is_busy
from ui.jobs.tasks import load_saas_demo
from ui.scope import EVERYTHING

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
    """Headline numbers of a period."""

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
        """Share of the requests that failed; None without requests."""
        return self.errors / self.requests if self.requests else None

    @property
    def mfa_share(self) -> float | None:
        """Share of the accounts with a second factor; None without accounts."""
        return self.mfa_accounts / self.accounts if self.accounts else None


def saas_summary(db: Database, filters: Filters) -> SaasSummary:
    """Add up the results of four questions."""
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


def describe_findings(findings: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the findings with display names; tokens and sessions have only ids."""
    names = _names(accounts)
    subjects = [
        f"{_SUBJECTS.get(row['finding'], 'Session')} {_known(row['subject'])}"
        for row in findings.to_dict("records")
    ]
    named: pd.DataFrame = findings.assign(
        severity=findings["severity"].map(humanize).astype("str"),
        finding=findings["finding"].map(_FINDINGS).astype("str"),
        subject=subjects,
        account=[
            _known(names.get(user_id, user_id), "Several" if several > 1 else "Unknown")
            for user_id, several in zip(findings["user_id"], findings["accounts"], strict=True)
        ],
    )
    order = ["severity", "finding", "account", "subject", "events", "succeeded"]
    return named[[*order, "first_at", "last_at"]]


def describe_reuses(reuses: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the uses of revoked tokens with the names of the accounts."""
    names = _names(accounts)
    labels = [_known(names.get(user_id, user_id), "Unknown") for user_id in reuses["user_id"]]
    rest = reuses.drop(columns="user_id")
    named: pd.DataFrame = rest.assign(account=labels)
    return named[["account", *rest.columns]]


def _names(accounts: pd.DataFrame) -> dict[object, object]:
    """Return the display name of each account: its name, else its address."""
    labels = accounts["username"].fillna(accounts["email"]).fillna(accounts["user_id"])
    return dict(zip(accounts["user_id"], labels, strict=True))


def _known(name: object, nothing: str = "unknown") -> str:
    return name if isinstance(name, str) and name else nothing


_COMMANDS = """\
tokenflow generate saas --users 200 --requests 20000 --output saas
tokenflow load saas"""
_DAY = timedelta(days=1)


def guard_days(available: pd.DataFrame, filters: Filters) -> None:
    """Stop the page, with a next step, if the period has no SaaS data."""
    if available.empty:
        _offer_data()
    elif not any(filters.start <= moment.date() < filters.end for moment in available["day"]):
        _offer_days(_span(available), int(available["requests"].sum()))
    else:
        return
    st.stop()


def freshness(db: Database) -> tuple[str, str]:
    """Return the last day with SaaS data, and the badge: this data set is always generated."""
    available = day_list(db, EVERYTHING)
    if available.empty:
        return "No SaaS data yet", ""
    return f"SaaS data until {day(available['day'].iloc[-1])}", "Demo data"


def previous_days(available: pd.DataFrame, filters: Filters) -> Filters | None:
    """Return the previous period, if SaaS data reaches back over all of it."""
    before = filters.previous()
    return before if before.start >= _span(available)[0] else None


def _offer_data() -> None:
    with st.container(border=True):
        st.subheader("No SaaS data yet", anchor=False)
        st.write(
            "A sample data set of its own: sign-ins, requests and the audit log of a web app. "
            "Load demo data, or import your own `synthetic_saas_dataset.json` on the Data page."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Load SaaS demo data",
                type="primary",
                icon=":material/play_arrow:",
                key="load-saas",
                disabled=is_busy(),
                on_click=begin,
                args=("Loading SaaS demo data", load_saas_demo(), "SaaS demo data loaded"),
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
            f"The SaaS data set covers {days(start, end)} ({plural(requests, 'request')}).",
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


def _span(available: pd.DataFrame) -> tuple[date, date]:
    """Return the first day with SaaS data and the day after the last."""
    return available["day"].iloc[0].date(), available["day"].iloc[-1].date() + _DAY
