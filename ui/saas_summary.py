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
_ID_LENGTH = 36


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


def findings_in_words(found: pd.DataFrame) -> pd.DataFrame:
    """Say what was found and what about; tokens, sessions and accounts are known by no name."""
    subjects = [
        f"{_SUBJECTS.get(row['finding'], 'Session')} {_known(row['subject'])}"
        for row in found.to_dict("records")
    ]
    named: pd.DataFrame = found.assign(
        severity=found["severity"].map(words).astype("str"),
        finding=found["finding"].map(_FINDINGS).astype("str"),
        subject=subjects,
        account=[_known(user_id, "several" if n > 1 else "") for user_id, n in _accounts(found)],
    )
    order = ["severity", "finding", "subject", "account", "events", "succeeded"]
    return named[[*order, "first_at", "last_at"]]


def reuses_in_words(reuses: pd.DataFrame) -> pd.DataFrame:
    """Shorten the ids of accounts, which have no other name here."""
    accounts = [_known(user_id) for user_id in reuses["user_id"]]
    rest = reuses.drop(columns="user_id")
    named: pd.DataFrame = rest.assign(account=accounts)
    return named[["account", *rest.columns]]


def _accounts(found: pd.DataFrame) -> list[tuple[object, int]]:
    return list(zip(found["user_id"], found["accounts"], strict=True))


def _known(name: object, nothing: str = "unknown") -> str:
    """Write an address in full, and as much of a long id as tells it from others."""
    if not isinstance(name, str) or not name:
        return nothing
    return f"{name[:8]}\N{HORIZONTAL ELLIPSIS}" if len(name) >= _ID_LENGTH else name
