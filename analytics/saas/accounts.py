"""The accounts of the web application."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.saas.days import Stage
from store.saas.records import USERS, read_records

__all__ = ["account_list", "user_status"]

ACCOUNT_LIST = {
    "user_id": "str",
    "username": "str",
    "email": "str",
    "role": "str",
    "status": "str",
    "failed_login_attempts": "int64",
}


@question(reads="saas_users", columns=ACCOUNT_LIST)
def account_list(db: Database, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """List the accounts with their names.

    Parameters
    ----------
    filters : Filters
        Not applied: accounts are known only as they are now.

    Returns
    -------
    pandas.DataFrame
        One row per account, by its name; no rows without accounts.

        ===================== ======= ======= ====================================
        column                dtype   unit    meaning
        ===================== ======= ======= ====================================
        user_id               str             id of the account
        username              str             its name; blank if it has none
        email                 str             its address; blank if it has none
        role                  str             permission role, not a job
        status                str             such as ``active`` or ``blocked``
        failed_login_attempts int64   count   as the account counts them
        ===================== ======= ======= ====================================

    """
    accounts = [{**account, "user_id": account["id"]} for account in read_records(db, USERS)]
    accounts.sort(key=lambda account: (account.get("username", ""), account["id"]))
    return to_frame(accounts, ACCOUNT_LIST)


USER_STATUS = {
    "status": "str",
    "role": "str",
    "users": "int64",
    "mfa_users": "int64",
    "mfa_share": "float64",
    "never_signed_in": "int64",
    "failed_login_attempts": "int64",
}


@question(reads="saas_directory", columns=USER_STATUS)
def user_status(db: Database, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Count accounts by status and permission role, and who of them has a second factor.

    Parameters
    ----------
    filters : Filters
        Not applied: accounts are known only as they are now.

    Returns
    -------
    pandas.DataFrame
        One row per status and role, most accounts first; no rows without accounts.

        ===================== ======= ======= ====================================
        column                dtype   unit    meaning
        ===================== ======= ======= ====================================
        status                str             such as ``active`` or ``blocked``
        role                  str             permission role, not a job
        users                 int64   count   accounts
        mfa_users             int64   count   those with a second factor
        mfa_share             float64 0-1     mfa_users / users
        never_signed_in       int64   count   accounts without any sign-in
        failed_login_attempts int64   count   as their accounts count them
        ===================== ======= ======= ====================================
    """
    pipeline: list[Stage] = [
        {"$match": {"_id": "users"}},

        {"$unwind": "$rows"},

        {"$replaceRoot": {"newRoot": "$rows"}},

        {"$sort": {"users": -1, "status": 1, "role": 1}},
    ]  # fmt: skip
    frame = to_frame(db["saas_directory"].aggregate(pipeline), USER_STATUS)
    return frame.assign(mfa_share=frame["mfa_users"] / frame["users"])
