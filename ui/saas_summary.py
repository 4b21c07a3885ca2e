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
from charts.theme import words

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
        severity=found["severity"].map(words).astype("str"),
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
