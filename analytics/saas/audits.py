"""Audit log: events by action, and failed sign-ins by address."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.saas.days import rows_of_days
from analytics.scope import sums

__all__ = ["audit_events_by_action", "failed_logins_by_address"]

AUDIT_EVENTS_BY_ACTION = {
    "action": "str",
    "severity": "str",
    "events": "int64",
    "share": "float64",
}


@question(reads="saas_daily_audits", columns=AUDIT_EVENTS_BY_ACTION)
def audit_events_by_action(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank what the audit log recorded by how often it happened.

    Returns
    -------
    pandas.DataFrame
        One row per action and severity, most frequent first; no rows for an empty log.

        ======== ======= ======= =================================================
        column   dtype   unit    meaning
        ======== ======= ======= =================================================
        action   str             such as ``login_success`` or ``token_revoked``
        severity str             as recorded, such as ``info`` or ``warning``
        events   int64   count   entries of the audit log
        share    float64 0-1     part of all entries in scope
        ======== ======= ======= =================================================
    """
    pipeline = [
        *rows_of_days(filters),

        # One document per action and severity
        {"$group": {
            "_id": {"action": "$rows.action", "severity": "$rows.severity"},
            **sums("events"),
        }},

        {"$sort": {"events": -1, "_id.action": 1, "_id.severity": 1}},

        {"$addFields": {"action": "$_id.action", "severity": "$_id.severity"}},
    ]  # fmt: skip
    frame = to_frame(db["saas_daily_audits"].aggregate(pipeline), AUDIT_EVENTS_BY_ACTION)
    return frame.assign(share=frame["events"] / max(1, frame["events"].sum()))


FAILED_LOGINS_BY_ADDRESS = {
    "ip_address": "str",
    "failed_logins": "int64",
    "accounts": "int64",
    "first_at": "datetime64[us, UTC]",
    "last_at": "datetime64[us, UTC]",
}


@question(reads="saas_daily_security", columns=FAILED_LOGINS_BY_ADDRESS)
def failed_logins_by_address(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank addresses by the sign-ins that failed from them.

    Returns
    -------
    pandas.DataFrame
        One row per address, most failures first; no rows if none failed. A blank
        address stands for failures without one, and for the rarest of a day on which
        they came from more than 5,000 addresses or accounts.

        ============= =================== ======= ================================
        column        dtype               unit    meaning
        ============= =================== ======= ================================
        ip_address    str                         where they came from
        failed_logins int64               count   sign-ins that failed
        accounts      int64               count   known accounts they were for
        first_at      datetime64[us, UTC]         first failure in scope
        last_at       datetime64[us, UTC]         last failure in scope
        ============= =================== ======= ================================

    Notes
    -----
    Counted in the audit log; requests to sign in are not counted again.
    """
    pipeline = [
        *rows_of_days(filters, where={"rows.finding": "failed_login"}),

        # One document per address and account
        {"$group": {
            "_id": {"address": "$rows.subject", "user_id": "$rows.user_id"},
            **sums("events"),
            "first_at": {"$min": "$rows.first_at"},
            "last_at": {"$max": "$rows.last_at"},
        }},

        # One document per address
        {"$group": {
            "_id": "$_id.address",
            "failed_logins": {"$sum": "$events"},
            "accounts": {"$sum": {"$cond": [{"$gt": ["$_id.user_id", None]}, 1, 0]}},
            "first_at": {"$min": "$first_at"},
            "last_at": {"$max": "$last_at"},
        }},

        {"$sort": {"failed_logins": -1, "_id": 1}},

        {"$addFields": {"ip_address": "$_id"}},
    ]  # fmt: skip
    return to_frame(db["saas_daily_security"].aggregate(pipeline), FAILED_LOGINS_BY_ADDRESS)
