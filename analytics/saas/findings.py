"""Security findings: ranked, and counted by day."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.saas.days import rows_of_days
from analytics.scope import sums

__all__ = ["SEVERITIES", "security_events_per_day", "security_findings"]

SEVERITIES = ("critical", "high", "medium", "low")
"""Worst first."""

# From how many events on a finding is this severe. A success outweighs any number.
_THRESHOLDS: dict[str, dict[str, int]] = {
    "failed_login": {"high": 20, "medium": 5, "low": 1},
    "token_reuse": {"high": 10, "medium": 1},
    "request_after_session_end": {"high": 10, "medium": 1},
    "rate_limited": {"medium": 100, "low": 1},
}
_BREACHES = frozenset({"token_reuse", "request_after_session_end"})

SECURITY_FINDINGS = {
    "finding": "str",
    "subject": "str",
    "severity": "str",
    "events": "int64",
    "succeeded": "int64",
    "accounts": "int64",
    "user_id": "str",
    "first_at": "datetime64[us, UTC]",
    "last_at": "datetime64[us, UTC]",
}


@question(reads="saas_daily_security", columns=SECURITY_FINDINGS)
def security_findings(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank what looks like an attack or a gap, worst first.

    Returns
    -------
    pandas.DataFrame
        One row per finding and what it is about, by severity, then events; no rows if
        nothing looks wrong. A blank subject stands for what names none, and for the
        rarest of a day with more than 5,000.

        ========= =================== ======= ====================================
        column    dtype               unit    meaning
        ========= =================== ======= ====================================
        finding   str                         ``failed_login``, ``token_reuse``,
                                              ``request_after_session_end`` or
                                              ``rate_limited``
        subject   str                         the address, token or session
        severity  str                         critical, high, medium or low
        events    int64               count   sign-ins or requests
        succeeded int64               count   those answered with less than 400
        accounts  int64               count   known accounts concerned
        user_id   str                         the account if it is only one
        first_at  datetime64[us, UTC]         first of them in scope
        last_at   datetime64[us, UTC]         last of them in scope
        ========= =================== ======= ====================================

    Notes
    -----
    Severity is a rule: a revoked token or an ended session that still got an answer is
    critical; else 10 requests with one are high and fewer medium; 20 failed sign-ins from one
    address are high, 5 medium, fewer low; 100 rate-limited requests of one session are medium,
    fewer low.
    """
    pipeline = [
        *rows_of_days(filters),

        # One document per finding, subject and account
        {"$group": {
            "_id": {
                "finding": "$rows.finding",
                "subject": "$rows.subject",
                "user_id": "$rows.user_id",
            },
            **sums("events", "succeeded"),
            "first_at": {"$min": "$rows.first_at"},
            "last_at": {"$max": "$rows.last_at"},
        }},

        # One document per finding and subject
        {"$group": {
            "_id": {"finding": "$_id.finding", "subject": "$_id.subject"},
            "events": {"$sum": "$events"},
            "succeeded": {"$sum": "$succeeded"},
            "accounts": {"$sum": {"$cond": [{"$gt": ["$_id.user_id", None]}, 1, 0]}},
            "user_id": {"$max": "$_id.user_id"},
            "first_at": {"$min": "$first_at"},
            "last_at": {"$max": "$last_at"},
        }},

        {"$addFields": {"finding": "$_id.finding", "subject": "$_id.subject"}},
    ]  # fmt: skip
    findings = [_rated(document) for document in db["saas_daily_security"].aggregate(pipeline)]
    findings.sort(key=_rank)
    return to_frame(findings, SECURITY_FINDINGS)


SECURITY_EVENTS_PER_DAY = {
    "day": "datetime64[us]",
    "failed_logins": "int64",
    "token_reuses": "int64",
    "requests_after_session_end": "int64",
    "rate_limited": "int64",
}

_FINDINGS = {
    "failed_logins": "failed_login",
    "token_reuses": "token_reuse",
    "requests_after_session_end": "request_after_session_end",
    "rate_limited": "rate_limited",
}


@question(reads="saas_daily_security", columns=SECURITY_EVENTS_PER_DAY)
def security_events_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count what looks wrong on each day, by kind.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, quiet days included.

        ========================== ============== ======= =========================
        column                     dtype          unit    meaning
        ========================== ============== ======= =========================
        day                        datetime64[us]         day in the reporting time
                                                          zone
        failed_logins              int64          count   sign-ins that failed
        token_reuses               int64          count   requests with a revoked
                                                          token
        requests_after_session_end int64          count   requests of a session
                                                          that was over
        rate_limited               int64          count   requests that met the
                                                          rate limit
        ========================== ============== ======= =========================

    Notes
    -----
    One request can be of several kinds.
    """
    counted = {column: _events_of(finding) for column, finding in _FINDINGS.items()}
    pipeline = [*rows_of_days(filters), {"$group": {"_id": "$day", **counted}}]
    days = db["saas_daily_security"].aggregate(pipeline)
    return fill_days(days, filters, SECURITY_EVENTS_PER_DAY)


def _events_of(finding: str) -> dict[str, Any]:
    return {"$sum": {"$cond": [{"$eq": ["$rows.finding", finding]}, "$rows.events", 0]}}


def _rated(finding: dict[str, Any]) -> dict[str, Any]:
    only_account = finding["user_id"] if finding["accounts"] == 1 else None
    return {**finding, "severity": _severity(finding), "user_id": only_account}


def _severity(finding: dict[str, Any]) -> str:
    if finding["succeeded"] and finding["finding"] in _BREACHES:
        return SEVERITIES[0]
    thresholds = _THRESHOLDS[finding["finding"]]
    return next(name for name, least in thresholds.items() if finding["events"] >= least)


def _rank(finding: dict[str, Any]) -> tuple[Any, ...]:
    severity = SEVERITIES.index(finding["severity"])
    return severity, -finding["events"], finding["finding"], finding.get("subject") or ""
